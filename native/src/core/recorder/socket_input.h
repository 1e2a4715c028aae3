// A group by a kernel socket, which gives payloads: the frames around them are made again from what the
// kernel says of sender, group and time to live. The sender's MAC it does not say: zeros.
#pragma once

#include "core/link/udp_headers.h"
#include "core/recorder/recorder_input.h"
#include "core/socket/udp_receiver.h"

namespace hotlap {

class SocketInput final : public RecorderInput {
 public:
  using RecorderInput::RecorderInput;

  /// @param realtimeOffsetNs from CLOCK_MONOTONIC to CLOCK_REALTIME, for what the kernel has not stamped
  Failure open(UdpReceiverOptions options, int64_t realtimeOffsetNs);

  bool poll(int64_t nowNs) override;
  void refresh() override { tallies_.dropped.set(socket_.refreshKernelDrops()); }
  TransportFacts facts() const override;

 private:
  void address(const sockaddr_in& source, uint8_t timeToLive);

  UdpReceiver socket_;
  UdpHeaders headers_;
  FrameAddresses addresses_{};
  uint16_t sourcePort_ = 0;
  uint8_t timeToLive_ = 0;
  RecordedGroup* group_ = nullptr;
  int64_t realtimeOffsetNs_ = 0;
};

}  // namespace hotlap
