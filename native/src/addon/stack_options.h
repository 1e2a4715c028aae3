// What a JavaScript caller asks of a TCP stack: LwipOptions of native/feed-source.ts, checked before native
// code believes them.
#pragma once

#include <napi.h>

#include "core/socket/open_stack.h"

namespace hotlap {

/// The option `name`; absent: the kernel's TCP.
/// @param end of a wire of shared memory
TcpStackOptions stackOptions(const Napi::Object& options, const char* name, ShmOptions::End end);

}  // namespace hotlap
