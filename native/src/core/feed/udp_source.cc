#include "core/feed/udp_source.h"

namespace hotlap {

Failure UdpSource::open(const UdpReceiverOptions& options) {
  Failure failure = socket_.open(options);
  if (!failure) group_ = options.group + ":" + std::to_string(socket_.port());
  return failure;
}

NextPacket UdpSource::next(int64_t nowNs, Packet& packet) {
  if (at_ == socket_.count()) {
    at_ = 0;
    // A negative result is an interface that went down: the socket stays, and receives again when it is back.
    const int received = socket_.receive(nowNs);
    counters_.receiveCalls = socket_.calls();
    if (received <= 0) {
      counters_.lagPackets = 0;
      return NextPacket::none;
    }
    counters_.drops = socket_.kernelDrops();
    counters_.oversized = socket_.truncated();
  }
  const int index = at_++;
  counters_.lagPackets = static_cast<uint32_t>(socket_.count() - at_);
  if (socket_.cut(index)) return NextPacket::skipped;
  packet = {socket_.data(index), socket_.size(index), 0, socket_.burstNs()};
  return NextPacket::packet;
}

TransportFacts UdpSource::transport() const { return socket_.facts(); }

}  // namespace hotlap
