// Both ends of a transport, as the engine and its playback open them.
#pragma once

#include <memory>

#include "bench/transport/ends/options.h"
#include "core/feed/packet_source.h"
#include "core/host/failure.h"
#include "core/socket/datagram_sender.h"

namespace hotlap::bench {

Failure openSource(const Options& options, std::unique_ptr<PacketSource>& source);
Failure openSender(const Options& options, std::unique_ptr<DatagramSender>& sender);

}  // namespace hotlap::bench
