// The thread behind a simulated exchange: paces a recording onto UDP and, on the same busy-polled turn, takes
// the FIX connection and stamps what arrives.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "core/feed/packet_source.h"
#include "core/host/failure.h"
#include "core/link/open_sender.h"
#include "core/playback/credit_window.h"
#include "core/playback/gathering.h"
#include "core/playback/order_link.h"
#include "core/playback/pacing.h"
#include "core/playback/packet_framer.h"
#include "core/playback/playback_tap.h"
#include "core/playback/sent_log.h"
#include "core/socket/open_stack.h"

namespace hotlap {

struct PlaybackOptions {
  DatagramOptions datagrams;
  Pace pace;
  /// 0: as recorded.
  uint32_t messagesPerPacket = 0;
  /// Empty: none. Only a flat-out playback obeys it.
  std::string creditFile;
  /// 0: from the receiver's buffer.
  uint32_t creditPackets = 0;
  /// The FIX side's.
  TcpStackOptions tcpStack;
  std::string tcpHost;
  int tcpPort = 0;
  /// -1: not pinned.
  int cpu = -1;
};

class Playback {
 public:
  enum Phase { barrier = 0, playing = 1, sent = 2, failed = 3 };

  Playback(const PlaybackOptions& options, std::unique_ptr<PacketSource> source,
           const OrderLink::Memory& memory);
  ~Playback();
  Playback(const Playback&) = delete;
  Playback& operator=(const Playback&) = delete;

  /// Binds, listens and starts the thread, once.
  Failure start();
  void go();
  /// Ends and joins the thread, which takes less than a millisecond. May be called twice, and never runs
  /// again.
  void stop();

  int phase() const { return phase_.load(std::memory_order_acquire); }
  OrderLink& link() { return link_; }
  const std::shared_ptr<PlaybackTap>& tap() const { return tap_; }
  /// Of the last message that was sent; 0 before the first.
  uint64_t sentSequence() const { return sentSequence_.load(std::memory_order_acquire); }
  int64_t intendedNs(uint64_t sequence) const { return log_.intendedNs(sequence); }

  struct Stats {
    uint64_t packets;
    uint64_t messages;
    uint64_t bytes;
    int64_t elapsedNs;
    uint64_t sendErrors;
    /// Of the packets, heartbeats and ends included, thrown away by the device.
    uint64_t sendDrops;
    /// Of the packet that the wire never takes; 0: none.
    uint64_t tooLongBytes;
    /// What it takes.
    uint64_t wireBytes;
    uint64_t creditWaits;
    uint64_t tapWaits;
    uint64_t malformed;
    bool truncated;
  };
  Stats stats() const;
  const Lateness& lateness() const { return lateness_; }

 private:
  static constexpr int64_t startDelayNs = 1'000'000;
  static constexpr int64_t barrierBeatNs = 100'000'000;
  static constexpr int64_t beatNs = 1'000'000'000;
  static constexpr int64_t endSpacingNs = 1'000'000;
  static constexpr int endPackets = 3;
  /// Refusals in a row after which the playback gives up.
  static constexpr int mostRefusals = 1000;

  static void* main(void* self);
  void run();
  bool feedTurn(int64_t nowNs);
  bool fetch();
  bool play(int64_t nowNs);
  void finish(int64_t nowNs);
  bool mayLeave(int64_t nowNs);
  bool transmit();
  void refuse(int error);
  void flush();
  void beat(int64_t nowNs, int64_t everyNs, uint64_t sequence, uint16_t count);
  void sendControl(const OutgoingPacket& packet);
  void settle(int64_t nowNs, bool worked);

  const PlaybackOptions options_;
  PacketFramer framer_;
  Pacing pacing_;
  std::unique_ptr<DatagramSender> sender_;
  CreditWindow credit_;
  OrderLink link_;
  std::shared_ptr<PlaybackTap> tap_ = std::make_shared<PlaybackTap>();
  SentLog log_;
  Lateness lateness_;

  // The thread's own.
  OutgoingPacket packet_ = {};
  bool inHand_ = false;
  bool sourceEnded_ = false;
  int64_t intendedNs_ = -1;
  int64_t lastSentNs_ = 0;
  int64_t lastWorkNs_ = 0;
  int endsSent_ = 0;
  int refusals_ = 0;
  Gathering gathering_;
  /// Heartbeats and ends included, and nothing that was refused: what the receiver's credit counts.
  uint64_t datagrams_ = 0;
  /// Messages that have had their time, refused ones included.
  uint64_t paced_ = 0;

  std::atomic<int> phase_{barrier};
  std::atomic<bool> stopping_{false};
  std::atomic<uint64_t> sentSequence_{0};
  /// 0 until go().
  std::atomic<int64_t> goNs_{0};
  std::atomic<uint64_t> packets_{0};
  std::atomic<uint64_t> messages_{0};
  std::atomic<uint64_t> bytes_{0};
  std::atomic<uint64_t> sendErrors_{0};
  std::atomic<uint64_t> sendDrops_{0};
  /// Of them, before the first packet: heartbeats to a peer that was not there yet, nothing of the recording.
  std::atomic<uint64_t> dropsBefore_{0};
  std::atomic<uint64_t> tooLongBytes_{0};
  std::atomic<uint64_t> creditWaits_{0};
  std::atomic<uint64_t> tapWaits_{0};
  std::atomic<int64_t> firstSentNs_{0};
  std::atomic<int64_t> lastPacketNs_{0};

  pthread_t thread_ = {};
  bool running_ = false;
  bool started_ = false;
};

}  // namespace hotlap
