#include "dpdk/open_dpdk.h"

#include <utility>

#include "dpdk/dpdk_link.h"

namespace hotlap {

Failure openDpdkLink(const DpdkOptions& options, std::unique_ptr<Link>& link) {
  auto opened = std::make_unique<dpdk::DpdkLink>();
  if (Failure failure = opened->open(options)) return failure;
  link = std::move(opened);
  return {};
}

}  // namespace hotlap
