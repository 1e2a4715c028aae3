// An AF_XDP socket on one queue of an interface: its memory (UMEM), its rings, frames taken and given back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/host/descriptor.h"
#include "core/host/mapping.h"
#include "core/link/af_xdp/rings.h"
#include "core/link/link.h"

namespace hotlap::xsk {

struct QueueOptions {
  uint32_t interfaceIndex;
  uint32_t queue;
  uint32_t frameBytes;
  /// That fit between two polls, a power of two; 0: does not receive.
  uint32_t ringFrames;
  /// 0: does not send.
  uint32_t transmitFrames;
  /// XDP_COPY, XDP_ZEROCOPY, or 0: what the driver can.
  uint16_t bindFlags;
  bool busyPoll;
};

/// The step that did not succeed, for the sentence about it.
enum class Step { none, socket, memory, registerMemory, rings, busyPoll, bind };

struct QueueError {
  Step step = Step::none;
  int error = 0;
};

class Queue {
 public:
  QueueError open(const QueueOptions& options);

  /// Takes up to `most` frames into `frames`. @returns their count
  int receive(Frame* frames, int most);
  /// Gives the frames of the last receive() back to the kernel.
  void giveBack();
  /// Runs the driver (busy polling), or wakes it where it waits for frames to fill. @returns system calls
  /// made
  int prod();
  enum class BusyPoll { off, untried, on };
  BusyPoll busyPoll() const { return busyPoll_; }

  uint8_t* reserve();
  void commit(size_t size);
  /// @returns 0, or an errno
  int flush(uint64_t& calls);

  int descriptor() const { return socket_.get(); }
  uint32_t number() const { return options_.queue; }
  bool zeroCopy() const { return zeroCopy_; }
  /// Lost for want of room, or refused by the socket.
  uint64_t dropped() const;
  /// Of frames to be sent: thrown away by the device.
  uint64_t transmitDropped() const { return transmitDropped_; }

 private:
  QueueError bindTo();
  uint32_t receiveFrames() const { return options_.ringFrames == 0 ? 0 : options_.ringFrames + Link::burst; }
  bool reserveMemory();
  bool makeRings();
  bool setBusyPoll();
  void tryBusyPoll();
  void reap();

  QueueOptions options_{};
  Mapping memory_;
  Mapping mappings_[4];
  Descriptor socket_;
  ProducerRing<uint64_t> fill_;
  ConsumerRing<xdp_desc> received_;
  ProducerRing<xdp_desc> sent_;
  ConsumerRing<uint64_t> completed_;
  /// Addresses of the frames in hand.
  uint64_t held_[Link::burst] = {};
  int heldCount_ = 0;
  BusyPoll busyPoll_ = BusyPoll::off;
  bool zeroCopy_ = false;
  uint64_t transmitDropped_ = 0;
  /// Transmit frames that nobody has.
  std::vector<uint64_t> free_;
};

}  // namespace hotlap::xsk
