#include "core/link/frame_sender.h"

#include <errno.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace hotlap {

FrameSender::FrameSender(std::unique_ptr<Link> link, const FrameAddresses& addresses)
    : link_(std::move(link)),
      maxBytes_(std::min(link_->maxFrameBytes() - kUdpFrameHeaders, UdpHeaders::mostDatagramBytes)) {
  address(addresses);
}

int FrameSender::send(const uint8_t* bytes, size_t size) {
  if (size > maxBytes_) return EMSGSIZE;
  uint8_t* frame = link_->txReserve();
  if (frame == nullptr) {
    ++counters_.full;
    return EAGAIN;
  }
  headers_.write(frame, bytes, size);
  if (size != 0) std::memcpy(frame + kUdpFrameHeaders, bytes, size);
  link_->txCommit(kUdpFrameHeaders + size);
  ++counters_.datagrams;
  counters_.bytes += size;
  counters_.calls = link_->counters().txCalls;
  return 0;
}

int FrameSender::flush() {
  const int error = link_->flush();
  const LinkCounters& device = link_->counters();
  counters_.calls = device.txCalls;
  counters_.dropped = device.txDropped;
  return error;
}

}  // namespace hotlap
