#include "core/playback/playback.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#include <utility>

#include "core/host/clock.h"
#include "core/host/host.h"

namespace hotlap {

namespace {

// One writer: no need for a locked addition.
void add(std::atomic<uint64_t>& counter, uint64_t more) {
  counter.store(counter.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
}

}  // namespace

Playback::Playback(const PlaybackOptions& options, std::unique_ptr<PacketSource> source,
                   const OrderLink::Memory& memory)
    : options_(options),
      framer_(std::move(source), options.messagesPerPacket),
      pacing_(options.pace),
      link_(memory) {}

Playback::~Playback() { stop(); }

Failure Playback::start() {
  if (started_) return {};
  if (Failure failure = openSender(options_.datagrams, sender_)) return failure;
  if (!options_.creditFile.empty()) {
    if (Failure failure = credit_.open(options_.creditFile, options_.creditPackets)) return failure;
  }
  std::shared_ptr<TcpStack> stack;
  if (Failure failure = openStack(options_.tcpStack, stack, StackUse::byAnotherThread)) return failure;
  if (Failure failure = link_.listen(std::move(stack), options_.tcpHost, options_.tcpPort)) return failure;

  // Signals are for Node's own threads.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int error = pthread_create(&thread_, nullptr, &Playback::main, this);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error != 0) return failureOf(error, "The playback thread could not be started");
  pthread_setname_np(thread_, "hotlap-playback");
  running_ = started_ = true;
  return {};
}

void Playback::go() {
  int64_t notYet = 0;
  goNs_.compare_exchange_strong(notYet, monotonicNs() + startDelayNs, std::memory_order_acq_rel);
}

void Playback::stop() {
  if (!running_) return;
  stopping_.store(true, std::memory_order_release);
  pthread_join(thread_, nullptr);
  link_.release();
  running_ = false;
}

void* Playback::main(void* self) {
  static_cast<Playback*>(self)->run();
  return nullptr;
}

void Playback::run() {
  // A CPU that was refused is no reason not to play; the caller checked it before.
  if (options_.cpu >= 0) setAffinity({options_.cpu});
  while (!stopping_.load(std::memory_order_acquire)) {
    const int64_t nowNs = monotonicNs();
    const bool arrived = link_.turn(nowNs, sentSequence_.load(std::memory_order_relaxed));
    const bool left = feedTurn(nowNs);
    settle(nowNs, arrived || left);
  }
  link_.shutDown();
  link_.wake();
}

/// Busy while it plays; at the barrier, and after the end when nothing has happened for a while, it lets
/// others run.
void Playback::settle(int64_t nowNs, bool worked) {
  constexpr int64_t busyNs = 100'000'000;
  if (worked || phase() == playing) {
    lastWorkNs_ = nowNs;
  } else if (nowNs - lastWorkNs_ > busyNs) {
    const timespec nap = {0, 50'000};
    nanosleep(&nap, nullptr);
  } else {
    pauseCpu();
  }
}

bool Playback::fetch() {
  if (inHand_ || sourceEnded_) return inHand_;
  switch (framer_.next(packet_)) {
    case NextPacket::packet:
      inHand_ = true;
      intendedNs_ = -1;
      break;
    case NextPacket::ended:
      sourceEnded_ = true;
      break;
    default:
      break;
  }
  return inHand_;
}

bool Playback::feedTurn(int64_t nowNs) {
  switch (phase()) {
    case barrier: {
      const bool fetched = fetch();
      const int64_t goNs = goNs_.load(std::memory_order_acquire);
      if (goNs != 0 && (fetched || sourceEnded_)) {
        pacing_.start(goNs);
        if (credit_.isOpen()) credit_.rebase(datagrams_);
        lastSentNs_ = nowNs;
        dropsBefore_.store(sendDrops_.load(std::memory_order_relaxed), std::memory_order_relaxed);
        phase_.store(playing, std::memory_order_release);
        return true;
      }
      // The first packet's own number: the receiver may not take what follows for a gap.
      if (fetched) beat(nowNs, barrierBeatNs, packet_.firstSequence, 0);
      return false;
    }
    case playing:
      return play(nowNs);
    case sent:
      // Who comes now shall know that there is nothing more to come (MoldUDP64: the end is repeated for a
      // while).
      beat(nowNs, beatNs, framer_.nextSequence(), kMoldEndOfSession);
      flush();
      return false;
  }
  return false;
}

bool Playback::play(int64_t nowNs) {
  if (!fetch()) {
    flush();
    if (sourceEnded_) finish(nowNs);
    return false;
  }
  if (intendedNs_ < 0 || options_.pace.mode == Pace::flatOut) {
    intendedNs_ = pacing_.intendedNs(packet_.timeNs, paced_, nowNs);
  }
  if (!mayLeave(nowNs)) {
    flush();
    beat(nowNs, beatNs, packet_.firstSequence, 0);
    return false;
  }
  return transmit();
}

bool Playback::mayLeave(int64_t nowNs) {
  if (nowNs < intendedNs_) return false;
  if (tap_->full(packet_.size)) {
    add(tapWaits_, 1);
    return false;
  }
  if (options_.pace.mode == Pace::flatOut && credit_.isOpen() &&
      !credit_.allows(datagrams_ - sendDrops_.load(std::memory_order_relaxed), packet_.size)) {
    add(creditWaits_, 1);
    return false;
  }
  return true;
}

/// @returns false: the same packet again, on the next turn
bool Playback::transmit() {
  const int64_t sendNs = monotonicNs();
  const int error = gathering_.send(*sender_, packet_.data, packet_.size);
  if (error == EAGAIN || error == ENOBUFS) {
    // Late, not lost.
    flush();
    return false;
  }
  const int64_t intendedNs = options_.pace.mode == Pace::flatOut ? sendNs : intendedNs_;
  inHand_ = false;
  paced_ += packet_.messages;
  // Ahead of the tap: whoever finds the message there may ask for its time.
  if (error == 0) log_.add(packet_.firstSequence, packet_.messages, intendedNs);
  // The exchange's own book is right, whatever becomes of the packet on the wire.
  tap_->put(packet_.data, packet_.size, intendedNs);
  // Behind the tap: whoever sees the number finds the message there.
  if (packet_.messages != 0) {
    sentSequence_.store(packet_.firstSequence + packet_.messages - 1, std::memory_order_release);
  }
  if (error != 0) {
    if (error == EMSGSIZE) tooLongBytes_.store(packet_.size, std::memory_order_relaxed);
    refuse(error);
    return true;
  }
  lateness_.record(sendNs - intendedNs);
  if (firstSentNs_.load(std::memory_order_relaxed) == 0)
    firstSentNs_.store(sendNs, std::memory_order_relaxed);
  lastPacketNs_.store(sendNs, std::memory_order_relaxed);
  add(packets_, 1);
  add(messages_, packet_.messages);
  add(bytes_, packet_.size);
  ++datagrams_;
  lastSentNs_ = sendNs;
  const bool more = options_.pace.mode == Pace::flatOut || sendNs - intendedNs > Lateness::lateNs;
  if (gathering_.isFull() || !more) flush();
  return true;
}

/// What is too long once is too long for ever; whatever else is in the way may pass. Before the first packet
/// and behind the last nothing is lost.
void Playback::refuse(int error) {
  if (phase() != playing) return;
  add(sendErrors_, 1);
  if (++refusals_ == mostRefusals || error == EMSGSIZE) phase_.store(failed, std::memory_order_release);
}

void Playback::flush() {
  if (gathering_.isEmpty()) return;
  const int error = gathering_.flush(*sender_);
  sendDrops_.store(sender_->counters().dropped, std::memory_order_relaxed);
  if (error != 0) return refuse(error);
  if (gathering_.isEmpty()) refusals_ = 0;
}

void Playback::finish(int64_t nowNs) {
  if (!framer_.sawEndOfSession() && endsSent_ < endPackets) {
    if (endsSent_ > 0 && nowNs - lastSentNs_ < endSpacingNs) return;
    const OutgoingPacket end = framer_.control(framer_.nextSequence(), kMoldEndOfSession);
    if (tap_->full(end.size)) return;
    if (endsSent_ == 0) tap_->put(end.data, end.size, nowNs);
    sendControl(end);
    ++endsSent_;
    lastSentNs_ = nowNs;
    return;
  }
  tap_->end();
  phase_.store(sent, std::memory_order_release);
  link_.wake();
}

void Playback::beat(int64_t nowNs, int64_t everyNs, uint64_t sequence, uint16_t count) {
  if (lastSentNs_ != 0 && nowNs - lastSentNs_ < everyNs) return;
  const OutgoingPacket packet = framer_.control(sequence, count);
  sendControl(packet);
  lastSentNs_ = nowNs;
}

/// It says nothing that is not said again: where there is no room it is lost.
void Playback::sendControl(const OutgoingPacket& packet) {
  if (gathering_.send(*sender_, packet.data, packet.size) == 0) ++datagrams_;
  flush();
}

Playback::Stats Playback::stats() const {
  const int64_t first = firstSentNs_.load(std::memory_order_relaxed);
  const int64_t last = lastPacketNs_.load(std::memory_order_relaxed);
  return {packets_.load(std::memory_order_relaxed),
          messages_.load(std::memory_order_relaxed),
          bytes_.load(std::memory_order_relaxed),
          first == 0 ? 0 : last - first,
          sendErrors_.load(std::memory_order_relaxed),
          sendDrops_.load(std::memory_order_relaxed) - dropsBefore_.load(std::memory_order_relaxed),
          tooLongBytes_.load(std::memory_order_relaxed),
          sender_ == nullptr ? 0 : sender_->maxDatagramBytes(),
          creditWaits_.load(std::memory_order_relaxed),
          tapWaits_.load(std::memory_order_relaxed),
          framer_.malformed(),
          framer_.truncated()};
}

}  // namespace hotlap
