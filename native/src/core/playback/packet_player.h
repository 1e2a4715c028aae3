// The thread behind `hotlap simulator --play`: sends a capture's datagrams to their groups, as they were
// recorded, each at its time.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/host/failure.h"
#include "core/link/open_link.h"
#include "core/playback/aimed_sender.h"
#include "core/playback/gathering.h"
#include "core/playback/group_routes.h"
#include "core/playback/pacing.h"
#include "core/recording/byte_ring_reader.h"
#include "core/recording/capture_source.h"

namespace hotlap {

struct PacketPlayerOptions {
  CaptureFormat format;
  /// Of the multicast groups; a wire of shared memory has none.
  std::string interface;
  /// Absent: through a kernel socket.
  std::optional<LinkOptions> device;
  /// `messagesPerSecond` are packets unless `ratesMessages`.
  Pace pace;
  /// MoldUDP64's messages; a packet that does not frame as that counts as one.
  bool ratesMessages = false;
  std::vector<GroupRule> rules;
  /// -1: not pinned.
  int cpu = -1;
};

class PacketPlayer {
 public:
  enum Phase { waiting = 0, playing = 1, sent = 2, failed = 3 };
  /// How the recording ended.
  enum End { notYet = 0, complete = 1, cut = 2, broken = 3 };
  /// Why a frame was not played.
  enum Skip { notUdp, notMulticast, notChosen, fragment, snapped, malformed, beyondRoom, skips };

  /// @param ring of a byte ring that is filled while it plays. Borrowed.
  PacketPlayer(const PacketPlayerOptions& options, uint8_t* ring, size_t ringSize);
  ~PacketPlayer();
  PacketPlayer(const PacketPlayer&) = delete;
  PacketPlayer& operator=(const PacketPlayer&) = delete;

  bool usable() const { return ring_.usable() && reader_ != nullptr; }
  /// Opens the way out and starts the thread, once. The first packet's time is a millisecond after it was
  /// read.
  Failure start();
  /// Ends and joins the thread, within some milliseconds. May be called twice, and never runs again.
  void stop();

  int phase() const { return phase_.load(std::memory_order_acquire); }

  struct Stats {
    uint64_t frames;
    uint64_t packets;
    uint64_t bytes;
    uint64_t skipped[skips];
    /// More bytes than the way takes: not sent. The longest of them, and what it takes.
    uint64_t tooLong;
    uint64_t longestBytes;
    uint64_t wireBytes;
    /// Refused by the system: not sent. The last errno.
    uint64_t sendErrors;
    int lastError;
    /// Of the packets sent, thrown away by the device.
    uint64_t sendDrops;
    /// Played with the packet before them, because they have no time or an earlier one.
    uint64_t untimed;
    uint64_t reversed;
    /// Packets that were late because they had not been read from the file, and because there was no room.
    uint64_t readLate;
    uint64_t roomLate;
    /// From the first to the last packet, as sent and as it should have been.
    int64_t elapsedNs;
    int64_t intendedElapsedNs;
    int end;
  };
  Stats stats() const;
  const Lateness& error() const { return error_; }
  const GroupRoutes& routes() const { return routes_; }

 private:
  static constexpr int64_t startDelayNs = 1'000'000;
  /// Refusals in a row after which it gives up.
  static constexpr int mostRefusals = 1000;
  /// The host may take its time to wake a thread: what is left is spent awake.
  static constexpr int64_t napAboveNs = 3'000'000;
  static constexpr int64_t napNs = 1'000'000;
  /// A burst of frames that are not played may not keep what was sent from leaving.
  static constexpr int framesATurn = 64;

  static void* main(void* self);
  void run();
  void turn();
  bool fetch();
  bool take(const CapturedFrame& frame);
  void skip(Skip why) { bump(skipped_[why]); }
  void schedule(int64_t nowNs);
  void transmit(int64_t nowNs);
  void refuse(int error);
  bool flush();
  void rest(int64_t forNs);
  void finish();

  // One writer: no need for a locked addition.
  static void bump(std::atomic<uint64_t>& counter, uint64_t more = 1) {
    counter.store(counter.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
  }

  const PacketPlayerOptions options_;
  ByteRingReader ring_;
  std::unique_ptr<CaptureReader> reader_;
  GroupRoutes routes_;
  Pacing pacing_;
  Lateness error_;
  std::unique_ptr<AimedSender> sender_;
  Gathering gathering_;

  // The thread's own.
  const uint8_t* payload_ = nullptr;
  size_t size_ = 0;
  int64_t timeNs_ = 0;
  GroupRoute* route_ = nullptr;
  bool inHand_ = false;
  bool scheduled_ = false;
  bool starved_ = false;
  bool crowded_ = false;
  bool begun_ = false;
  int64_t lastTimeNs_ = CapturedFrame::untimed;
  int64_t intendedNs_ = 0;
  /// Packets or messages that have had their time.
  uint64_t paced_ = 0;
  int refusals_ = 0;

  std::atomic<int> phase_{waiting};
  std::atomic<bool> stopping_{false};
  std::atomic<int> end_{notYet};
  std::atomic<uint64_t> frames_{0};
  std::atomic<uint64_t> packets_{0};
  std::atomic<uint64_t> bytes_{0};
  std::atomic<uint64_t> skipped_[skips] = {};
  std::atomic<uint64_t> tooLong_{0};
  std::atomic<uint64_t> longestBytes_{0};
  std::atomic<uint64_t> sendErrors_{0};
  std::atomic<int> lastError_{0};
  std::atomic<uint64_t> sendDrops_{0};
  std::atomic<uint64_t> untimed_{0};
  std::atomic<uint64_t> reversed_{0};
  std::atomic<uint64_t> readLate_{0};
  std::atomic<uint64_t> roomLate_{0};
  std::atomic<int64_t> firstSentNs_{0};
  std::atomic<int64_t> lastSentNs_{0};
  std::atomic<int64_t> firstIntendedNs_{0};
  std::atomic<int64_t> lastIntendedNs_{0};

  pthread_t thread_ = {};
  bool running_ = false;
  bool started_ = false;
};

}  // namespace hotlap
