#include "core/feed/receiver.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/feed/itch50.h"
#include "core/feed/moldudp64.h"
#include "core/host/clock.h"
#include "core/ring/layout.h"

namespace hotlap {

namespace cell = layout::cell;

namespace {

constexpr double kNull = std::numeric_limits<double>::quiet_NaN();
// While a burst is being worked off the clock is read once in so many polls: a reading costs as much as a
// message.
constexpr uint32_t kPollsPerClock = 8;

}  // namespace

FeedReceiver::FeedReceiver(const ReceiverMemory& memory, const ReceiverOptions& options,
                           std::unique_ptr<PacketSource> source)
    : memory_(memory),
      options_(options),
      source_(std::move(source)),
      latency_(options.latency.get()),
      depth_(books_, instruments_, memory.depth, memory.depthLevels) {
  counters_.firstTimeNs = counters_.lastTimeNs = kNull;
  const double now = options.recorded ? 0 : static_cast<double>(monotonicNs()) + options.monotonicOffsetNs;
  const double deadline = memory_.cells[cell::deadlineNs];
  const double limit = memory_.cells[cell::limitSequence];
  std::fill(memory_.cells, memory_.cells + layout::cells_doubles, 0.0);
  // Both belong to JavaScript; 0 is what a fresh array has, and would stop the feed at once.
  memory_.cells[cell::deadlineNs] = deadline == 0 ? std::numeric_limits<double>::infinity() : deadline;
  memory_.cells[cell::limitSequence] = limit == 0 ? std::numeric_limits<double>::infinity() : limit;
  memory_.cells[cell::nowNs] = now;
  memory_.cells[cell::monotonicOffsetNs] = options.monotonicOffsetNs;
}

bool FeedReceiver::reserve() {
  return books_.reserve(options_.expectedOrders) && instruments_.reserve(memory_.maxInstruments) &&
         depth_.reserve(memory_.maxInstruments);
}

void FeedReceiver::readClock() {
  pollNs_ = monotonicNs();
  if (latency_ != nullptr) latency_->turnStart(pollNs_);
  if (!options_.recorded && options_.played == nullptr) keepTime();
}

void FeedReceiver::keepTime() {
  double& now = memory_.cells[cell::nowNs];
  if (options_.taped != nullptr) options_.taped->clockRead(now);
  now = std::max(now, static_cast<double>(pollNs_) + options_.monotonicOffsetNs);
}

int FeedReceiver::poll() {
  if (options_.taped != nullptr) options_.taped->polled(blocks_ != 0 || gapLost_ != 0);
  if (options_.played == nullptr) return pollPackets();
  tape::TapePlayer& tape = *options_.played;
  if (!std::isnan(tape.nowNs())) memory_.cells[cell::nowNs] = tape.nowNs();
  if (tape.peek(tape::entry::held) != nullptr) {
    tape.take();
    return layout::poll::idle;
  }
  const int result = pollPackets();
  tape.goesOn(blocks_ != 0 || gapLost_ != 0);
  return result;
}

int FeedReceiver::pollPackets() {
  if (!options_.recorded && (blocks_ == 0 || ++polls_ % kPollsPerClock == 0)) readClock();
  for (int budget = kBudget; budget > 0; --budget) {
    if (blocks_ == 0) {
      Packet packet;
      const NextPacket next = source_->next(pollNs_, packet);
      if (next == NextPacket::skipped) continue;
      if (next != NextPacket::packet) return sourceIsDry(next, budget == kBudget);
      if (!openPacket(packet)) continue;
    }
    if (gapLost_ != 0) {
      const int told = writeGap(gapLost_);
      if (isTold()) return told;
    }
    if (blocks_ == 0) continue;

    const uint32_t length = be16(cursor_);
    const uint8_t* message = cursor_ + kBlockHeader;
    const int gated = gate(message, length);
    if (gated >= 0) return leave(gated);
    if (consume()) return deliver();
  }
  return leave(layout::poll::progress);
}

/** @param idle nothing was done in this poll */
int FeedReceiver::sourceIsDry(NextPacket next, bool idle) {
  if (next == NextPacket::sessionEnded) {
    sessionEnded();
    return leave(layout::poll::progress);
  }
  if (next == NextPacket::ended) memory_.cells[cell::sourceEnded] = 1;
  if (latency_ == nullptr || !idle) return leave(layout::poll::idle);
  if (options_.recorded) readClock();
  latency_->idle(pollNs_);
  publish();
  return layout::poll::idle;
}

void FeedReceiver::sessionEnded() { memory_.cells[cell::sessionEnded] = 1; }

/** Takes a packet in hand: header, session, sequence. False when nothing of it is left to do. */
bool FeedReceiver::openPacket(const Packet& packet) {
  burstNs_ = packet.burstNs != 0 ? packet.burstNs : pollNs_;
  if (packet.blocks != 0) {
    cursor_ = packet.data;
    blocks_ = packet.blocks;
    return true;
  }
  ++counters_.packets;
  MoldHeader header;
  const bool readable = readMoldHeader(packet.data, packet.size, header);
  // The first packet names the session for good: a stray datagram may not.
  const bool opens = sequence_.session() != nullptr ||
                     (readable && header.sequence <= kMaxSequence && framesAsMold(packet.data, packet.size));
  // Nobody knows whose it is, and anybody may send it: what it stands for, if anything, shows as a gap.
  if (!readable || !opens || !sequence_.accepts(header.session)) {
    ++counters_.malformed;
    return false;
  }
  if (header.sequence > kMaxSequence) return undecodable();
  const bool ends = header.count == kMoldEndOfSession;
  uint32_t blocks = ends ? 0 : header.count;
  // A sender that has nothing yet may say 0; the first message is 1.
  if (header.sequence == 0) return blocks != 0 && undecodable();

  // Whole blocks only: what a cut packet promised and did not bring shows as a gap at the next one.
  const uint8_t* at = packet.data + kMoldHeader;
  const uint8_t* const end = packet.data + packet.size;
  const SequenceTracker::Verdict verdict = sequence_.offer(header.sequence, blocks);
  if (verdict.aside) {
    // Well formed, as far as it was looked at: either much is missing before it, or its number is damaged.
    ++counters_.aside;
    becomeStale();
    return false;
  }
  if (verdict.restarted) restart();
  counters_.duplicates += verdict.seen;
  const uint8_t* first = at;
  uint32_t whole = 0;
  while (whole < blocks) {
    if (end - at < static_cast<ptrdiff_t>(kBlockHeader)) break;
    const size_t length = be16(at);
    if (static_cast<size_t>(end - at) - kBlockHeader < length) break;
    // What the messages will look up is under way by the time they are decoded.
    if (length >= itch50::kReferenceEnd) books_.prefetch(itch50::orderReferenceNumber(at + kBlockHeader));
    at += kBlockHeader + length;
    if (++whole == verdict.seen) first = at;
  }
  if (whole < blocks || at != end) {
    ++counters_.malformed;
    // Where all of it was seen before, nothing is lost with it.
    if (verdict.seen < blocks) becomeStale();
  }
  cursor_ = first;
  blocks_ = whole > verdict.seen ? whole - verdict.seen : 0;
  gapLost_ = verdict.lost;
  if (ends) sessionEnded();
  return blocks_ != 0 || gapLost_ != 0;
}

/** Of this feed, and no packet: what it was to say of the books is lost. */
bool FeedReceiver::undecodable() {
  ++counters_.malformed;
  becomeStale();
  return false;
}

/** The gap before the first packet was none: what is missing is what lies before this one. */
void FeedReceiver::restart() {
  const uint64_t before = sequence_.expected() - 1;
  counters_.lostMessages = before > counters_.messages ? before - counters_.messages : 0;
}

int FeedReceiver::gate(const uint8_t* message, uint32_t length) {
  double* cells = memory_.cells;
  if (static_cast<double>(sequence_.expected()) > cells[cell::limitSequence]) return layout::poll::idle;
  if (!options_.recorded) return -1;
  const double own =
      itch50::wellFormed(message, length) ? static_cast<double>(itch50::timestampNs(message)) : 0;
  const double now = std::max(cells[cell::nowNs], own);
  if (now > options_.toNs) {
    cells[cell::sourceEnded] = 1;
    return layout::poll::idle;
  }
  const double deadline = cells[cell::deadlineNs];
  if (options_.speed != 0 && now >= options_.fromNs &&
      !dueAt(std::min(now, std::max(deadline, cells[cell::nowNs]))))
    return layout::poll::idle;
  if (now > deadline) {
    cells[cell::nowNs] = std::max(cells[cell::nowNs], deadline);
    if (latency_ != nullptr) readClock();
    return layout::poll::deadline;
  }
  cells[cell::nowNs] = now;
  return -1;
}

void FeedReceiver::pace(double speed) {
  options_.speed = speed;
  // Before the first message that is told, there is nothing to count from.
  paced_ = counters_.messages > 0 && isTold();
  paceStartNs_ = monotonicNs();
  paceBaseNs_ = memory_.cells[cell::nowNs];
}

/** Paced recordings: has the recorded time come, counted from the first message? */
bool FeedReceiver::dueAt(double timeNs) {
  const int64_t clock = monotonicNs();
  if (!paced_) {
    paced_ = true;
    paceStartNs_ = clock;
    paceBaseNs_ = timeNs;
  }
  return static_cast<double>(clock - paceStartNs_) * options_.speed >= timeNs - paceBaseNs_;
}

bool FeedReceiver::consume() {
  const uint32_t length = be16(cursor_);
  const uint8_t* message = cursor_ + kBlockHeader;
  cursor_ = message + length;
  if (--blocks_ != 0 && be16(cursor_) >= itch50::kReferenceEnd) {
    const uint8_t* next = cursor_ + kBlockHeader;
    books_.prefetchOrder(itch50::stockLocate(next), itch50::orderReferenceNumber(next));
  }
  const uint64_t sequence = sequence_.take();
  ++counters_.messages;
  // A block without data is legal (MoldUDP64, message block) and says nothing.
  if (length == 0) return false;
  if (!itch50::wellFormed(message, length)) {
    ++counters_.malformed;
    // A type that is not known yet is to be passed over; one that is known has one length.
    if (itch50::kLengths[message[0]] != 0) becomeStale();
    return false;
  }
  ++counters_.byType[message[0]];
  counters_.lastTimeNs = static_cast<double>(itch50::timestampNs(message));
  if (counters_.messages == 1) counters_.firstTimeNs = counters_.lastTimeNs;
  const uint8_t classes = itch50::kInterests[message[0]];
  const uint16_t locate = itch50::stockLocate(message);
  const uint8_t stockOffset = itch50::kStockOffsets[message[0]];
  if (stockOffset != 0 && instruments_.listing(locate).symbol == 0)
    nameStock(locate, be64(message + stockOffset));
  const bool wanted =
      (classes & (itch50::isWholeFeed(message[0]) ? instruments_.anyInterest()
                                                  : instruments_.listing(locate).interest)) != 0 &&
      isTold();
  sampled_ = false;
  if (wanted && latency_ != nullptr) startEvent();
  return apply(message, sequence, wanted);
}

void FeedReceiver::startEvent() {
  sampled_ = options_.sampleEvery != 0 && --untilSample_ == 0;
  if (sampled_) untilSample_ = options_.sampleEvery;
  latency_->eventStart(options_.recorded ? monotonicNs() : burstNs_, sampled_);
}

/** Leaves poll with an event; its stage `book` ends with everything drawn. */
int FeedReceiver::deliver() {
  depth_.flush();
  publishEventCells();
  memory_.cells[cell::sampled] = sampled_ ? 1 : 0;
  if (sampled_) latency_->applied();
  return layout::poll::event;
}

int32_t FeedReceiver::subscribe(uint64_t symbol, uint8_t interest) {
  const int32_t handle = instruments_.subscribe(symbol, interest);
  if (handle < 0) return handle;
  depth_.touchAll(static_cast<uint32_t>(handle));
  const int32_t locate = instruments_.subscription(static_cast<uint32_t>(handle)).locate;
  if (locate >= 0) {
    depth_.setHalted(static_cast<uint32_t>(handle),
                     instruments_.listing(static_cast<uint16_t>(locate)).halted());
  }
  depth_.flush();
  return handle;
}

uint32_t FeedReceiver::queue(uint32_t handle, uint8_t side, uint32_t price, double* out, uint32_t capacity) {
  const int32_t locate = instruments_.subscription(handle).locate;
  if (locate < 0) return 0;
  const Level* level = books_.levelAt(static_cast<uint16_t>(locate), side, price);
  uint32_t written = 0;
  for (uint32_t index = level == nullptr ? kNone : level->head; index != kNone && written < capacity;
       ++written) {
    const Order& order = books_.order(index);
    out[0] = static_cast<double>(order.reference >> 32);
    out[1] = static_cast<double>(order.reference & 0xffffffff);
    out[2] = order.shares;
    out[3] = static_cast<double>(order.entrySequence);
    out += 4;
    index = order.next;
  }
  return written;
}

uint32_t FeedReceiver::levels(uint32_t handle, uint8_t side, double* out, uint32_t capacity) const {
  const int32_t locate = instruments_.subscription(handle).locate;
  if (locate < 0) return 0;
  const PriceLadder& ladder = books_.book(static_cast<uint16_t>(locate)).ladder(side);
  const uint32_t count = std::min(capacity, ladder.size());
  for (uint32_t n = 0; n < count; ++n) {
    out[2 * n] = ladder.best(n).price;
    out[2 * n + 1] = static_cast<double>(books_.level(ladder.best(n).level).shares);
  }
  return count;
}

/** Leaves poll without an event, though something was done: no stall of the host's. */
int FeedReceiver::leave(int result) {
  if (latency_ != nullptr) latency_->busy();
  publish();
  return result;
}

/** What JavaScript may look at after a poll without an event. */
void FeedReceiver::publish() {
  depth_.flush();
  publishAllCells();
  sampled_ = false;
  memory_.cells[cell::sampled] = 0;
}

void FeedReceiver::refresh() {
  source_->refresh();
  publishAllCells();
}

/** What moves with each event; the rest can wait for a poll that has none. */
void FeedReceiver::publishEventCells() {
  double* cells = memory_.cells;
  cells[cell::messages] = static_cast<double>(counters_.messages);
  cells[cell::sequence] = static_cast<double>(sequence_.expected() - 1);
  cells[cell::liveOrders] = static_cast<double>(books_.liveOrders());
  cells[cell::lagPackets] = source_->counters().lagPackets;
  cells[cell::events] = static_cast<double>(events_);
}

void FeedReceiver::publishAllCells() {
  publishEventCells();
  double* cells = memory_.cells;
  const SourceCounters& source = source_->counters();
  cells[cell::packets] = static_cast<double>(counters_.packets);
  cells[cell::gaps] = static_cast<double>(counters_.gaps);
  cells[cell::lostMessages] = static_cast<double>(counters_.lostMessages);
  cells[cell::duplicates] = static_cast<double>(counters_.duplicates);
  cells[cell::malformed] = static_cast<double>(counters_.malformed + source.malformed);
  cells[cell::filtered] = static_cast<double>(source.filtered);
  cells[cell::unknownOrders] = static_cast<double>(books_.unknownOrders());
  cells[cell::truncated] = source.truncated ? 1 : 0;
  cells[cell::drops] = static_cast<double>(source.drops);
  cells[cell::receiveCalls] = static_cast<double>(source.receiveCalls);
}

}  // namespace hotlap
