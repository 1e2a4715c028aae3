#include "core/link/shm/shm_link.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/host/clock.h"

namespace hotlap::shm {

Failure ShmLink::open(const ShmOptions& options) {
  const int end = options.end == ShmOptions::End::venue ? 0 : 1;
  if (Failure failure = file_.open(options.file, end, options.ringFrames)) return failure;
  mask_ = file_.ringFrames() - 1;
  // Value-initialised: every page is touched here, none in the loop.
  copies_ = std::make_unique<uint8_t[]>(rxFrames * slotBytes);
  nowhere_ = std::make_unique<uint8_t[]>(slotBytes);

  WireHeader& header = file_.header();
  in_ = &header.rings[1 - end];
  inSlots_ = file_.slots(1 - end);
  // What was sent before this end came is not for it, as on any wire.
  lostBefore_ = in_->lost.load(std::memory_order_acquire);
  taken_ = in_->written.load(std::memory_order_acquire);
  in_->taken.store(taken_, std::memory_order_release);

  // The sender before us ended between two frames, or in the middle of one that was never published.
  out_ = &header.rings[end];
  outSlots_ = file_.slots(end);
  written_ = out_->written.load(std::memory_order_acquire);
  peerTaken_ = out_->taken.load(std::memory_order_acquire);
  return {};
}

int ShmLink::rxBurst() {
  countLost();
  const uint64_t there = in_->written.load(std::memory_order_acquire) - taken_;
  if (there == 0) return 0;
  if (there > mask_ + 1) {
    // No sender of ours writes that: begin again where it says it is.
    taken_ += there;
    ++nonsense_;
    in_->taken.store(taken_, std::memory_order_release);
    return 0;
  }
  const uint64_t most = std::min(there, rxFrames);
  int count = 0;
  for (uint64_t n = 0; n < most; ++n) {
    const uint8_t* slot = inSlots_ + ((taken_ + n) & mask_) * slotBytes;
    __builtin_prefetch(inSlots_ + ((taken_ + n + 2) & mask_) * slotBytes);
    uint32_t size;
    std::memcpy(&size, slot, sizeof size);
    if (size > slotCapacity) {
      ++counters_.rxOversized;
      continue;
    }
    uint8_t* copy = copies_.get() + static_cast<size_t>(count) * slotBytes;
    std::memcpy(copy, slot + slotHeader, size);
    frames_[count++] = {copy, size};
    counters_.rxBytes += size;
  }
  counters_.rxFrames += static_cast<uint64_t>(count);
  taken_ += most;
  in_->taken.store(taken_, std::memory_order_release);
  return count;
}

void ShmLink::countLost() {
  counters_.rxDropped = in_->lost.load(std::memory_order_relaxed) - lostBefore_ + nonsense_;
}

uint8_t* ShmLink::txReserve() {
  if (reserved_ != nullptr) return reserved_;
  if (written_ - peerTaken_ > mask_) {
    peerTaken_ = out_->taken.load(std::memory_order_acquire);
    if (written_ - peerTaken_ > mask_) return reserved_ = whenFull();
  }
  fullSinceNs_ = 0;
  nobodyThere_ = false;
  return reserved_ = outSlots_ + (written_ & mask_) * slotBytes + slotHeader;
}

/// A receiver that is behind is waited for; frames for one that has gone are lost, as on any wire. A position
/// that no receiver of ours writes looks like a full ring.
uint8_t* ShmLink::whenFull() {
  if (nobodyThere_) return nowhere_.get();
  ++counters_.txFull;
  const int64_t nowNs = monotonicNs();
  if (fullSinceNs_ == 0) fullSinceNs_ = nowNs;
  const int peer = &file_.header().rings[0] == out_ ? 1 : 0;
  const bool gaveBack = file_.header().owner[peer].load(std::memory_order_acquire) == 0;
  if (!gaveBack && nowNs - fullSinceNs_ < patienceNs) return nullptr;
  // The only system call of this device, and only behind a receiver that has stood still for so long.
  nobodyThere_ = gaveBack || !file_.peerIsThere();
  fullSinceNs_ = nowNs;
  return nobodyThere_ ? nowhere_.get() : nullptr;
}

void ShmLink::txCommit(size_t size) {
  if (reserved_ == nullptr || size > slotCapacity) return;
  ++counters_.txFrames;
  counters_.txBytes += size;
  if (reserved_ == nowhere_.get()) {
    out_->lost.store(out_->lost.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  } else {
    const auto length = static_cast<uint32_t>(size);
    std::memcpy(reserved_ - slotHeader, &length, sizeof length);
    out_->written.store(++written_, std::memory_order_release);
  }
  reserved_ = nullptr;
}

LinkFacts ShmLink::facts() const {
  return {"shm",
          "rings of " + std::to_string(file_.ringFrames()) + " frames in " + file_.path() +
              ", polled without a system call; each frame is copied out once",
          true, false, file_.ringFrames()};
}

}  // namespace hotlap::shm

namespace hotlap {

Failure openShm(const ShmOptions& options, std::unique_ptr<Link>& link) {
  auto opened = std::make_unique<shm::ShmLink>();
  if (Failure failure = opened->open(options)) return failure;
  link = std::move(opened);
  return {};
}

}  // namespace hotlap
