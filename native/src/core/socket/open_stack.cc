#include "core/socket/open_stack.h"

#include <atomic>

namespace hotlap {

namespace {

std::atomic<LwipOpener> provided{nullptr};

}  // namespace

void provideLwip(LwipOpener opener) { provided.store(opener, std::memory_order_release); }

}  // namespace hotlap
