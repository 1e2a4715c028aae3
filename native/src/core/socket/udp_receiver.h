// A non-blocking kernel UDP socket, polled: one recvmmsg per burst of up to 64 datagrams.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/host/failure.h"
#include "core/socket/credit.h"
#include "core/socket/transport_facts.h"

namespace hotlap {

struct UdpReceiverOptions {
  /// A multicast group, or an address of this machine.
  std::string group;
  int port = 0;
  /// Address or name of the interface that joins the group; ignored for unicast.
  std::string interface;
  int receiveBufferBytes = 0;
  /// Empty: none. See socket/credit.h.
  std::string creditFile;
  /// source() and timeToLive() are asked for: the kernel writes them down with every datagram.
  bool keepsSource = false;
};

class UdpReceiver {
 public:
  static constexpr int burst = 64;
  /// A jumbo frame's datagram; a longer one is cut, and counted in truncated().
  static constexpr size_t datagramBytes = 9216;

  UdpReceiver() = default;
  ~UdpReceiver();
  UdpReceiver(const UdpReceiver&) = delete;
  UdpReceiver& operator=(const UdpReceiver&) = delete;

  Failure open(const UdpReceiverOptions& options);
  void close();

  /// Gives up the datagrams of the last burst and takes the next: one system call.
  /// @param now the turn's clock reading; burstNs() when nothing arrived
  /// @returns datagrams received, 0 when there was none, or -errno
  int receive(int64_t now);
  int count() const { return count_; }
  /// Valid until the next receive().
  const uint8_t* data(int index) const { return buffers_.get() + index * datagramBytes; }
  size_t size(int index) const { return headers_[index].msg_len; }
  /// There was more of it than fits: what is here is a part.
  bool cut(int index) const { return (headers_[index].msg_hdr.msg_flags & MSG_TRUNC) != 0; }
  /// CLOCK_MONOTONIC after the recvmmsg that brought the burst had returned.
  int64_t burstNs() const { return burstNs_; }
  /// CLOCK_REALTIME at which the kernel took the datagram in (SO_TIMESTAMPNS); 0 when it said nothing.
  int64_t kernelTimeNs(int index) const { return kernelTimeNs_[index]; }
  /// Who sent the datagram, and what its IPv4 header had left to live (0: not told). With `keepsSource` only.
  const sockaddr_in& source(int index) const { return sources_[index]; }
  uint8_t timeToLive(int index) const { return timeToLive_[index]; }

  /// Datagrams dropped for want of receive buffer, as the last datagram received told (SO_RXQ_OVFL).
  uint64_t kernelDrops() const { return drops_; }
  /// The same, asked from the kernel, so that drops behind the last datagram count too. Cold: one system
  /// call.
  uint64_t refreshKernelDrops();
  uint64_t packets() const { return packets_; }
  uint64_t truncated() const { return truncated_; }
  /// recvmmsg calls made.
  uint64_t calls() const { return calls_; }
  /// Effective SO_RCVBUF; the kernel counts its own overhead in it.
  int receiveBufferBytes() const { return effectiveBufferBytes_; }
  /// The port bound, also where 0 was asked for.
  int port() const { return port_; }
  /// Who runs the socket, as it is now. Cold.
  TransportFacts facts() const;

 private:
  static constexpr size_t controlBytes = 128;

  Failure bindAndJoin(const UdpReceiverOptions& options);
  void sizeBuffer(int wantedBytes);
  void readControl(int index);
  void countDrops(uint32_t counter);

  int fd_ = -1;
  int count_ = 0;
  int port_ = 0;
  pid_t madeOn_ = 0;
  int effectiveBufferBytes_ = 0;
  int64_t burstNs_ = 0;
  uint64_t packets_ = 0;
  uint64_t truncated_ = 0;
  uint64_t calls_ = 0;
  uint64_t drops_ = 0;
  /// Empty, or a sentence: the kernel granted less than was asked for.
  std::string bufferWarning_;
  Credit credit_;
  std::unique_ptr<uint8_t[]> buffers_;
  std::unique_ptr<uint8_t[]> control_;
  iovec vectors_[burst];
  mmsghdr headers_[burst];
  int64_t kernelTimeNs_[burst] = {};
  sockaddr_in sources_[burst] = {};
  uint8_t timeToLive_[burst] = {};
};

}  // namespace hotlap
