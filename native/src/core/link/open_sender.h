// A sender of datagrams by the way that was asked for.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/host/failure.h"
#include "core/link/open_link.h"
#include "core/socket/datagram_sender.h"

namespace hotlap {

struct DatagramOptions {
  /// A multicast group or a unicast address.
  std::string group;
  int port = 0;
  /// Address or name of the interface by which a multicast group leaves; a wire of shared memory has none.
  std::string interface;
  /// The device that datagrams leave by as frames of our own; none: through a kernel socket.
  std::optional<LinkOptions> device;
};

Failure openSender(const DatagramOptions& options, std::unique_ptr<DatagramSender>& sender);

}  // namespace hotlap
