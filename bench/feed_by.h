// How the floor and the ends of `bench transport` are given packets: by the same code as the engine, behind a
// transport's name. Both have options of their own with the same names.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "core/feed/udp_source.h"
#include "core/link/link_source.h"
#include "core/link/open_link.h"
#include "core/socket/address.h"

namespace hotlap::bench {

template <typename Options>
LinkOptions linkBy(const std::string& transport, ShmOptions::End end, const Options& options) {
  LinkOptions link;
  if (transport == "shm") {
    link.kind = LinkOptions::Kind::shm;
    link.shm.file = options.file;
    link.shm.end = end;
    link.shm.ringFrames = options.ringFrames;
  } else if (transport == "dpdk") {
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

template <typename Options>
Failure kernelFeed(const Options& options, const std::string& creditFile,
                   std::unique_ptr<PacketSource>& source) {
  UdpReceiverOptions udp;
  udp.group = options.group;
  udp.port = options.port;
  udp.interface = options.interface;
  udp.receiveBufferBytes = options.receiveBufferBytes;
  udp.creditFile = creditFile;
  auto opened = std::make_unique<UdpSource>();
  if (Failure failure = opened->open(udp)) return failure;
  source = std::move(opened);
  return {};
}

template <typename Options>
Failure linkFeed(const LinkOptions& by, const Options& options, const std::string& creditFile,
                 std::unique_ptr<PacketSource>& source) {
  sockaddr_in group;
  if (Failure failure = resolveIpv4(options.group, options.port, "the feed's group", group)) return failure;
  FlowFilter flows;
  flows.udp.push_back({ntohl(group.sin_addr.s_addr), static_cast<uint16_t>(options.port)});
  std::unique_ptr<Link> link;
  if (Failure failure = openLink(by, flows, link)) return failure;
  auto opened = std::make_unique<LinkSource>();
  if (Failure failure = opened->open({options.group, options.port, creditFile}, std::move(link)))
    return failure;
  source = std::move(opened);
  return {};
}

}  // namespace hotlap::bench
