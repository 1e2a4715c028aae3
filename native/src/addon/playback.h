// What other classes of the addon need of a Playback that JS hands them.
#pragma once

#include <napi.h>

#include <memory>

#include "core/playback/playback_tap.h"

namespace hotlap {

/// What the playback in the option sends; throws a TypeError when it is none. Shared, because the order in
/// which an environment's objects are finalised is not ours.
std::shared_ptr<PlaybackTap> playbackTapOption(const Napi::Object& options, const char* name);

}  // namespace hotlap
