#include "core/link/open_sender.h"

#include <utility>

#include "core/link/frame_addresses.h"
#include "core/socket/address.h"
#include "core/socket/udp_sender.h"

namespace hotlap {

namespace {

Failure openUdp(const DatagramOptions& options, std::unique_ptr<DatagramSender>& sender) {
  auto opened = std::make_unique<UdpSender>();
  if (Failure failure = opened->open(options.group, options.port, options.interface)) return failure;
  sender = std::move(opened);
  return {};
}

}  // namespace

Failure openSender(const DatagramOptions& options, std::unique_ptr<DatagramSender>& sender) {
  if (!options.device) return openUdp(options, sender);
  const LinkOptions& device = *options.device;
  sockaddr_in to;
  if (Failure failure = resolveIpv4(options.group, options.port, "the feed's group", to)) return failure;
  if (options.port == 0)
    return {"EINVAL",
            "The feed cannot be sent to port 0 of " + options.group + "; give a port from 1 to 65535."};
  FrameAddresses addresses{};
  if (device.kind != LinkOptions::Kind::afXdp) {
    addresses = addressesOnWire(to);
  } else if (Failure failure = addressesOnInterface(device.afXdp.interface, to, addresses)) {
    return failure;
  }
  std::unique_ptr<Link> link;
  if (Failure failure = openLink(device, {}, link)) return failure;
  sender = std::make_unique<FrameSender>(std::move(link), addresses);
  return {};
}

}  // namespace hotlap
