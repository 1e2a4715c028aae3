// One feed, polled by one thread: source → packets → sequence → decode → books → record, depth and cells.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>

#include "core/book/order_book.h"
#include "core/feed/depth_view.h"
#include "core/feed/instruments.h"
#include "core/feed/packet_source.h"
#include "core/feed/sequence_tracker.h"
#include "core/latency/latency_recorder.h"
#include "core/ring/layout.h"
#include "core/tape/tape_player.h"
#include "core/tape/tape_writer.h"

namespace hotlap {

/** Memory lent by the caller, as layout.h draws it. */
struct ReceiverMemory {
  double* cells;
  double* record;
  double* depth;
  uint32_t depthLevels;
  uint32_t maxInstruments;
};

struct ReceiverOptions {
  size_t expectedOrders = 0;
  /** Recordings run on their messages' own time; live feeds on CLOCK_MONOTONIC plus an offset. */
  bool recorded = true;
  /** Recordings only: 0 as fast as polled, else so many times recorded speed. */
  double speed = 0;
  /** Recordings only: before the one nothing is told and nothing waits, books are built all the same; behind
   * the other the recording is over. Exchange time. */
  double fromNs = -std::numeric_limits<double>::infinity();
  double toNs = std::numeric_limits<double>::infinity();
  double monotonicOffsetNs = 0;
  /** Absent: nothing is stamped, and recordings read no clock. */
  std::shared_ptr<LatencyRecorder> latency;
  /** Stages of one event in so many are stamped; 0: of none. */
  uint32_t sampleEvery = 0;
  /** Present: what comes in goes onto it. */
  std::shared_ptr<tape::TapeWriter> taped;
  /** Present: engine time is the tape's, whose packets the source hands on. */
  std::shared_ptr<tape::TapePlayer> played;
};

struct FeedCounters {
  uint64_t byType[256] = {};
  uint64_t packets = 0;
  uint64_t messages = 0;
  uint64_t gaps = 0;
  uint64_t lostMessages = 0;
  uint64_t duplicates = 0;
  uint64_t malformed = 0;
  /** Packets whose number was too far away to be believed: see kMaxJump. */
  uint64_t aside = 0;
  /** Exchange time of the first and the last message; NaN without messages. */
  double firstTimeNs;
  double lastTimeNs;
};

class FeedReceiver {
 public:
  FeedReceiver(const ReceiverMemory& memory, const ReceiverOptions& options,
               std::unique_ptr<PacketSource> source);

  /** Takes the memory of the books. False when there is not enough. */
  bool reserve();

  /** One of layout::poll: at most 256 packets and messages, at most one event. */
  int poll();

  /** Recordings only: from now on so fast (as `speed` of the options), counted from where they are. */
  void pace(double speed);

  /** @param symbol eight characters, space-padded, big-endian. @returns the handle, or -1 when no more fit */
  int32_t subscribe(uint64_t symbol, uint8_t interest);
  void setInterest(uint32_t handle, uint8_t interest) { instruments_.setInterest(handle, interest); }
  uint32_t subscriptions() const { return instruments_.subscriptions(); }

  /** Orders of a level in queue order, four doubles each. @returns orders written, `capacity` at most */
  uint32_t queue(uint32_t handle, uint8_t side, uint32_t price, double* out, uint32_t capacity);
  /** (price, size) of the best levels. @returns levels written, `capacity` at most */
  uint32_t levels(uint32_t handle, uint8_t side, double* out, uint32_t capacity) const;

  const FeedCounters& counters() const { return counters_; }
  /** Something was lost, or made no sense: no book is to be trusted from there on. */
  bool stale() const { return stale_; }
  const OrderBooks& books() const { return books_; }
  const Instruments& instruments() const { return instruments_; }
  const SequenceTracker& sequence() const { return sequence_; }
  const PacketSource& source() const { return *source_; }
  /** Cold: brings the counters in the cells up to date. */
  void refresh();

 private:
  /** Packets and messages that one poll may consume. */
  static constexpr int kBudget = 256;

  /** Why the next message may not be applied now; -1: it may. */
  int gate(const uint8_t* message, uint32_t length);
  bool dueAt(double timeNs);
  /** What comes now is told. */
  bool isTold() const { return memory_.cells[layout::cell::nowNs] >= options_.fromNs; }
  bool openPacket(const Packet& packet);
  bool undecodable();
  void restart();
  void sessionEnded();
  /** @returns true when an event was written */
  bool consume();
  void readClock();
  void keepTime();
  void startEvent();
  void decoded() {
    if (sampled_) latency_->decoded();
  }
  int deliver();
  int pollPackets();
  bool apply(const uint8_t* m, uint64_t sequence, bool wanted);
  bool applyAdd(const uint8_t* m, uint64_t sequence, bool wanted);
  bool applyExecution(const uint8_t* m, uint64_t sequence, bool wanted, bool withPrice);
  bool applyCancel(const uint8_t* m, uint64_t sequence, bool wanted);
  bool applyDelete(const uint8_t* m, uint64_t sequence, bool wanted);
  bool applyReplace(const uint8_t* m, uint64_t sequence, bool wanted);
  bool applyTrade(const uint8_t* m, uint64_t sequence, bool wanted);
  bool applyCross(const uint8_t* m, uint64_t sequence, bool wanted);
  bool applyBroken(const uint8_t* m, uint64_t sequence, bool wanted);
  bool applyImbalance(const uint8_t* m, uint64_t sequence, bool wanted);
  bool applyTradingAction(const uint8_t* m, uint64_t sequence, bool wanted);
  bool applyOperationalHalt(const uint8_t* m, uint64_t sequence, bool wanted);
  bool applyStatus(const uint8_t* m, uint64_t sequence, bool wanted, uint8_t code, double price);
  bool applyWholeFeed(const uint8_t* m, uint64_t sequence, bool wanted, int kind, uint8_t code);

  bool accepted(BookResult result);
  void nameStock(uint16_t locate, uint64_t symbol);
  void touchDepth(const Listing& listing, uint16_t locate, uint8_t side, uint32_t price, bool levelsChanged);
  double* begin(const uint8_t* m, uint64_t sequence, int kind, const Listing* listing);
  void writeTop(double* record, uint16_t locate);
  void writeOrder(double* record, const Change& change, uint64_t reference);
  int writeGap(uint64_t lost);
  void becomeStale();
  int leave(int result);
  void publish();
  void publishEventCells();
  void publishAllCells();
  int sourceIsDry(NextPacket next, bool idle);

  ReceiverMemory memory_;
  ReceiverOptions options_;
  std::unique_ptr<PacketSource> source_;
  LatencyRecorder* const latency_;
  OrderBooks books_;
  Instruments instruments_;
  DepthView depth_;
  SequenceTracker sequence_;
  FeedCounters counters_;

  // The packet in hand: blocks from cursor_, so many of them left.
  const uint8_t* cursor_ = nullptr;
  uint32_t blocks_ = 0;
  int64_t burstNs_ = 0;
  /** The last clock reading. */
  int64_t pollNs_ = 0;
  uint32_t polls_ = 0;
  uint32_t untilSample_ = 1;
  bool sampled_ = false;
  uint64_t gapLost_ = 0;
  uint64_t events_ = 0;
  bool stale_ = false;

  // Pacing: the clock when the first message was due, and its exchange time.
  int64_t paceStartNs_ = 0;
  double paceBaseNs_ = 0;
  bool paced_ = false;
};

}  // namespace hotlap
