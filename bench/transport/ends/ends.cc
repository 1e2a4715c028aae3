#include "bench/transport/ends/ends.h"

#include <utility>

#include "bench/feed_by.h"
#include "core/link/frame_addresses.h"
#include "core/link/frame_sender.h"
#include "core/socket/udp_sender.h"

namespace hotlap::bench {

namespace {

LinkOptions linkOf(const Options& options) {
  LinkOptions link =
      linkBy(options.transport, options.sends ? ShmOptions::End::venue : ShmOptions::End::engine, options);
  if (options.generic) link.afXdp.mode = AfXdpOptions::Mode::generic;
  if (options.busyPoll) link.afXdp.delivery = AfXdpOptions::Delivery::busyPoll;
  return link;
}

Failure openKernel(const Options& options, std::unique_ptr<DatagramSender>& sender) {
  auto opened = std::make_unique<UdpSender>();
  if (Failure failure = opened->open(options.group, options.port, options.interface)) return failure;
  sender = std::move(opened);
  return {};
}

}  // namespace

Failure openSource(const Options& options, std::unique_ptr<PacketSource>& source) {
  return options.transport == "kernel" ? kernelFeed(options, "", source)
                                       : linkFeed(linkOf(options), options, "", source);
}

Failure openSender(const Options& options, std::unique_ptr<DatagramSender>& sender) {
  if (options.transport == "kernel") return openKernel(options, sender);
  sockaddr_in to;
  if (Failure failure = resolveIpv4(options.group, options.port, "the group", to)) return failure;
  FrameAddresses addresses = addressesOnWire(to);
  if (options.transport == "af_xdp") {
    if (Failure failure = addressesOnInterface(options.interface, to, addresses)) return failure;
  }
  std::unique_ptr<Link> link;
  if (Failure failure = openLink(linkOf(options), {}, link)) return failure;
  sender = std::make_unique<FrameSender>(std::move(link), addresses);
  return {};
}

}  // namespace hotlap::bench
