#include "dpdk/open_dpdk.h"

namespace hotlap {

Failure openDpdkLink(const DpdkOptions&, std::unique_ptr<Link>&) {
  return {"ENOSYS", "DPDK is not there yet."};
}

}  // namespace hotlap
