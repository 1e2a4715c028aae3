// Packets from a kernel UDP socket: the payload is MoldUDP64 straight.
#pragma once

#include "core/feed/packet_source.h"
#include "core/socket/udp_receiver.h"

namespace hotlap {

class UdpSource final : public PacketSource {
 public:
  Failure open(const UdpReceiverOptions& options);

  NextPacket next(int64_t nowNs, Packet& packet) override;
  void refresh() override { counters_.drops = socket_.refreshKernelDrops(); }
  std::string group() const override { return group_; }
  TransportFacts transport() const override;

 private:
  UdpReceiver socket_;
  std::string group_;
  int at_ = 0;
};

}  // namespace hotlap
