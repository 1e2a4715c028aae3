// A non-blocking UDP socket that sends to one group or address.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/host/failure.h"

namespace hotlap {

class UdpSender {
 public:
  UdpSender() = default;
  ~UdpSender();
  UdpSender(const UdpSender&) = delete;
  UdpSender& operator=(const UdpSender&) = delete;

  /// @param interfaceAddress by which a multicast group leaves
  Failure open(const std::string& group, int port, const std::string& interfaceAddress);
  /// @returns 0, or an errno; EAGAIN and ENOBUFS: the same datagram may be offered again.
  int send(const uint8_t* bytes, size_t size);

 private:
  int fd_ = -1;
};

}  // namespace hotlap
