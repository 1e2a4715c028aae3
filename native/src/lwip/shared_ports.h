// Connections in the host's name: for each its port, which no program of the kernel's gets meanwhile, the
// segments that the link takes from the wire for it, and to whom its frames go.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/host/descriptor.h"
#include "core/link/link.h"

namespace hotlap {

class SharedPorts {
 public:
  /// @param flow with both addresses and the remote port; the local port is filled in
  /// @param isFree of a port as lwIP sees it, which remembers for minutes who was connected
  /// @returns 0 once the link takes its segments, or an errno
  int take(Link& link, const std::string& interface, uint32_t gateway, TcpFlow& flow,
           bool (*isFree)(uint16_t port));
  /// Gives back those of which `alive` says no; the link takes their segments until the next take().
  template <typename Alive>
  void prune(const Alive& alive) {
    std::erase_if(held_, [&](const Held& held) { return !alive(held.flow); });
  }
  /// nullptr: nobody is connected there.
  const uint8_t* macOf(uint32_t remoteAddress) const;

 private:
  struct Held {
    TcpFlow flow;
    Descriptor port;
    uint8_t mac[6];
  };

  std::vector<Held> held_;
};

}  // namespace hotlap
