// TCP by lwIP, run by the thread that polls: what core/socket/open_stack.h is provided with.
#pragma once

#include "core/socket/open_stack.h"

namespace hotlap {

Failure openLwip(const LwipOptions& options, std::unique_ptr<Link> link, std::shared_ptr<TcpStack>& stack);

}  // namespace hotlap
