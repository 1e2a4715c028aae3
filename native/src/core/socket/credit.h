// One page shared by a receiver of UDP and the playback that sends to it: how many packets have been
// consumed, so that a flat-out playback never has more in flight than the receive buffer holds.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "core/host/failure.h"

namespace hotlap {

/// As it lies in the file. Every field is written by the receiver.
struct CreditPage {
  static constexpr uint64_t magicValue = 0x313044455243'4C48;  // "HLCRED01", little endian
  std::atomic<uint64_t> magic;
  /// Grows with every receiver that opens the page: who counts from here on is another one.
  std::atomic<uint64_t> generation;
  /// The receiver's effective SO_RCVBUF.
  std::atomic<uint64_t> receiveBufferBytes;
  /// On a cache line of its own. Packets handed on, and packets that the kernel reported as dropped.
  alignas(64) std::atomic<uint64_t> consumed;
};
static_assert(std::atomic<uint64_t>::is_always_lock_free, "shared between processes");

class Credit {
 public:
  Credit() = default;
  ~Credit();
  Credit(const Credit&) = delete;
  Credit& operator=(const Credit&) = delete;

  /// Opens or creates the file with mode 0600; whichever side comes first creates it.
  Failure open(const std::string& path);
  bool isOpen() const { return page_ != nullptr; }
  CreditPage* operator->() const { return page_; }

 private:
  CreditPage* page_ = nullptr;
};

}  // namespace hotlap
