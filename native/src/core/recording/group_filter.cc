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
  if (locked_) {
    if (datagram.group == group_ && datagram.port == port_) return true;
  } else if ((group_ == 0 || datagram.group == group_) && (port_ == 0 || datagram.port == port_) &&
             framesAsMold(datagram.payload, datagram.size)) {
    group_ = datagram.group;
    port_ = datagram.port;
    locked_ = true;
    return true;
  }
  for (uint32_t i = 0; i < otherCount_; ++i) {
    if (others_[i].group == datagram.group && others_[i].port == datagram.port) {
      ++others_[i].packets;
      return false;
    }
  }
  if (otherCount_ < kMaxOthers) others_[otherCount_++] = {datagram.group, datagram.port, 1};
  return false;
}

std::string GroupFilter::name() const { return locked_ ? groupName(group_, port_) : std::string(); }

std::vector<GroupCount> GroupFilter::others() const {
  std::vector<GroupCount> result;
  for (uint32_t i = 0; i < otherCount_; ++i) {
    result.push_back({groupName(others_[i].group, others_[i].port), others_[i].packets});
  }
  return result;
}

}  // namespace hotlap
