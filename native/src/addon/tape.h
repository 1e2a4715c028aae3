// What other classes of the addon need of a tape that JS hands them.
#pragma once

#include <napi.h>

#include <memory>

#include "core/tape/tape_player.h"
#include "core/tape/tape_writer.h"

namespace hotlap {

/// Null when the option is absent; throws a TypeError when it is something else. Shared, because the order in
/// which an environment's objects are finalised is not ours.
std::shared_ptr<tape::TapeWriter> tapeWriterOption(const Napi::Object& options, const char* name);
/// As above, and never null.
std::shared_ptr<tape::TapePlayer> tapePlayerOption(const Napi::Object& options, const char* name);

}  // namespace hotlap
