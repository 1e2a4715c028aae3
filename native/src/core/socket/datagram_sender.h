// Where a playback's datagrams go: a kernel socket, or frames of our own on a link.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace hotlap {

struct SenderCounters {
  uint64_t datagrams = 0;
  uint64_t bytes = 0;
  /// Of the datagrams, thrown away by the device for want of room.
  uint64_t dropped = 0;
  /// Offers refused for want of room.
  uint64_t full = 0;
  uint64_t calls = 0;
};

class DatagramSender {
 public:
  virtual ~DatagramSender() = default;
  /// @returns 0, or an errno; EAGAIN and ENOBUFS: the same datagram may be offered again.
  virtual int send(const uint8_t* bytes, size_t size) = 0;
  /// Lets go of what was sent, where senders gather. @returns 0, or an errno
  virtual int flush() { return 0; }
  /// EMSGSIZE beyond it.
  virtual size_t maxDatagramBytes() const = 0;
  const SenderCounters& counters() const { return counters_; }

 protected:
  SenderCounters counters_;
};

}  // namespace hotlap
