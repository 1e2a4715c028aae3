// When a link hears of what was sent: once of several, where they follow each other closely.
#pragma once

#include <errno.h>

#include <cstddef>
#include <cstdint>

#include "core/socket/datagram_sender.h"

namespace hotlap {

class Gathering {
 public:
  /// Behind its times, or flat out, a link is told only once of so many.
  static constexpr int most = 16;

  /// @returns 0, or an errno; EAGAIN and ENOBUFS: the same datagram may be offered again, after a flush
  int send(DatagramSender& sender, const uint8_t* bytes, size_t size) {
    const int error = sender.send(bytes, size);
    if (error == 0) {
      ++waiting_;
    } else if ((error == EAGAIN || error == ENOBUFS) && waiting_ == 0) {
      // What fills the ring may wait for a word.
      waiting_ = 1;
    }
    return error;
  }

  bool isEmpty() const { return waiting_ == 0; }
  bool isFull() const { return waiting_ >= most; }

  /// What the link would not take now it still has, and is asked again. @returns 0, or an errno that lasts
  int flush(DatagramSender& sender) {
    if (waiting_ == 0) return 0;
    const int error = sender.flush();
    if (error == 0) waiting_ = 0;
    return error == EAGAIN || error == ENOBUFS || error == EBUSY ? 0 : error;
  }

 private:
  /// Datagrams that the link has and was not told of, for all that is known.
  int waiting_ = 0;
};

}  // namespace hotlap
