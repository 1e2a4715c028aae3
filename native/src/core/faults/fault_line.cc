#include "core/faults/fault_line.h"

#include <algorithm>
#include <cstring>

namespace hotlap {

FaultLine::FaultLine(const FaultOptions& options, size_t delayedBytes)
    : plan_(options), delayNs_(options.delayNs) {
  // Value-initialised: every page is touched here, none in the loop.
  leaving_ = std::make_unique<uint8_t[]>(kMaxHeldPacket);
  if (options.reorder > 0) slots_ = std::make_unique<uint8_t[]>(kMaxWaiting * kMaxHeldPacket);
  for (uint32_t slot = 0; slot < kMaxWaiting; ++slot) waiting_[slot].slot = slot;
  if (options.delay == 0) return;
  delayedBytes_ = delayedBytes & ~(alignof(Delayed) - 1);
  delayed_ = std::make_unique<uint8_t[]>(delayedBytes_);
}

bool FaultLine::follows(LinePacket& out) {
  if (again_) {
    again_ = false;
    ++counters_.duplicated;
    out = last_;
    return true;
  }
  for (uint32_t index = 0; index < waitingCount_; ++index) {
    if (waiting_[index].left == 0) return leaveWaiting(index, out);
  }
  return false;
}

bool FaultLine::due(int64_t nowNs, LinePacket& out) {
  return head_ != tail_ && firstDelayed().dueNs <= nowNs && leaveDelayed(out);
}

bool FaultLine::pass(const LinePacket& in, int64_t nowNs, LinePacket& out) {
  const Fate fate = plan_.next(in.size);
  ++arrivals_;
  if (fate.lost) {
    ++counters_.lost;
    return false;
  }
  const bool fits = in.size <= kMaxHeldPacket;
  const LinePacket packet = fits && fate.turnedBit >= 0 ? corrupted(in, fate.turnedBit) : in;
  if (fits && fate.delayed && delay(packet, nowNs, fate.duplicated)) return false;
  if (fits && fate.overtakenBy != 0 && wait(packet, nowNs, fate)) return false;
  return leave(packet, arrivals_, fate.duplicated, out);
}

bool FaultLine::overdue(int64_t nowNs, LinePacket& out) {
  if (due(nowNs, out)) return true;
  return waitingCount_ != 0 && nowNs - waiting_[0].sinceNs >= kReorderWaitNs && leaveWaiting(0, out);
}

bool FaultLine::drain(LinePacket& out) {
  if (waitingCount_ != 0) return leaveWaiting(0, out);
  return head_ != tail_ && leaveDelayed(out);
}

bool FaultLine::leave(const LinePacket& packet, uint64_t number, bool twice, LinePacket& out) {
  for (uint32_t index = 0; index < waitingCount_; ++index) {
    Waiting& waiting = waiting_[index];
    if (waiting.number > number) break;
    if (waiting.left != 0) --waiting.left;
    waiting.overtaken = true;
  }
  again_ = twice;
  last_ = out = packet;
  return true;
}

bool FaultLine::leaveCopied(const LinePacket& packet, uint64_t number, bool twice, LinePacket& out) {
  --counters_.held;
  std::memcpy(leaving_.get(), packet.data, packet.size);
  return leave({leaving_.get(), packet.size}, number, twice, out);
}

LinePacket FaultLine::corrupted(const LinePacket& packet, int64_t bit) {
  ++counters_.corrupted;
  std::memcpy(leaving_.get(), packet.data, packet.size);
  leaving_[static_cast<size_t>(bit / 8)] ^= static_cast<uint8_t>(0x80 >> bit % 8);
  return {leaving_.get(), packet.size};
}

bool FaultLine::wait(const LinePacket& packet, int64_t nowNs, const Fate& fate) {
  if (waitingCount_ == kMaxWaiting) return false;
  const uint32_t slot = waiting_[waitingCount_].slot;
  std::memcpy(&slots_[slot * kMaxHeldPacket], packet.data, packet.size);
  Waiting& waiting = waiting_[waitingCount_++];
  waiting = {arrivals_, nowNs,          static_cast<uint32_t>(packet.size), slot, fate.overtakenBy,
             false,     fate.duplicated};
  ++counters_.held;
  return true;
}

bool FaultLine::leaveWaiting(uint32_t index, LinePacket& out) {
  // Behind the others that wait: its slot is the first free one then.
  std::rotate(waiting_ + index, waiting_ + index + 1, waiting_ + waitingCount_);
  const Waiting& packet = waiting_[--waitingCount_];
  if (packet.overtaken) ++counters_.reordered;
  const uint8_t* data = &slots_[packet.slot * kMaxHeldPacket];
  return leaveCopied({data, packet.size}, packet.number, packet.twice, out);
}

bool FaultLine::delay(const LinePacket& packet, int64_t nowNs, bool twice) {
  Delayed* record = reserveDelayed(packet.size);
  if (record == nullptr) return false;
  *record = {arrivals_, nowNs + delayNs_, static_cast<uint32_t>(packet.size), twice};
  std::memcpy(record + 1, packet.data, packet.size);
  ++counters_.delayed;
  ++counters_.held;
  return true;
}

/// Room behind the last record, or at the beginning where the end has none; head_ is never caught up with.
FaultLine::Delayed* FaultLine::reserveDelayed(size_t size) {
  const size_t whole = recordBytes(size);
  // A header's room stays at the end, so that the wrap can be told there.
  if (tail_ >= head_ && delayedBytes_ - tail_ < whole + sizeof(Delayed)) {
    if (head_ <= whole || delayedBytes_ - tail_ < sizeof(Delayed)) return nullptr;
    recordAt(tail_)->size = kWrap;
    tail_ = 0;
  } else if (tail_ < head_ && head_ - tail_ <= whole) {
    return nullptr;
  }
  Delayed* record = recordAt(tail_);
  tail_ += whole;
  return record;
}

const FaultLine::Delayed& FaultLine::firstDelayed() {
  if (recordAt(head_)->size == kWrap) head_ = 0;
  return *recordAt(head_);
}

bool FaultLine::leaveDelayed(LinePacket& out) {
  const Delayed& record = firstDelayed();
  head_ += recordBytes(record.size);
  const auto* data = reinterpret_cast<const uint8_t*>(&record + 1);
  return leaveCopied({data, record.size}, record.number, record.twice != 0, out);
}

}  // namespace hotlap
