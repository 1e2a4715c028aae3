// A stack of lwIP on a wire of the test's own, and the peer at its other end, in the middle of what a check
// asks.
#pragma once

#include <arpa/inet.h>
#include <errno.h>

#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "check.h"
#include "core/host/clock.h"
#include "lwip/open_lwip.h"
#include "tcp_peer.h"

namespace hotlap::test {

inline constexpr uint16_t peerPort = 9'000, ownPort = 7'000;

inline Bytes text(const char* words) { return {words, words + std::strlen(words)}; }

inline sockaddr_in at(uint32_t address, uint16_t port) {
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(address);
  return to;
}

struct Setting {
  Wire* wire = nullptr;
  std::shared_ptr<TcpStack> stack;
  std::unique_ptr<TcpSocket> socket;
  // Of the peer: what it has sent, and what it has of ours.
  uint16_t port = 0;
  uint32_t sent = 1'000'000;
  uint32_t got = 0;

  Setting() {
    auto link = std::make_unique<Wire>();
    wire = link.get();
    LwipOptions options;
    options.address = "10.77.0.2/24";
    CHECK(!openLwip(options, std::move(link), stack));
    CHECK(wire->steered.hosts == std::vector<uint32_t>{ownAddress});
    wire->out.clear();
  }

  /// As the peer's kernel would. @returns whether the frame is ARP
  bool answersArp(const Bytes& frame) {
    if (be16(frame.data() + 12) != 0x0806) return false;
    if (be32(frame.data() + 38) == peerAddress) wire->in.push_back(arp(2, peerAddress, ownAddress));
    return true;
  }

  /// The next segment that lwIP sends, within a time; ARP is answered on the way.
  std::optional<Segment> next(int64_t withinMs = 1'000) {
    for (const int64_t untilNs = monotonicNs() + withinMs * 1'000'000; monotonicNs() < untilNs;) {
      while (!wire->out.empty()) {
        const Bytes frame = std::move(wire->out.front());
        wire->out.pop_front();
        if (answersArp(frame)) continue;
        std::optional<Segment> segment = segmentOf(frame);
        CHECK(segment.has_value());
        return segment;
      }
      stack->drive();
    }
    return {};
  }

  void say(uint8_t flags, const Bytes& payload = {}) {
    wire->in.push_back(frameOf({flags, sent, got, peerPort, port, payload}));
    sent += static_cast<uint32_t>(payload.size()) + ((flags & (SYN | FIN)) != 0 ? 1 : 0);
    for (int n = 0; n < 4; ++n) stack->drive();
  }

  /// @returns lwIP's initial sequence number
  uint32_t call() {
    CHECK(stack->connect(at(peerAddress, peerPort), socket) == 0);
    CHECK(socket->connected() == EINPROGRESS);
    const std::optional<Segment> syn = next();
    CHECK(syn && syn->flags == SYN && syn->to == peerPort && syn->from >= 49'152);
    if (!syn) return 0;
    port = syn->from;
    got = syn->sequence + 1;
    return syn->sequence;
  }

  void connect() {
    call();
    say(SYN | ACK);
    CHECK(socket->connected() == 0);
    const std::optional<Segment> answer = next();
    CHECK(answer && answer->flags == ACK && answer->acknowledged == sent && answer->sequence == got);
  }
};

/// A peer's call from one of its ports, taken by the listener as the setting's socket.
inline bool callsIn(Setting& s, TcpListener& listener, uint16_t from, uint32_t first = 500) {
  const auto say = [&](uint8_t flags, uint32_t sequence, uint32_t acknowledged) {
    s.wire->in.push_back(frameOf({flags, sequence, acknowledged, from, ownPort, {}}));
  };
  s.wire->out.clear();
  say(SYN, first, 0);
  std::optional<Segment> answer;
  do answer = s.next(2'000);
  while (answer && answer->to != from);
  if (!answer || answer->flags != (SYN | ACK) || answer->acknowledged != first + 1) return false;
  s.got = answer->sequence + 1;
  say(ACK, first + 1, s.got);
  return listener.accept(s.socket) == 0 && s.socket->connected() == 0;
}

}  // namespace hotlap::test
