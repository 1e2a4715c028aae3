// By which way the floor receives and sends: the same code behind the same choices as the engine's rx and tx.
#pragma once

#include <memory>

#include "bench/floor/options.h"
#include "core/feed/packet_source.h"
#include "core/host/failure.h"
#include "core/socket/open_stack.h"

namespace hotlap::floor {

Failure openFeed(const Options& options, std::unique_ptr<PacketSource>& source);
/// lwIP shares the device that the feed is opened on.
TcpStackOptions stackOf(const Options& options);

}  // namespace hotlap::floor
