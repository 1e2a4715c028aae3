#include "bench/transport/ends/ends.h"

#include <utility>

#include "core/feed/udp_source.h"
#include "core/link/link_source.h"
#include "core/link/open_sender.h"
#include "core/socket/address.h"

namespace hotlap::bench {

namespace {

ShmOptions wireOf(const Options& options, ShmOptions::End end) {
  ShmOptions wire;
  wire.file = options.file;
  wire.end = end;
  wire.ringFrames = options.ringFrames;
  return wire;
}

AfXdpOptions cardOf(const Options& options) {
  AfXdpOptions card;
  card.interface = options.interface;
  card.ringFrames = options.ringFrames;
  if (options.generic) card.mode = AfXdpOptions::Mode::generic;
  if (options.busyPoll) card.delivery = AfXdpOptions::Delivery::busyPoll;
  return card;
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

}  // namespace

Failure openSource(const Options& options, std::unique_ptr<PacketSource>& source) {
  if (options.transport == "kernel") return openKernel(options, source);
  std::unique_ptr<Link> link;
  if (options.transport == "shm") {
    if (Failure failure = openShm(wireOf(options, ShmOptions::End::engine), link)) return failure;
  } else {
    AfXdpOptions card = cardOf(options);
    sockaddr_in group;
    if (Failure failure = resolveIpv4(options.group, options.port, "the group", group)) return failure;
    card.flows.udp.push_back({ntohl(group.sin_addr.s_addr), static_cast<uint16_t>(options.port)});
    if (Failure failure = openAfXdp(card, link)) return failure;
  }
  auto opened = std::make_unique<LinkSource>();
  if (Failure failure = opened->open({options.group, options.port, ""}, std::move(link))) return failure;
  source = std::move(opened);
  return {};
}

Failure openSender(const Options& options, std::unique_ptr<DatagramSender>& sender) {
  DatagramOptions datagrams;
  datagrams.group = options.group;
  datagrams.port = options.port;
  datagrams.interface = options.interface;
  TransmitOptions& transmit = datagrams.transmit;
  if (options.transport == "shm") {
    transmit.kind = TransmitOptions::Kind::shm;
    transmit.shm = wireOf(options, ShmOptions::End::venue);
  } else if (options.transport == "af_xdp") {
    transmit.kind = TransmitOptions::Kind::afXdp;
    transmit.afXdp = cardOf(options);
  }
  return hotlap::openSender(datagrams, sender);
}

}  // namespace hotlap::bench
