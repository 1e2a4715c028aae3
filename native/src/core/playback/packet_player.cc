#include "core/playback/packet_player.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#include "core/feed/moldudp64.h"
#include "core/host/clock.h"
#include "core/host/host.h"
#include "core/link/udp_frame.h"

namespace hotlap {

namespace {

// Space is given back to the writer in pieces of this size: each time costs both threads a cache line.
constexpr size_t releaseBytes = 65'536;

bool isWithoutRoom(int error) { return error == EAGAIN || error == ENOBUFS; }

uint64_t messagesOf(const uint8_t* packet, size_t size) {
  MoldHeader header;
  if (!framesAsMold(packet, size) || !readMoldHeader(packet, size, header)) return 1;
  return header.count == kMoldEndOfSession ? 0 : header.count;
}

}  // namespace

PacketPlayer::PacketPlayer(const PacketPlayerOptions& options, uint8_t* ring, size_t ringSize)
    : options_(options),
      ring_(ring, ringSize),
      reader_(captureReaderOf(options.format, ring_)),
      routes_(options.rules),
      pacing_(options.pace) {}

PacketPlayer::~PacketPlayer() { stop(); }

Failure PacketPlayer::start() {
  if (started_) return {};
  if (Failure failure = openAimedSender(options_.interface, options_.device, sender_)) return failure;
  phase_.store(playing, std::memory_order_release);
  // Signals are for Node's own threads.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int error = pthread_create(&thread_, nullptr, &PacketPlayer::main, this);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error != 0) return failureOf(error, "The playback thread could not be started");
  pthread_setname_np(thread_, "hotlap-player");
  running_ = started_ = true;
  return {};
}

void PacketPlayer::stop() {
  if (!running_) return;
  stopping_.store(true, std::memory_order_release);
  pthread_join(thread_, nullptr);
  running_ = false;
}

void* PacketPlayer::main(void* self) {
  static_cast<PacketPlayer*>(self)->run();
  return nullptr;
}

void PacketPlayer::run() {
  // A CPU that was refused is no reason not to play; the caller checked it before.
  if (options_.cpu >= 0) setAffinity({options_.cpu});
  while (!stopping_.load(std::memory_order_acquire)) {
    if (phase() == playing) {
      turn();
    } else {
      // What the device still has leaves it.
      flush();
      rest(napNs);
    }
  }
}

void PacketPlayer::turn() {
  const bool fetched = fetch();
  const int64_t nowNs = monotonicNs();
  if (!fetched) {
    if (end_.load(std::memory_order_relaxed) != notYet) return finish();
    flush();
    return pauseCpu();
  }
  if (!scheduled_) schedule(nowNs);
  if (nowNs >= intendedNs_) return transmit(nowNs);
  if (flush()) rest(intendedNs_ - nowNs);
}

/// Sleeps where there is time for it, a piece at a time, so that a stop is not waited for.
void PacketPlayer::rest(int64_t forNs) {
  if (forNs < napAboveNs && phase() == playing) return pauseCpu();
  const timespec nap = {0, napNs};
  nanosleep(&nap, nullptr);
}

/// @returns whether a packet is in hand
bool PacketPlayer::fetch() {
  if (inHand_) return true;
  if (end_.load(std::memory_order_relaxed) != notYet) return false;
  for (int budget = framesATurn; budget > 0; --budget) {
    if (ring_.held() >= releaseBytes) ring_.release();
    CapturedFrame frame;
    switch (reader_->next(frame)) {
      case NextFrame::frame:
        if (take(frame)) return true;
        break;
      case NextFrame::skipped:
        break;
      case NextFrame::none:
        ring_.release();
        starved_ = true;
        return false;
      case NextFrame::ended:
        end_.store(complete, std::memory_order_release);
        return false;
      case NextFrame::cut:
        end_.store(cut, std::memory_order_release);
        return false;
      case NextFrame::broken:
        end_.store(broken, std::memory_order_release);
        return false;
    }
  }
  return false;
}

/// @returns whether it is played
bool PacketPlayer::take(const CapturedFrame& frame) {
  bump(frames_);
  UdpDatagram datagram;
  switch (parseUdpFrame(frame.bytes, frame.size, frame.linkType, datagram)) {
    case FrameResult::datagram:
      break;
    case FrameResult::other:
      skip(notUdp);
      return false;
    case FrameResult::fragment:
      skip(fragment);
      return false;
    case FrameResult::malformed:
      skip(frame.snapped() ? snapped : malformed);
      return false;
  }
  GroupRoute* const route = routes_.routeOf({datagram.group, datagram.port});
  if (route == nullptr) {
    skip(beyondRoom);
    return false;
  }
  bump(route->packets);
  if (!route->plays) {
    skip(options_.rules.empty() ? notMulticast : notChosen);
    return false;
  }
  payload_ = datagram.payload;
  size_ = datagram.size;
  timeNs_ = frame.timeNs;
  route_ = route;
  inHand_ = true;
  scheduled_ = false;
  return true;
}

/// Packets leave in the order of the file: one without a time, or with an earlier one, leaves with the one
/// before it.
void PacketPlayer::schedule(int64_t nowNs) {
  scheduled_ = true;
  if (timeNs_ == CapturedFrame::untimed) {
    bump(untimed_);
  } else if (lastTimeNs_ != CapturedFrame::untimed && timeNs_ < lastTimeNs_) {
    bump(reversed_);
  } else {
    lastTimeNs_ = timeNs_;
  }
  if (!begun_) {
    begun_ = true;
    starved_ = false;
    pacing_.start(nowNs + startDelayNs);
    intendedNs_ = nowNs + startDelayNs;
  }
  // Before the first time that is known everything leaves at once.
  const bool timed = options_.pace.mode != Pace::recorded || lastTimeNs_ != CapturedFrame::untimed;
  if (timed) intendedNs_ = pacing_.intendedNs(lastTimeNs_, paced_, nowNs);
  if (starved_ && options_.pace.mode != Pace::flatOut && nowNs > intendedNs_) bump(readLate_);
  starved_ = crowded_ = false;
}

void PacketPlayer::transmit(int64_t nowNs) {
  sender_->aim(route_->to);
  const int64_t sendNs = monotonicNs();
  const int error = gathering_.send(*sender_, payload_, size_);
  if (isWithoutRoom(error)) {
    // Late, not lost.
    if (!crowded_) bump(roomLate_);
    crowded_ = true;
    flush();
    return;
  }
  inHand_ = false;
  const bool paced = options_.pace.mode != Pace::flatOut;
  paced_ += options_.ratesMessages ? messagesOf(payload_, size_) : 1;
  if (error == EMSGSIZE) {
    bump(tooLong_);
    if (size_ > longestBytes_.load(std::memory_order_relaxed))
      longestBytes_.store(size_, std::memory_order_relaxed);
    return;
  }
  if (error != 0) return refuse(error);
  if (options_.device == std::nullopt) refusals_ = 0;
  if (paced) error_.record(sendNs - intendedNs_);
  if (packets_.load(std::memory_order_relaxed) == 0) {
    firstSentNs_.store(sendNs, std::memory_order_relaxed);
    firstIntendedNs_.store(intendedNs_, std::memory_order_relaxed);
  }
  lastSentNs_.store(sendNs, std::memory_order_relaxed);
  lastIntendedNs_.store(paced ? intendedNs_ : sendNs, std::memory_order_relaxed);
  bump(packets_);
  bump(bytes_, size_);
  bump(route_->sent);
  const bool more = !paced || nowNs - intendedNs_ > Lateness::lateNs;
  if (gathering_.isFull() || !more) flush();
}

void PacketPlayer::refuse(int error) {
  bump(sendErrors_);
  lastError_.store(error, std::memory_order_relaxed);
  if (++refusals_ >= mostRefusals) phase_.store(failed, std::memory_order_release);
}

/// @returns whether the device has everything that it was given
bool PacketPlayer::flush() {
  if (gathering_.isEmpty()) return true;
  const int error = gathering_.flush(*sender_);
  sendDrops_.store(sender_->counters().dropped, std::memory_order_relaxed);
  if (error != 0) refuse(error);
  if (!gathering_.isEmpty()) return false;
  refusals_ = 0;
  return true;
}

void PacketPlayer::finish() {
  ring_.release();
  if (flush()) phase_.store(sent, std::memory_order_release);
}

PacketPlayer::Stats PacketPlayer::stats() const {
  const auto load = [](const auto& value) { return value.load(std::memory_order_relaxed); };
  Stats stats = {};
  stats.frames = load(frames_);
  stats.packets = load(packets_);
  stats.bytes = load(bytes_);
  for (int why = 0; why < skips; ++why) stats.skipped[why] = load(skipped_[why]);
  stats.tooLong = load(tooLong_);
  stats.longestBytes = load(longestBytes_);
  stats.wireBytes = sender_ == nullptr ? 0 : sender_->maxDatagramBytes();
  stats.sendErrors = load(sendErrors_);
  stats.lastError = load(lastError_);
  stats.sendDrops = load(sendDrops_);
  stats.untimed = load(untimed_);
  stats.reversed = load(reversed_);
  stats.readLate = load(readLate_);
  stats.roomLate = load(roomLate_);
  stats.elapsedNs = load(lastSentNs_) - load(firstSentNs_);
  stats.intendedElapsedNs = load(lastIntendedNs_) - load(firstIntendedNs_);
  stats.end = end_.load(std::memory_order_acquire);
  return stats;
}

}  // namespace hotlap
