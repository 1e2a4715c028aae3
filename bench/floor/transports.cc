#include "bench/floor/transports.h"

#include <utility>

#include "core/feed/udp_source.h"
#include "core/link/link_source.h"
#include "core/link/open_link.h"
#include "core/socket/address.h"

namespace hotlap::floor {

namespace {

LinkOptions deviceOf(const Options& options) {
  LinkOptions link;
  if (options.rx == "shm") {
    link.kind = LinkOptions::Kind::shm;
    link.shm.file = options.file;
    link.shm.end = ShmOptions::End::engine;
    link.shm.ringFrames = options.ringFrames;
  } else if (options.rx == "dpdk") {
    link.kind = LinkOptions::Kind::dpdk;
    link.dpdk.device = options.device;
    link.dpdk.ringFrames = options.ringFrames;
  } else {
    link.kind = LinkOptions::Kind::afXdp;
    link.afXdp.interface = options.interface;
    link.afXdp.ringFrames = options.ringFrames;
  }
  return link;
}

Failure openKernel(const Options& options, std::unique_ptr<PacketSource>& source) {
  UdpReceiverOptions udp;
  udp.group = options.group;
  udp.port = options.port;
  udp.interface = options.interface;
  udp.receiveBufferBytes = options.receiveBufferBytes;
  udp.creditFile = options.creditFile;
  auto opened = std::make_unique<UdpSource>();
  if (Failure failure = opened->open(udp)) return failure;
  source = std::move(opened);
  return {};
}

}  // namespace

Failure openFeed(const Options& options, std::unique_ptr<PacketSource>& source) {
  if (options.rx == "kernel") return openKernel(options, source);
  sockaddr_in group;
  if (Failure failure = resolveIpv4(options.group, options.port, "the feed's group", group)) return failure;
  FlowFilter flows;
  flows.udp.push_back({ntohl(group.sin_addr.s_addr), static_cast<uint16_t>(options.port)});
  std::unique_ptr<Link> link;
  if (Failure failure = openLink(deviceOf(options), flows, link)) return failure;
  auto opened = std::make_unique<LinkSource>();
  if (Failure failure = opened->open({options.group, options.port, options.creditFile}, std::move(link)))
    return failure;
  source = std::move(opened);
  return {};
}

TcpStackOptions stackOf(const Options& options) {
  TcpStackOptions stack;
  if (options.tx == "kernel") return stack;
  stack.kind = TcpStackOptions::Kind::lwip;
  stack.lwip.link = deviceOf(options);
  stack.lwip.address = options.address;
  return stack;
}

}  // namespace hotlap::floor
