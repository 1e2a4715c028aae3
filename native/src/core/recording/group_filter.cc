#include "core/recording/group_filter.h"

#include <cstdio>

#include "core/feed/moldudp64.h"

namespace hotlap {

namespace {

std::string groupName(uint32_t group, uint16_t port) {
  char text[32];
  std::snprintf(text, sizeof text, "%u.%u.%u.%u:%u", group >> 24, group >> 16 & 0xff, group >> 8 & 0xff,
                group & 0xff, port);
  return text;
}

}  // namespace

bool GroupFilter::accepts(const UdpDatagram& datagram) {
  const bool asked = (group_ == 0 || datagram.group == group_) && (port_ == 0 || datagram.port == port_);
  if (feed_ != nullptr && asked) {
    ++*feed_;
    return true;
  }
  uint64_t& packets = count(datagram);
  ++packets;
  if (feed_ != nullptr || !asked || !framesAsMold(datagram.payload, datagram.size)) return false;
  group_ = datagram.group;
  port_ = datagram.port;
  feed_ = &packets;
  return true;
}

uint64_t& GroupFilter::count(const UdpDatagram& datagram) {
  for (uint32_t i = 0; i < seenCount_; ++i) {
    if (seen_[i].group == datagram.group && seen_[i].port == datagram.port) return seen_[i].packets;
  }
  if (seenCount_ == kMaxSeen) return beyond_;
  seen_[seenCount_] = {datagram.group, datagram.port, 0};
  return seen_[seenCount_++].packets;
}

std::string GroupFilter::name() const { return feed_ == nullptr ? std::string() : groupName(group_, port_); }

std::vector<GroupCount> GroupFilter::groups() const {
  std::vector<GroupCount> result;
  for (uint32_t i = 0; i < seenCount_; ++i) {
    result.push_back({groupName(seen_[i].group, seen_[i].port), seen_[i].packets});
  }
  return result;
}

}  // namespace hotlap
