// What a JavaScript caller asks of a link, as source of a feed, as transmit of a playback or under a TCP
// stack: LinkOptions and its parts in native/feed-source.ts, checked before native code believes them.
#pragma once

#include <napi.h>

#include "core/link/af_xdp/af_xdp.h"
#include "core/link/dpdk.h"
#include "core/link/open_link.h"
#include "core/link/open_sender.h"
#include "core/link/shm/shm.h"

namespace hotlap {

/** @param flows what the link takes from the wire; none of it: a link that only sends */
AfXdpOptions afXdpOptions(const Napi::Object& options, FlowFilter flows);

ShmOptions shmOptions(const Napi::Object& options, ShmOptions::End end);

DpdkOptions dpdkOptions(const Napi::Object& options);

/// Which device, by its `kind`. What an af_xdp link takes from the wire is the opener's to say.
/// @param end of a wire of shared memory
LinkOptions linkOptions(const Napi::Object& options, ShmOptions::End end);

/// Where to send, and by which way: the options `group`, `port`, `interface` and `transmit` (FeedTransmit).
DatagramOptions datagramOptions(const Napi::Object& options);

}  // namespace hotlap
