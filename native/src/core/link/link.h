// A packet device: Ethernet frames in bursts, both ways, polled by one thread. It never waits, never sleeps
// and never makes a thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/faults/fault_counters.h"
#include "core/host/failure.h"
#include "core/link/flow_filter.h"

namespace hotlap {

/// Valid until the next rxBurst().
struct Frame {
  const uint8_t* data;
  size_t size;
};

/// What add up: frames the peer sent to this device = rxFrames + rxDropped + rxOversized + rxFragments.
struct LinkCounters {
  uint64_t rxFrames = 0;
  uint64_t rxBytes = 0;
  /// Lost before rxBurst() could have them: for want of room in a ring.
  uint64_t rxDropped = 0;
  /// Longer than the device takes, or (where the device looks for itself) fragments of a wanted group.
  uint64_t rxOversized = 0;
  uint64_t rxFragments = 0;
  uint64_t txFrames = 0;
  uint64_t txBytes = 0;
  /// Of them, thrown away by the device for want of room.
  uint64_t txDropped = 0;
  /// txReserve() calls that found no room.
  uint64_t txFull = 0;
  /// System calls made by the polling thread.
  uint64_t rxCalls = 0;
  uint64_t txCalls = 0;
};

struct LinkFacts {
  std::string backend;
  /// How frames come, in words: mode, queues, delivery, what was asked for and not given.
  std::string reason;
  /// Frames come without the kernel having made a packet of each of them first.
  bool accelerated;
  bool zeroCopy;
  /// Frames that fit between two polls.
  uint32_t ringFrames;
};

class Link {
 public:
  static constexpr int burst = 64;

  virtual ~Link() = default;
  Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Gives up the frames of the last burst and takes the next. @returns their count, at most `burst`
  virtual int rxBurst() = 0;
  const Frame& frame(int index) const { return frames_[index]; }

  /// Where to write the next frame to be sent, room for maxFrameBytes(); null when there is none: flush() and
  /// try again, or drop it. The same place until txCommit().
  virtual uint8_t* txReserve() = 0;
  /// The reserved frame is complete.
  virtual void txCommit(size_t size) = 0;
  /// Sends what was committed, where that needs a word to somebody. @returns 0, or an errno
  virtual int flush() = 0;
  virtual size_t maxFrameBytes() const = 0;
  /// CLOCK_MONOTONIC when the last burst came, where that was not when rxBurst() returned; else 0.
  virtual int64_t burstNs() const { return 0; }

  const LinkCounters& counters() const { return counters_; }
  /// What was done on purpose to the frames received; nullptr: nothing ever is.
  virtual const FaultCounters* faults() const { return nullptr; }

  // Cold.
  /// Takes these from the wire from now on, and no others; a wire that has nobody else on it brings
  /// everything.
  virtual Failure steer(const FlowFilter&) { return {}; }
  /// Brings counters up to date that cost a system call.
  virtual void refresh() {}
  virtual LinkFacts facts() const = 0;

 protected:
  Frame frames_[burst] = {};
  LinkCounters counters_;
};

}  // namespace hotlap
