// A packet device by the kind that was asked for. Whoever asks on the same thread for a device that is open
// there gets a share of it: a feed and a TCP stack live on one card, one wire, one port.
#pragma once

#include <memory>

#include "core/host/failure.h"
#include "core/link/af_xdp/af_xdp.h"
#include "core/link/dpdk.h"
#include "core/link/flow_filter.h"
#include "core/link/link.h"
#include "core/link/shm/shm.h"

namespace hotlap {

struct LinkOptions {
  enum class Kind { afXdp, shm, dpdk } kind = Kind::shm;
  /// Its own `flows` are not looked at.
  AfXdpOptions afXdp;
  ShmOptions shm;
  DpdkOptions dpdk;
};

/// @param flows what this share gets to see; it may be changed by steer(). None: it only sends.
Failure openLink(const LinkOptions& options, const FlowFilter& flows, std::unique_ptr<Link>& link);

}  // namespace hotlap
