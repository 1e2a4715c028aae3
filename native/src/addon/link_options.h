// What a JavaScript caller asks of a link, as source of a feed or as transmit of a playback: AfXdpOptions and
// ShmOptions of native/feed-source.ts, checked before native code believes them.
#pragma once

#include <napi.h>

#include "core/link/af_xdp/af_xdp.h"
#include "core/link/open_sender.h"
#include "core/link/shm/shm.h"

namespace hotlap {

/** @param flows what the link takes from the wire; none of it: a link that only sends */
AfXdpOptions afXdpOptions(const Napi::Object& options, FlowFilter flows);

ShmOptions shmOptions(const Napi::Object& options, ShmOptions::End end);

/// Where to send, and by which way: the options `group`, `port`, `interface` and `transmit` (FeedTransmit).
DatagramOptions datagramOptions(const Napi::Object& options);

}  // namespace hotlap
