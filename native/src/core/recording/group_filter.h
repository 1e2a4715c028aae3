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
  std::vector<GroupCount> others() const;

 private:
  // A capture of a whole exchange has some dozens; what goes beyond is only in the count of filtered packets.
  static constexpr uint32_t kMaxOthers = 256;

  struct Other {
    uint32_t group;
    uint16_t port;
    uint64_t packets;
  };

  uint32_t group_;
  uint16_t port_;
  bool locked_ = false;
  uint32_t otherCount_ = 0;
  Other others_[kMaxOthers] = {};
};

}  // namespace hotlap
