// Which multicast group of a recording is the feed: the one asked for, else the first that frames as
// MoldUDP64.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/feed/packet_source.h"
#include "core/link/udp_frame.h"

namespace hotlap {

class GroupFilter {
 public:
  /** 0 for either: whatever comes first. */
  GroupFilter(uint32_t group, uint16_t port) : group_(group), port_(port) {}

  /** True when the datagram belongs to the feed. */
  bool accepts(const UdpDatagram& datagram);

  /** True when a fragment may belong to the feed: only the first one of a datagram has a port. */
  bool acceptsPart(const UdpDatagram& part) const { return group_ == 0 || part.group == group_; }

  /** `239.54.12.111:26477`; empty before the first packet. */
  std::string name() const;
  /** Every group and port that was sent to, in the order of their first packets, as far as there is room for
   * them. */
  std::vector<GroupCount> groups() const;

 private:
  // A capture of a whole exchange has some dozens; what goes beyond is only in the count of filtered packets.
  static constexpr uint32_t kMaxSeen = 256;

  struct Seen {
    uint32_t group;
    uint16_t port;
    uint64_t packets;
  };

  uint64_t& count(const UdpDatagram& datagram);

  uint32_t group_;
  uint16_t port_;
  /** Of the feed, once it is known. */
  uint64_t* feed_ = nullptr;
  uint32_t seenCount_ = 0;
  Seen seen_[kMaxSeen] = {};
  /** Of all that there is no room for. */
  uint64_t beyond_ = 0;
};

}  // namespace hotlap
