#include "core/link/open_link.h"

namespace hotlap {

Failure openLink(const LinkOptions& options, const FlowFilter& flows, std::unique_ptr<Link>& link) {
  switch (options.kind) {
    case LinkOptions::Kind::shm:
      return openShm(options.shm, link);
    case LinkOptions::Kind::dpdk:
      return openDpdk(options.dpdk, link);
    case LinkOptions::Kind::afXdp: {
      AfXdpOptions afXdp = options.afXdp;
      afXdp.flows = flows;
      return openAfXdp(afXdp, link);
    }
  }
  return {"EINVAL", "Unknown kind of link."};
}

}  // namespace hotlap
