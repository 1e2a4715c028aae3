#include "core/link/dpdk.h"

#include <atomic>

namespace hotlap {

namespace {

std::atomic<DpdkOpener> provided{nullptr};

}  // namespace

void provideDpdk(DpdkOpener opener) { provided.store(opener, std::memory_order_release); }

Failure openDpdk(const DpdkOptions& options, std::unique_ptr<Link>& link) {
  const DpdkOpener opener = provided.load(std::memory_order_acquire);
  if (opener == nullptr) {
    return {"ERR_DPDK_MISSING",
            "The device " + options.device +
                " needs DPDK, which this build of hotlap does not have: run `npm run setup:bypass`."};
  }
  return opener(options, link);
}

}  // namespace hotlap
