// Sends each datagram to the multicast group that it is aimed at: through a kernel socket, or as frames of
// our own on a link.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/host/failure.h"
#include "core/link/open_link.h"
#include "core/socket/datagram_sender.h"

namespace hotlap {

/// In host byte order.
struct GroupAddress {
  uint32_t group;
  uint16_t port;
  bool operator==(const GroupAddress&) const = default;
};

class AimedSender : public DatagramSender {
 public:
  /// Where every datagram goes from now on. No system call.
  virtual void aim(const GroupAddress& to) = 0;
};

/// @param interface address or name of that by which groups leave; a wire of shared memory has none
/// @param device absent: through a kernel socket
Failure openAimedSender(const std::string& interface, const std::optional<LinkOptions>& device,
                        std::unique_ptr<AimedSender>& sender);

}  // namespace hotlap
