#include "core/recorder/socket_input.h"

#include <arpa/inet.h>

#include "core/link/mac_addresses.h"
#include "core/socket/address.h"

namespace hotlap {

Failure SocketInput::open(UdpReceiverOptions options, int64_t realtimeOffsetNs) {
  options.keepsSource = true;
  if (Failure failure = socket_.open(options)) return failure;
  in_addr group = {};
  parseIpv4(options.group, group);
  addresses_.destination = ntohl(group.s_addr);
  addresses_.port = static_cast<uint16_t>(socket_.port());
  if (isMulticast(group)) multicastMac(addresses_.destination, addresses_.destinationMac);
  headers_.address(addresses_, 0, 0);
  group_ = addGroup(addresses_.destination, addresses_.port);
  realtimeOffsetNs_ = realtimeOffsetNs;
  return {};
}

/// A feed has one sender, or two: the headers stay as they are from packet to packet.
void SocketInput::address(const sockaddr_in& source, uint8_t timeToLive) {
  const uint32_t sender = ntohl(source.sin_addr.s_addr);
  const uint16_t port = ntohs(source.sin_port);
  if (sender == addresses_.source && port == sourcePort_ && timeToLive == timeToLive_) return;
  addresses_.source = sender;
  sourcePort_ = port;
  timeToLive_ = timeToLive;
  headers_.address(addresses_, sourcePort_, timeToLive_);
}

bool SocketInput::poll(int64_t nowNs) {
  // A negative result is an interface that went down: the socket stays, and receives again when it is back.
  const int received = socket_.receive(nowNs);
  tallies_.receiveCalls.set(socket_.calls());
  if (received <= 0) return false;
  tallies_.dropped.set(socket_.kernelDrops());
  tallies_.oversized.set(socket_.truncated());
  for (int index = 0; index < received; ++index) {
    if (socket_.cut(index)) continue;
    const uint8_t* const bytes = socket_.data(index);
    const size_t size = socket_.size(index);
    address(socket_.source(index), socket_.timeToLive(index));
    uint8_t head[kUdpFrameHeaders];
    headers_.write(head, bytes, size);
    const int64_t kernelNs = socket_.kernelTimeNs(index);
    record(*group_, kernelNs != 0 ? kernelNs : socket_.burstNs() + realtimeOffsetNs_,
           {head, sizeof head, bytes, size});
  }
  return true;
}

TransportFacts SocketInput::facts() const {
  TransportFacts facts = socket_.facts();
  facts.timestampSource = "kernel";
  return facts;
}

}  // namespace hotlap
