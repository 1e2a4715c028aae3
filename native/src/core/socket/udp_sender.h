// A non-blocking UDP socket that sends to one group or address.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/host/failure.h"
#include "core/socket/datagram_sender.h"

namespace hotlap {

class UdpSender final : public DatagramSender {
 public:
  /// IPv4's total length has 16 bits.
  static constexpr size_t mostBytes = 65'535 - 20 - 8;

  UdpSender() = default;
  ~UdpSender() override;
  UdpSender(const UdpSender&) = delete;
  UdpSender& operator=(const UdpSender&) = delete;

  /// @param interface address or name of that by which a multicast group leaves
  Failure open(const std::string& group, int port, const std::string& interface);
  int send(const uint8_t* bytes, size_t size) override;
  size_t maxDatagramBytes() const override { return mostBytes; }

 private:
  int fd_ = -1;
};

}  // namespace hotlap
