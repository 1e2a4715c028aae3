// Frames of a network card, taken from the driver by an XDP program of ours before the kernel's stack sees
// them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/host/failure.h"
#include "core/link/flow_filter.h"
#include "core/link/link.h"

namespace hotlap {

struct AfXdpOptions {
  enum class Mode { native, generic };
  enum class ZeroCopy { prefer, require, off };
  /// softirq: the card's interrupts fill the ring, no system call. busyPoll: the polling thread runs the
  /// driver itself, one system call a poll.
  enum class Delivery { softirq, busyPoll };

  std::string interface;
  FlowFilter flows;
  /// Empty: every receive queue.
  std::vector<uint32_t> queues;
  Mode mode = Mode::native;
  ZeroCopy zeroCopy = ZeroCopy::prefer;
  Delivery delivery = Delivery::softirq;
  /// Of each queue; a power of two.
  uint32_t ringFrames = 16'384;
  /// 2048 or 4096.
  uint32_t frameBytes = 2'048;
};

/// Attaches the program, then opens queue after queue: what comes in before goes to the kernel. Without
/// flows, a link that only sends, by the first queue and without a program.
Failure openAfXdp(const AfXdpOptions& options, std::unique_ptr<Link>& link);

}  // namespace hotlap
