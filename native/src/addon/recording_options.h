// A recording in a byte ring, by the option `format` of a JavaScript caller.
#pragma once

#include <napi.h>

#include <memory>

#include "core/feed/packet_source.h"

namespace hotlap {

/** @param group,port 0: the first that frames as MoldUDP64. Throws a TypeError for an unknown format. */
std::unique_ptr<PacketSource> recordingIn(uint8_t* ring, size_t ringSize, const Napi::Object& options,
                                          uint32_t group, uint16_t port);

}  // namespace hotlap
