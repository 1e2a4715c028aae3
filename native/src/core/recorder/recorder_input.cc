#include "core/recorder/recorder_input.h"

namespace hotlap {

RecordedGroup* RecorderInput::addGroup(uint32_t address, uint16_t port) {
  if (count_ == mostGroups || groupOf(address, port) != nullptr) return nullptr;
  RecordedGroup& group = groups_[count_++];
  group.address = address;
  group.port = port;
  return &group;
}

RecordedGroup* RecorderInput::groupOf(uint32_t address, uint16_t port) {
  const auto is = [&](uint32_t index) {
    return groups_[index].address == address && groups_[index].port == port;
  };
  // A group's packets come in bursts.
  if (last_ < count_ && is(last_)) return &groups_[last_];
  for (uint32_t index = 0; index < count_; ++index) {
    if (is(index)) return &groups_[last_ = index];
  }
  return nullptr;
}

void RecorderInput::record(RecordedGroup& group, int64_t timeNs, const FrameParts& frame) {
  if (ring_.isClosed()) return;
  const uint64_t lost = this->lost();
  if (!ring_.put(interface_, timeNs, lost - told_, frame)) {
    group.crowdedOut.add();
    crowdedOut_.add();
    return;
  }
  told_ = lost;
  group.packets.add();
  group.bytes.add(frame.headSize + frame.bodySize);
}

}  // namespace hotlap
