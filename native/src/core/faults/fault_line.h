// Packets in, packets out: some lost, some twice, some late, some behind later ones, some with a bit turned.
// Whoever owns the packets' real source asks, each time it wants one, in the order of the methods here.
// Heartbeats and ends of session do not come in here: how many there are is a matter of time, and fates go by
// number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/faults/fault_counters.h"
#include "core/faults/fault_plan.h"

namespace hotlap {

/// What leaves is borrowed until the line is asked again.
struct LinePacket {
  const uint8_t* data;
  size_t size;
};

class FaultLine {
 public:
  /// A datagram of IPv4 is never longer; what is longer is not held back.
  static constexpr size_t kMaxHeldPacket = 65'536;
  /// What all delayed packets may take: 10,000 of 1,500 bytes. Beyond it none is delayed.
  static constexpr size_t kDelayedBytes = size_t{1} << 24;
  /// How long a reordered packet waits for later ones where none come.
  static constexpr int64_t kReorderWaitNs = 100'000'000;

  explicit FaultLine(const FaultOptions& options, size_t delayedBytes = kDelayedBytes);

  /// What leaves before anything newer: a second copy, a packet that enough others have overtaken.
  bool follows(LinePacket& out);
  /// A delayed packet whose time has come.
  bool due(int64_t nowNs, LinePacket& out);
  /// A packet comes in, and leaves when true; else it is lost or held back.
  bool pass(const LinePacket& in, int64_t nowNs, LinePacket& out);

  /// Nothing newer is there: a delayed packet whose time has come, or a reordered one that waits in vain.
  bool overdue(int64_t nowNs, LinePacket& out);
  /// Nothing newer will ever come: all that is held back, one by one.
  bool drain(LinePacket& out);

  const FaultCounters& counters() const { return counters_; }

 private:
  static constexpr uint32_t kMaxWaiting = FaultOptions::kMaxReorderWithin;

  struct Waiting {
    /// Of its arrival.
    uint64_t number;
    int64_t sinceNs;
    uint32_t size;
    uint32_t slot;
    /// Later packets that are still to leave before it.
    uint32_t left;
    bool overtaken;
    bool twice;
  };

  /// In front of each packet of the ring of delayed ones.
  struct Delayed {
    uint64_t number;
    int64_t dueNs;
    /// kWrap: the ring goes on at its beginning.
    uint32_t size;
    uint32_t twice;
  };
  static constexpr uint32_t kWrap = UINT32_MAX;

  static size_t recordBytes(size_t packetBytes) {
    return (sizeof(Delayed) + packetBytes + alignof(Delayed) - 1) & ~(alignof(Delayed) - 1);
  }
  Delayed* recordAt(size_t at) const { return reinterpret_cast<Delayed*>(delayed_.get() + at); }

  bool leave(const LinePacket& packet, uint64_t number, bool twice, LinePacket& out);
  /// What was held back, out of its place there.
  bool leaveCopied(const LinePacket& packet, uint64_t number, bool twice, LinePacket& out);
  LinePacket corrupted(const LinePacket& packet, int64_t bit);
  bool wait(const LinePacket& packet, int64_t nowNs, const Fate& fate);
  bool leaveWaiting(uint32_t index, LinePacket& out);
  bool delay(const LinePacket& packet, int64_t nowNs, bool twice);
  Delayed* reserveDelayed(size_t size);
  bool leaveDelayed(LinePacket& out);
  const Delayed& firstDelayed();

  FaultPlan plan_;
  FaultCounters counters_;
  int64_t delayNs_;
  /// Packets that came in.
  uint64_t arrivals_ = 0;

  /// The packet that left last, and whether it is to leave once more.
  LinePacket last_{};
  bool again_ = false;
  /// Where a packet is changed, and where one that was held back is looked at.
  std::unique_ptr<uint8_t[]> leaving_;

  /// In order of arrival; every slot number once, those from waitingCount_ on free.
  Waiting waiting_[kMaxWaiting];
  uint32_t waitingCount_ = 0;
  std::unique_ptr<uint8_t[]> slots_;

  /// A ring of records, due in the order in which they came. head_ == tail_: empty.
  std::unique_ptr<uint8_t[]> delayed_;
  size_t delayedBytes_ = 0;
  size_t head_ = 0;
  size_t tail_ = 0;
};

}  // namespace hotlap
