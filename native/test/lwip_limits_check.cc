// What lwIP's own limits leave open: a polling thread that comes rarely, paths longer than the probe's first
// wait, peers that fill its memory or call again too soon, and addresses that are somebody else's.
#include <time.h>

#include <algorithm>

#include "lwip/lwip.h"
#include "lwip_setting.h"
#include "veth.h"

using namespace hotlap;
using namespace hotlap::test;

namespace {

void pause(int64_t ms) {
  const timespec time = {ms / 1'000, ms % 1'000 * 1'000'000};
  nanosleep(&time, nullptr);
}

/// A machine with other work to do is late now and then, code that is wrong each time.
template <typename Holds>
bool onceInFive(const Holds& holds) {
  for (int tries = 0; tries < 5; ++tries) {
    if (holds()) return true;
  }
  return false;
}

/// A thread that has other work keeps the probe's promise as well.
bool repairsATailBetweenRarePolls() {
  Setting s;
  s.connect();
  for (int n = 0; n < 20; ++n) {
    pause(5);
    s.stack->drive();
  }
  const int64_t sinceNs = monotonicNs();
  CHECK(s.socket->send(text("lost").data(), 4) == 4);
  s.wire->out.clear();
  while (s.wire->out.empty() && monotonicNs() - sinceNs < 500'000'000) {
    pause(5);
    s.stack->drive();
  }
  return monotonicNs() - sinceNs < 50'000'000;
}

/// The acknowledgement takes so long every time: that is the path, and no loss. What is lost then is repaired
/// no later than promised.
bool learnsThePath() {
  Setting s;
  s.connect();
  size_t left = 0;
  for (int n = 0; n < 4; ++n) {
    s.wire->out.clear();
    CHECK(s.socket->send(text("far").data(), 3) == 3);
    for (const int64_t untilNs = monotonicNs() + 30'000'000; monotonicNs() < untilNs;) s.stack->drive();
    left = s.wire->out.size();
    s.got += 3;
    s.say(ACK);
  }
  const int64_t sinceNs = monotonicNs();
  CHECK(s.socket->send(text("lost").data(), 4) == 4);
  s.wire->out.clear();
  CHECK(s.next()->payload == text("lost"));
  return left == 1 && monotonicNs() - sinceNs < 50'000'000;
}

size_t outOfOrder() {
  size_t count = 0;
  for (const tcp_seg* seg = tcp_active_pcbs->ooseq; seg != nullptr; seg = seg->next) ++count;
  return count;
}

/// A peer that leaves a hole behind every byte would have lwIP keep, and walk along, 32,000 segments.
void boundsWhatCameOutOfOrder() {
  Setting s;
  s.connect();
  size_t most = 0;
  for (uint32_t n = 1; n < 30'000; ++n) {
    s.wire->in.push_back(frameOf({ACK | PSH, s.sent + 2 * n, s.got, peerPort, s.port, Bytes(1, 7)}));
    s.stack->drive();
    s.wire->out.clear();
    most = std::max(most, outOfOrder());
  }
  CHECK(most < 4'000);
  uint8_t room[16];
  s.say(ACK | PSH, text("whole"));
  CHECK(s.socket->receive(room, sizeof room) == 5);
}

/// An acknowledgement that found the ring full leaves once there is room.
void acknowledgesAfterAFullRing() {
  Setting s;
  s.connect();
  for (int round = 0; round < 4; ++round) {
    s.say(ACK | PSH, text("report"));
    s.wire->out.clear();
    s.wire->full = true;
    s.socket->acknowledge();
    s.wire->full = false;
    // Well before lwIP's own quarter of a second.
    const std::optional<Segment> late = s.next(150);
    CHECK(late && late->acknowledged == s.sent);
  }
}

/// The listening side hangs up first: its end of the connection is waited out.
bool isHungUpOn(Setting& s, uint16_t from, uint32_t sequence) {
  if (s.socket == nullptr || s.socket->finish() != 0) return false;
  const std::optional<Segment> fin = s.next();
  if (!fin || (fin->flags & FIN) == 0) return false;
  s.wire->in.push_back(frameOf({FIN | ACK, sequence, fin->sequence + 1, from, ownPort, {}}));
  for (int n = 0; n < 4; ++n) s.stack->drive();
  s.socket.reset();
  return tcp_active_pcbs == nullptr && tcp_tw_pcbs != nullptr;
}

/// FIX engines call from a port of their own where a firewall goes by it.
void takesTheNextCallFromAPort() {
  Setting s;
  std::unique_ptr<TcpListener> listener;
  CHECK(!s.stack->listen(at(ownAddress, ownPort), 1, listener));
  CHECK(callsIn(s, *listener, 4'000));
  CHECK(isHungUpOn(s, 4'000, 501));
  // A SYN of the old connection, come late: it is acknowledged for the old one, as RFC 9293, 3.10.7.4 has it.
  s.wire->out.clear();
  s.wire->in.push_back(frameOf({SYN, 300, 0, 4'000, ownPort, {}}));
  const std::optional<Segment> old = s.next();
  CHECK(old && old->flags == ACK && old->acknowledged == 502);
  CHECK(callsIn(s, *listener, 4'000, 100'000));
  CHECK(tcp_tw_pcbs == nullptr);
  CHECK(isHungUpOn(s, 4'000, 100'001));
  // Also where the numbers have gone round.
  CHECK(callsIn(s, *listener, 4'000, 100'002 + 0x7fff'0000u));
}

void learnsOnlyHosts() {
  Setting s;
  Bytes poison = arp(1, peerAddress, ownAddress);
  std::memset(poison.data() + 14 + 8, 0xff, 6);
  s.wire->in.push_back(poison);
  for (int n = 0; n < 10; ++n) s.stack->drive();
  CHECK(s.wire->out.empty());
  CHECK(s.stack->connect(at(0x0a4d00ff, peerPort), s.socket) == EADDRNOTAVAIL);
  CHECK(s.stack->connect(at(0x0a4d0000, peerPort), s.socket) == EADDRNOTAVAIL);
}

/// An address that the kernel has is shared, not taken: its sessions would lose their segments.
void leavesTheHostItsAddress() {
  enterNamespace();
  CHECK(run("ip addr add 10.77.0.2/24 dev lo"));
  LwipOptions options;
  options.link.kind = LinkOptions::Kind::afXdp;
  options.link.afXdp.interface = "lo";
  options.address = "10.77.0.2/24";
  std::shared_ptr<TcpStack> stack;
  CHECK(openLwip(options, std::make_unique<Wire>(), stack).code == "EADDRINUSE" && stack == nullptr);
  options.address = "10.77.0.3/24";
  options.gateway = "10.77.0.3";
  CHECK(openLwip(options, std::make_unique<Wire>(), stack).code == "EINVAL" && stack == nullptr);
}

}  // namespace

int main() {
  CHECK(onceInFive(repairsATailBetweenRarePolls));
  CHECK(onceInFive(learnsThePath));
  boundsWhatCameOutOfOrder();
  acknowledgesAfterAFullRing();
  takesTheNextCallFromAPort();
  learnsOnlyHosts();
  leavesTheHostItsAddress();
  CHECK(tcp_active_pcbs == nullptr && netif_list == nullptr);
  return finish("lwip_limits");
}
