#include "bench/transport/ends/ends.h"

#include <utility>

#include "core/feed/udp_source.h"
#include "core/link/frame_addresses.h"
#include "core/link/frame_sender.h"
#include "core/link/link_source.h"
#include "core/link/open_link.h"
#include "core/socket/address.h"
#include "core/socket/udp_sender.h"

namespace hotlap::bench {

namespace {

LinkOptions linkOf(const Options& options) {
  LinkOptions link;
  if (options.transport == "shm") {
    link.kind = LinkOptions::Kind::shm;
    link.shm.file = options.file;
    link.shm.end = options.sends ? ShmOptions::End::venue : ShmOptions::End::engine;
    link.shm.ringFrames = options.ringFrames;
  } else if (options.transport == "dpdk") {
    link.kind = LinkOptions::Kind::dpdk;
    link.dpdk.device = options.device;
    link.dpdk.ringFrames = options.ringFrames;
  } else {
    link.kind = LinkOptions::Kind::afXdp;
    link.afXdp.interface = options.interface;
    link.afXdp.ringFrames = options.ringFrames;
    if (options.generic) link.afXdp.mode = AfXdpOptions::Mode::generic;
    if (options.busyPoll) link.afXdp.delivery = AfXdpOptions::Delivery::busyPoll;
  }
  return link;
}

Failure openKernel(const Options& options, std::unique_ptr<PacketSource>& source) {
  UdpReceiverOptions udp;
  udp.group = options.group;
  udp.port = options.port;
  udp.interface = options.interface;
  udp.receiveBufferBytes = options.receiveBufferBytes;
  auto opened = std::make_unique<UdpSource>();
  if (Failure failure = opened->open(udp)) return failure;
  source = std::move(opened);
  return {};
}

Failure openKernel(const Options& options, std::unique_ptr<DatagramSender>& sender) {
  auto opened = std::make_unique<UdpSender>();
  if (Failure failure = opened->open(options.group, options.port, options.interface)) return failure;
  sender = std::move(opened);
  return {};
}

}  // namespace

Failure openSource(const Options& options, std::unique_ptr<PacketSource>& source) {
  if (options.transport == "kernel") return openKernel(options, source);
  sockaddr_in group;
  if (Failure failure = resolveIpv4(options.group, options.port, "the group", group)) return failure;
  FlowFilter flows;
  flows.udp.push_back({ntohl(group.sin_addr.s_addr), static_cast<uint16_t>(options.port)});
  std::unique_ptr<Link> link;
  if (Failure failure = openLink(linkOf(options), flows, link)) return failure;
  auto opened = std::make_unique<LinkSource>();
  if (Failure failure = opened->open({options.group, options.port, ""}, std::move(link))) return failure;
  source = std::move(opened);
  return {};
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
