// One side's view of a ring that it shares with the kernel (kernel, Documentation/networking/af_xdp.rst).
// Positions count on and wrap at 2^32; an entry lies at its position modulo the size.
#pragma once

#include <linux/if_xdp.h>

#include <cstdint>

namespace hotlap::xsk {

/// Where a ring's parts lie in the memory that the kernel has mapped.
template <typename Entry>
struct RingMemory {
  uint32_t* producer = nullptr;
  uint32_t* consumer = nullptr;
  uint32_t* flags = nullptr;
  Entry* entries = nullptr;
  uint32_t size = 0;
};

/// Rings that we fill: fill, transmit.
template <typename Entry>
class ProducerRing {
 public:
  ProducerRing() = default;
  explicit ProducerRing(const RingMemory<Entry>& memory)
      : memory_(memory),
        at_(*memory.producer),
        consumer_(__atomic_load_n(memory.consumer, __ATOMIC_ACQUIRE)) {}

  uint32_t free() {
    if (memory_.size - (at_ - consumer_) == 0)
      consumer_ = __atomic_load_n(memory_.consumer, __ATOMIC_ACQUIRE);
    return memory_.size - (at_ - consumer_);
  }
  /// Only where free() said that there is room.
  void put(const Entry& entry) { memory_.entries[at_++ & (memory_.size - 1)] = entry; }
  /// Shows the kernel what was put.
  void publish() { __atomic_store_n(memory_.producer, at_, __ATOMIC_RELEASE); }
  /// Put and not yet taken by the kernel.
  uint32_t waiting() const { return at_ - __atomic_load_n(memory_.consumer, __ATOMIC_ACQUIRE); }
  bool isPublished() const { return at_ == __atomic_load_n(memory_.producer, __ATOMIC_RELAXED); }
  bool needsWakeup() const {
    return (__atomic_load_n(memory_.flags, __ATOMIC_RELAXED) & XDP_RING_NEED_WAKEUP) != 0;
  }

 private:
  RingMemory<Entry> memory_;
  uint32_t at_ = 0;
  uint32_t consumer_ = 0;
};

/// Rings that the kernel fills: receive, completion.
template <typename Entry>
class ConsumerRing {
 public:
  ConsumerRing() = default;
  explicit ConsumerRing(const RingMemory<Entry>& memory)
      : memory_(memory), at_(*memory.consumer), producer_(at_) {}

  /// Entries there, read again from the kernel only when the last ones are used up.
  uint32_t available() {
    if (producer_ == at_) producer_ = __atomic_load_n(memory_.producer, __ATOMIC_ACQUIRE);
    return producer_ - at_;
  }
  /// Only where available() said that there is one.
  const Entry& take() { return memory_.entries[at_++ & (memory_.size - 1)]; }
  /// Shows the kernel what was taken: it may write there again.
  void release() { __atomic_store_n(memory_.consumer, at_, __ATOMIC_RELEASE); }

 private:
  RingMemory<Entry> memory_;
  uint32_t at_ = 0;
  uint32_t producer_ = 0;
};

}  // namespace hotlap::xsk
