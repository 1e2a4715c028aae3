#include "core/tape/taping_source.h"

namespace hotlap::tape {

NextPacket TapingSource::next(int64_t nowNs, Packet& packet) {
  const NextPacket next = source_->next(nowNs, packet);
  counters_ = source_->counters();
  if (next == NextPacket::skipped) {
    ++passedOver_;
    return next;
  }
  if (next == NextPacket::packet) {
    const auto lag = static_cast<int32_t>(counters_.lagPackets);
    tape_->note(entry::packet, passedOver_, lag, packet.data, packet.size);
  } else if (passedOver_ != 0) {
    tape_->note(entry::passedOver, passedOver_, 0, nullptr, 0);
  }
  passedOver_ = 0;
  return next;
}

void TapingSource::refresh() {
  source_->refresh();
  counters_ = source_->counters();
}

}  // namespace hotlap::tape
