#include "core/tape/tape_source.h"

#include <cstring>

namespace hotlap::tape {

NextPacket TapeSource::next(int64_t, Packet& packet) {
  const EntryHead* entry = tape_->peek(entry::packet);
  const bool isPacket = entry != nullptr;
  if (!isPacket) entry = tape_->peek(entry::passedOver);
  if (entry == nullptr) return NextPacket::none;
  if (passedOver_ < entry->a) {
    ++passedOver_;
    ++counters_.filtered;
    return NextPacket::skipped;
  }
  passedOver_ = 0;
  if (!isPacket) {
    tape_->take();
    return NextPacket::none;
  }
  std::memcpy(packet_.get(), tape_->bytes(), entry->bytes);
  packet = {packet_.get(), entry->bytes, 0, 0};
  counters_.lagPackets = static_cast<uint32_t>(entry->b);
  tape_->take();
  return NextPacket::packet;
}

TransportFacts TapeSource::transport() const {
  return {"tape", "recording", "packets, reports and commands as the run had them; no network is involved",
          false,  false,       0};
}

}  // namespace hotlap::tape
