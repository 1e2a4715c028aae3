// Where the datagrams of each recorded group go, and how many there were of each.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "core/playback/aimed_sender.h"

namespace hotlap {

/// 0 for any group, any port, and for what stays as recorded.
struct GroupRule {
  uint32_t group = 0;
  uint16_t port = 0;
  uint32_t toGroup = 0;
  uint16_t toPort = 0;
};

/// A recorded group and what became of its datagrams: written by the playback thread, read by any other.
struct GroupRoute {
  GroupAddress from;
  GroupAddress to;
  /// Asked for, and a multicast group where it goes.
  bool plays;
  std::atomic<uint64_t> packets;
  std::atomic<uint64_t> sent;
};

class GroupRoutes {
 public:
  /// A capture of a whole exchange has some dozens.
  static constexpr uint32_t most = 1024;

  /// @param rules none: every multicast group as recorded. Of several the first that fits counts.
  explicit GroupRoutes(std::vector<GroupRule> rules)
      : rules_(std::move(rules)), routes_(std::make_unique<GroupRoute[]>(most)) {}

  /// @returns null where there is no room for another group
  GroupRoute* routeOf(const GroupAddress& from) {
    const uint32_t count = count_.load(std::memory_order_relaxed);
    // A group's packets come in bursts.
    if (last_ < count && routes_[last_].from == from) return &routes_[last_];
    for (uint32_t index = 0; index < count; ++index) {
      if (routes_[index].from == from) return &routes_[last_ = index];
    }
    if (count == most) return nullptr;
    GroupRoute& route = routes_[last_ = count];
    route.from = from;
    route.plays = decide(from, route.to);
    count_.store(count + 1, std::memory_order_release);
    return &route;
  }

  uint32_t count() const { return count_.load(std::memory_order_acquire); }
  const GroupRoute& operator[](uint32_t index) const { return routes_[index]; }

 private:
  static bool isGroup(uint32_t address) { return address >> 28 == 14; }

  bool decide(const GroupAddress& from, GroupAddress& to) const {
    to = from;
    if (rules_.empty()) return isGroup(from.group);
    for (const GroupRule& rule : rules_) {
      if (rule.group == 0 ? !isGroup(from.group) : rule.group != from.group) continue;
      if (rule.port != 0 && rule.port != from.port) continue;
      if (rule.toGroup != 0) to.group = rule.toGroup;
      if (rule.toPort != 0) to.port = rule.toPort;
      return isGroup(to.group);
    }
    return false;
  }

  const std::vector<GroupRule> rules_;
  std::unique_ptr<GroupRoute[]> routes_;
  std::atomic<uint32_t> count_{0};
  uint32_t last_ = 0;
};

}  // namespace hotlap
