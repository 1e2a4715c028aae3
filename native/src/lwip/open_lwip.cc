#include "lwip/open_lwip.h"

namespace hotlap {

Failure openLwip(const LwipOptions&, std::unique_ptr<Link>, std::shared_ptr<TcpStack>&) {
  return {"ENOSYS", "TCP by lwIP is not there yet."};
}

}  // namespace hotlap
