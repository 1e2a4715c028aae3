// A recording in a byte ring, by the option `format` of a JavaScript caller.
#pragma once

#include <napi.h>

#include <memory>

#include "core/recording/timed_source.h"

namespace hotlap {

/**
 * @param group,port 0: the first that frames as MoldUDP64
 * @param alone its packets need not wait for those of others
 * Throws a TypeError for an unknown format.
 */
std::unique_ptr<TimedSource> recordingIn(uint8_t* ring, size_t ringSize, const Napi::Object& options,
                                         uint32_t group, uint16_t port, bool alone = true);

}  // namespace hotlap
