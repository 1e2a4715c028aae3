// The other end of an lwIP under test: a wire of two queues, and a peer that says exactly what the test says.
#pragma once

#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/link/big_endian.h"
#include "core/link/internet_checksum.h"
#include "core/link/link.h"

namespace hotlap::test {

using Bytes = std::vector<uint8_t>;

constexpr uint32_t ownAddress = 0x0a4d0002, peerAddress = 0x0a4d0001;
constexpr uint8_t ownMac[6] = {0x02, 0x48, 10, 77, 0, 2}, peerMac[6] = {0x02, 0x48, 10, 77, 0, 1};
constexpr uint8_t FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16;

class Wire final : public Link {
 public:
  int rxBurst() override {
    taken_.clear();
    while (!in.empty() && taken_.size() < burst) {
      taken_.push_back(std::move(in.front()));
      in.pop_front();
      // Exactly its size, so that a sanitizer sees every read beyond it.
      taken_.back().shrink_to_fit();
      frames_[taken_.size() - 1] = {taken_.back().data(), taken_.back().size()};
    }
    return static_cast<int>(taken_.size());
  }
  uint8_t* txReserve() override { return full ? nullptr : room_; }
  void txCommit(size_t size) override { out.emplace_back(room_, room_ + size); }
  int flush() override { return 0; }
  size_t maxFrameBytes() const override { return 1'514; }
  Failure steer(const FlowFilter& flows) override {
    steered = flows;
    return {};
  }
  LinkFacts facts() const override { return {"memory", "frames of a test", true, false, burst}; }

  std::deque<Bytes> in;
  std::deque<Bytes> out;
  bool full = false;
  FlowFilter steered;

 private:
  std::vector<Bytes> taken_;
  uint8_t room_[1'514];
};

struct Segment {
  uint8_t flags;
  uint32_t sequence;
  uint32_t acknowledged;
  uint16_t from, to;
  Bytes payload;
};

inline uint64_t pseudoSum(const uint8_t* ip, size_t tcpBytes) {
  const uint8_t rest[4] = {0, 6, static_cast<uint8_t>(tcpBytes >> 8), static_cast<uint8_t>(tcpBytes)};
  return internetSum(rest, 4, internetSum(ip + 12, 8));
}

inline void putSum(uint8_t* at, uint64_t sum) {
  const auto folded = static_cast<uint16_t>(~internetFold(sum));
  std::memcpy(at, &folded, 2);
}

inline Bytes ethernet(uint16_t type, size_t bytes) {
  Bytes frame(14 + bytes);
  std::memcpy(frame.data(), ownMac, 6);
  std::memcpy(frame.data() + 6, peerMac, 6);
  putBe16(frame.data() + 12, type);
  return frame;
}

inline Bytes packetOf(uint8_t protocol, const Bytes& body, uint32_t from, uint32_t to) {
  Bytes frame = ethernet(0x0800, 20 + body.size());
  uint8_t* ip = frame.data() + 14;
  ip[0] = 0x45;
  putBe16(ip + 2, static_cast<uint16_t>(20 + body.size()));
  ip[8] = 64;
  ip[9] = protocol;
  putBe32(ip + 12, from);
  putBe32(ip + 16, to);
  putSum(ip + 10, internetSum(ip, 20));
  std::memcpy(ip + 20, body.data(), body.size());
  return frame;
}

inline Bytes frameOf(const Segment& segment, uint32_t from = peerAddress, uint32_t to = ownAddress) {
  Bytes tcp(20 + segment.payload.size());
  putBe16(tcp.data(), segment.from);
  putBe16(tcp.data() + 2, segment.to);
  putBe32(tcp.data() + 4, segment.sequence);
  putBe32(tcp.data() + 8, segment.acknowledged);
  tcp[12] = 5 << 4;
  tcp[13] = segment.flags;
  putBe16(tcp.data() + 14, 60'000);
  if (!segment.payload.empty()) std::memcpy(tcp.data() + 20, segment.payload.data(), segment.payload.size());
  Bytes frame = packetOf(6, tcp, from, to);
  putSum(frame.data() + 50,
         internetSum(frame.data() + 34, tcp.size(), pseudoSum(frame.data() + 14, tcp.size())));
  return frame;
}

inline Bytes arp(uint16_t operation, uint32_t from, uint32_t to) {
  Bytes frame = ethernet(0x0806, 28);
  uint8_t* body = frame.data() + 14;
  putBe32(body, 0x00010800);
  putBe16(body + 4, 0x0604);
  putBe16(body + 6, operation);
  std::memcpy(body + 8, peerMac, 6);
  putBe32(body + 14, from);
  std::memcpy(body + 18, ownMac, 6);
  putBe32(body + 24, to);
  return frame;
}

/// @returns nothing where it is no segment of lwIP's, or its checksum is wrong
inline std::optional<Segment> segmentOf(const Bytes& frame) {
  if (frame.size() < 54 || be16(frame.data() + 12) != 0x0800 || frame[23] != 6) return {};
  const uint8_t* ip = frame.data() + 14;
  const size_t bytes = be16(ip + 2) - 20u;
  if (internetFold(internetSum(ip + 20, bytes, pseudoSum(ip, bytes))) != 0xffff) return {};
  if (internetFold(internetSum(ip, 20)) != 0xffff) return {};
  const uint8_t* tcp = ip + 20;
  const size_t header = size_t{tcp[12]} >> 4 << 2;
  return Segment{tcp[13],   be32(tcp + 4), be32(tcp + 8),
                 be16(tcp), be16(tcp + 2), Bytes(tcp + header, tcp + bytes)};
}

}  // namespace hotlap::test
