// The thread behind `hotlap record`: polls every input in turn, stamps what comes and leaves it in a ring. It
// makes no system call but its transports' own, and allocates nothing.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/host/failure.h"
#include "core/recorder/block_ring.h"
#include "core/recorder/link_input.h"
#include "core/recorder/socket_input.h"

namespace hotlap {

struct PacketRecorderOptions {
  /// Of what waits to be kept.
  size_t ringBytes;
  /// -1: not pinned.
  int cpu = -1;
  /// Sleeps when nothing has come for a while, instead of asking on and on.
  bool naps = false;
  /// Ends after so many packets.
  uint64_t mostPackets = UINT64_MAX;
};

class PacketRecorder {
 public:
  static constexpr uint32_t mostInputs = 256;
  enum Phase { waiting = 0, recording = 1, complete = 2, stopped = 3 };

  explicit PacketRecorder(const PacketRecorderOptions& options);
  ~PacketRecorder();
  PacketRecorder(const PacketRecorder&) = delete;
  PacketRecorder& operator=(const PacketRecorder&) = delete;

  // Before start(), on the thread that starts it.
  /// @param bypass only what keeps the kernel's network stack out of the way @param index of the new input
  Failure addSocket(const UdpReceiverOptions& options, bool bypass, uint32_t& index);
  Failure addLink(const LinkOptions& options, const UdpFlow& group, bool bypass, uint32_t& index);
  Failure addGroup(uint32_t index, const UdpFlow& group);

  Failure start();
  /// Ends and joins the thread. What is in the ring stays there; losses are as they are now.
  void stop();
  /// Stops, and lets devices and sockets go: what is in the ring may still be taken.
  void close();
  int phase() const { return phase_.load(std::memory_order_acquire); }
  /// The thread asks its transports what they have lost, at its next turn.
  void askLosses() { asked_.store(true, std::memory_order_relaxed); }

  BlockRing& ring() { return ring_; }
  uint32_t inputs() const { return static_cast<uint32_t>(inputs_.size()); }
  const RecorderInput& input(uint32_t index) const { return *inputs_[index]; }

 private:
  /// Turns without a packet after which it naps, and for how long: what a socket or a ring holds meanwhile.
  static constexpr int idleTurns = 2'000;
  static constexpr int64_t napNs = 50'000;

  Failure keep(std::unique_ptr<RecorderInput> input, LinkInput* link, bool bypass, uint32_t& index);
  static void* main(void* self);
  void run();
  void refresh();

  const PacketRecorderOptions options_;
  BlockRing ring_;
  std::vector<std::unique_ptr<RecorderInput>> inputs_;
  /// Of the same ones, those that are links; null for sockets.
  std::vector<LinkInput*> links_;
  const int64_t realtimeOffsetNs_;
  std::atomic<int> phase_{waiting};
  std::atomic<bool> stopping_{false};
  std::atomic<bool> asked_{false};
  pthread_t thread_ = {};
  bool running_ = false;
};

}  // namespace hotlap
