// A sender of datagrams by the way that was asked for.
#pragma once

#include <memory>
#include <string>

#include "core/host/failure.h"
#include "core/link/af_xdp/af_xdp.h"
#include "core/link/shm/shm.h"
#include "core/socket/datagram_sender.h"

namespace hotlap {

struct TransmitOptions {
  enum class Kind { kernel, shm, afXdp } kind = Kind::kernel;
  ShmOptions shm;
  AfXdpOptions afXdp;
};

struct DatagramOptions {
  /// A multicast group or a unicast address.
  std::string group;
  int port = 0;
  /// Address or name of the interface by which a multicast group leaves; a wire of shared memory has none.
  std::string interface;
  TransmitOptions transmit;
};

Failure openSender(const DatagramOptions& options, std::unique_ptr<DatagramSender>& sender);

}  // namespace hotlap
