// The stack: a link's frames to lwIP and back, its timers, and who is connected.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/link/link.h"
#include "core/socket/tcp_socket.h"
#include "lwip/frame_judge.h"
#include "lwip/lwip.h"
#include "lwip/sequence_offset.h"
#include "lwip/shared_ports.h"

namespace hotlap {

class LwipSocket;

struct LwipAddress {
  OwnAddresses own;
  /// In host byte order; 0: none.
  uint32_t netmask = 0;
  uint32_t gateway = 0;
  /// Whose address is shared, or whose MAC address is used; empty: a wire without interfaces.
  std::string interface;

  /// Reached without a gateway. Under a shared address nothing is: the kernel routes.
  bool isOnNetwork(uint32_t address) const { return ((address ^ own.address) & netmask) == 0; }
  /// Of a network, the first address is nobody's, and the last everybody's (RFC 1122, 3.2.1.3).
  bool isHost(uint32_t address) const { return (address & ~netmask) != 0 && (address | netmask) != ~0u; }
};

class LwipStack final : public TcpStack, public std::enable_shared_from_this<LwipStack> {
 public:
  LwipStack(std::unique_ptr<Link> link, const LwipAddress& address);
  ~LwipStack() override;
  Failure start();

  int connect(const sockaddr_in& to, std::unique_ptr<TcpSocket>& socket) override;
  Failure listen(const sockaddr_in& on, int backlog, std::unique_ptr<TcpListener>& listener) override;
  /// Takes in one burst and runs the timers when it is time for them.
  void drive() override;
  TransportFacts facts() const override;

  /// Tells the link of what was written.
  void flush();
  /// System calls that sending has cost since this was last asked, acknowledgements among them.
  int takeTransmitCalls();
  /// Where the next frame will be written, brought close.
  void warm();
  void add(LwipSocket* socket) { sockets_.push_back(socket); }
  void remove(LwipSocket* socket);
  /// Nobody answers for the address to which the segments go.
  bool unreachable(const tcp_pcb* pcb);

 private:
  static constexpr int pollsPerClock = 16;
  static constexpr int64_t serviceEveryNs = 100'000;
  static constexpr int64_t probeEveryNs = 1'000'000;
  /// Connections that are being made to us; with more, the oldest is forgotten.
  static constexpr int mostHalfOpen = 64;
  /// Beyond that many, the connection that ended first is forgotten before its two minutes are over.
  static constexpr int mostEnded = 1'024;

  static err_t transmitted(netif* device, pbuf* packet);
  static err_t routed(netif* device, pbuf* packet, const ip4_addr_t* to);
  static err_t prepared(netif* device);
  err_t transmit(pbuf* packet);
  void take(const Frame& frame);
  void service(int64_t nowNs);
  void makeWay(const uint8_t* ip);
  void boundHalfOpen();
  void boundEnded();
  void settle();
  int bindAnyPort(tcp_pcb* pcb);
  int bindSharedPort(tcp_pcb* pcb, uint32_t remote, uint16_t remotePort);

  std::unique_ptr<Link> link_;
  LwipAddress address_;
  SequenceSecret secret_ = {};
  netif device_ = {};
  bool added_ = false;
  bool written_ = false;
  uint64_t toldTransmitCalls_ = 0;
  /// A frame found no room: what waits in lwIP is to be sent again soon.
  bool refused_ = false;
  /// Polls until the clock is looked at, which was then.
  int untilClock_ = 1;
  int64_t clockNs_ = 0;
  int64_t servicedNs_ = 0;
  int64_t probedNs_ = 0;
  std::vector<LwipSocket*> sockets_;
  SharedPorts shared_;
};

}  // namespace hotlap
