// One way in of a recording, a pcapng interface of its own: a kernel socket of one group, or a device with
// the frames of several.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "core/host/failure.h"
#include "core/recorder/block_ring.h"
#include "core/socket/transport_facts.h"

namespace hotlap {

/// Written by the recording thread alone, read by any other.
class Tally {
 public:
  void add(uint64_t more = 1) { set(value() + more); }
  void set(uint64_t value) { value_.store(value, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

struct RecordedGroup {
  /// In host byte order.
  uint32_t address;
  uint16_t port;
  Tally packets;
  /// Of whole frames.
  Tally bytes;
  /// Had no room in the ring.
  Tally crowdedOut;
};

struct InputTallies {
  /// Lost before they were here: in a socket's buffer, in a device's ring.
  Tally dropped;
  /// Not recorded: parts of datagrams of a wanted group, datagrams longer than they may be, frames that are
  /// none or of nobody.
  Tally fragments;
  Tally oversized;
  Tally malformed;
  Tally foreign;
  Tally receiveCalls;
};

class RecorderInput {
 public:
  static constexpr uint32_t mostGroups = 256;

  RecorderInput(uint32_t interface, BlockRing& ring)
      : interface_(interface), ring_(ring), groups_(std::make_unique<RecordedGroup[]>(mostGroups)) {}
  virtual ~RecorderInput() = default;
  RecorderInput(const RecorderInput&) = delete;
  RecorderInput& operator=(const RecorderInput&) = delete;

  /// One burst at most. @returns whether anything came
  virtual bool poll(int64_t nowNs) = 0;
  /// Asks for losses that the transport tells only by a system call.
  virtual void refresh() = 0;
  virtual TransportFacts facts() const = 0;

  uint32_t groups() const { return count_; }
  const RecordedGroup& group(uint32_t index) const { return groups_[index]; }
  const InputTallies& tallies() const { return tallies_; }
  /// For whatever reason, of all groups.
  uint64_t lost() const { return tallies_.dropped.value() + crowdedOut_.value(); }

 protected:
  /// @returns null where there is no room for another, and where it is there already
  RecordedGroup* addGroup(uint32_t address, uint16_t port);
  RecordedGroup* groupOf(uint32_t address, uint16_t port);
  void record(RecordedGroup& group, int64_t timeNs, const FrameParts& frame);

  InputTallies tallies_;

 private:
  const uint32_t interface_;
  BlockRing& ring_;
  std::unique_ptr<RecordedGroup[]> groups_;
  uint32_t count_ = 0;
  uint32_t last_ = 0;
  Tally crowdedOut_;
  /// Of lost(), what blocks have told.
  uint64_t told_ = 0;
};

}  // namespace hotlap
