#include "lwip/lwip_stack.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/random.h>
#include <time.h>

#include <algorithm>
#include <utility>

#include "core/host/clock.h"
#include "core/socket/address.h"
#include "lwip/lwip_listener.h"
#include "lwip/lwip_socket.h"

namespace hotlap {

namespace {

// Once a process: lwIP's state is global and has no end.
void initialise() {
  static const bool done = (lwip_init(), true);
  static_cast<void>(done);
  // Timers stood still while nobody polled.
  sys_restart_timeouts();
}

bool isFree(uint16_t port) {
  for (const tcp_pcb* const list : {tcp_active_pcbs, tcp_tw_pcbs, tcp_bound_pcbs}) {
    for (const tcp_pcb* pcb = list; pcb != nullptr; pcb = pcb->next) {
      if (pcb->local_port == port) return false;
    }
  }
  return true;
}

ip4_addr_t networkOrder(uint32_t address) { return {htonl(address)}; }

}  // namespace

LwipStack::LwipStack(std::unique_ptr<Link> link, const LwipAddress& address)
    : link_(std::move(link)), address_(address) {}

Failure LwipStack::start() {
  if (getrandom(&secret_, sizeof secret_, 0) != static_cast<ssize_t>(sizeof secret_))
    return failureOf(errno, "No random numbers could be had for TCP's sequence numbers");
  if (!address_.own.shared) {
    FlowFilter filter;
    filter.hosts.push_back(address_.own.address);
    if (Failure failure = link_->steer(filter)) return failure;
  }
  initialise();
  const ip4_addr_t own = networkOrder(address_.own.address), mask = networkOrder(address_.netmask),
                   gateway = networkOrder(address_.gateway);
  if (netif_add(&device_, &own, &mask, &gateway, this, prepared, ethernet_input) == nullptr)
    return {"ENOMEM", "lwIP took no interface for " + addressText({own.addr}) + "; free some memory."};
  added_ = true;
  netif_set_default(&device_);
  // Coming up, lwIP would announce its address; a shared one is the kernel's to announce. Without the flag it
  // would take nothing in.
  if (address_.own.shared) device_.flags &= static_cast<u8_t>(~NETIF_FLAG_ETHARP);
  netif_set_up(&device_);
  device_.flags |= NETIF_FLAG_ETHARP;
  flush();
  return {};
}

LwipStack::~LwipStack() {
  if (!added_) return;
  settle();
  while (tcp_active_pcbs != nullptr) tcp_abandon(tcp_active_pcbs, 0);
  while (tcp_tw_pcbs != nullptr) tcp_abort(tcp_tw_pcbs);
  flush();
  netif_remove(&device_);
}

// What was sent last, a FIN among it, is seen through to its acknowledgement for a moment: afterwards nobody
// would send it again.
void LwipStack::settle() {
  const auto owing = [] {
    for (tcp_pcb* pcb = tcp_active_pcbs; pcb != nullptr; pcb = pcb->next) {
      if (pcb->state != SYN_RCVD && (pcb->unacked != nullptr || pcb->unsent != nullptr)) return true;
    }
    return false;
  };
  const int64_t deadlineNs = monotonicNs() + 50'000'000;
  while (owing() && monotonicNs() < deadlineNs) {
    drive();
    const timespec pause = {0, 50'000};
    nanosleep(&pause, nullptr);
  }
}

err_t LwipStack::prepared(netif* device) {
  const auto* stack = static_cast<LwipStack*>(device->state);
  device->name[0] = 'h';
  device->name[1] = 'l';
  device->output = stack->address_.own.shared ? routed : etharp_output;
  device->linkoutput = transmitted;
  device->hwaddr_len = 6;
  std::copy_n(stack->address_.own.mac, 6, device->hwaddr);
  device->mtu = static_cast<u16_t>(std::min<size_t>(stack->link_->maxFrameBytes() - kEthernetHeader, 1'500));
  device->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
  return ERR_OK;
}

err_t LwipStack::transmitted(netif* device, pbuf* packet) {
  return static_cast<LwipStack*>(device->state)->transmit(packet);
}

err_t LwipStack::routed(netif* device, pbuf* packet, const ip4_addr_t* to) {
  auto* stack = static_cast<LwipStack*>(device->state);
  const uint8_t* mac = stack->shared_.macOf(ntohl(to->addr));
  if (mac == nullptr) return ERR_RTE;
  eth_addr source, destination;
  std::copy_n(stack->address_.own.mac, 6, source.addr);
  std::copy_n(mac, 6, destination.addr);
  return ethernet_output(device, packet, &source, &destination, ETHTYPE_IP);
}

err_t LwipStack::transmit(pbuf* packet) {
  const size_t size = packet->tot_len;
  if (size > link_->maxFrameBytes()) return ERR_VAL;
  uint8_t* frame = link_->txReserve();
  if (frame == nullptr) {
    link_->flush();
    frame = link_->txReserve();
  }
  if (frame == nullptr) {
    refused_ = true;
    return ERR_MEM;
  }
  pbuf_copy_partial(packet, frame, static_cast<u16_t>(size), 0);
  uint8_t* ip = frame + kEthernetHeader;
  if (size >= kEthernetHeader + kIpv4Header + kTcpHeader && be16(frame + 12) == kEtherTypeIpv4 &&
      ip[0] == 0x45 && ip[9] == IPPROTO_TCP)
    hideSequence(secret_, ip);
  link_->txCommit(size);
  written_ = true;
  return ERR_OK;
}

void LwipStack::flush() {
  if (written_) written_ = link_->flush() != 0;
}

int LwipStack::takeTransmitCalls() {
  const uint64_t calls = link_->counters().txCalls;
  return static_cast<int>(calls - std::exchange(toldTransmitCalls_, calls));
}

void LwipStack::warm() {
  if (const uint8_t* place = link_->txReserve()) __builtin_prefetch(place, 1);
}

void LwipStack::drive() {
  const int count = link_->rxBurst();
  for (int n = 0; n < count; ++n) take(link_->frame(n));
  // Behind what has come: after a pause, an acknowledgement that waited is not taken for a lost one.
  if (--untilClock_ == 0) service(monotonicNs());
  flush();
}

void LwipStack::take(const Frame& frame) {
  size_t size = frame.size;
  const FrameKind kind = judgeFrame(address_.own, frame.data, size);
  if (kind == FrameKind::foreign || size > UINT16_MAX) return;
  pbuf* packet = pbuf_alloc(PBUF_RAW, static_cast<u16_t>(size), PBUF_RAM);
  if (packet == nullptr) return;
  auto* bytes = static_cast<uint8_t*>(packet->payload);
  std::memcpy(bytes, frame.data, size);
  if (kind == FrameKind::segment) {
    uint8_t* ip = bytes + kEthernetHeader;
    const uint8_t flags = ip[33];
    if ((flags & tcp_flag::ack) != 0) revealAcknowledgement(secret_, ip);
    if ((flags & (tcp_flag::syn | tcp_flag::ack)) == tcp_flag::syn) {
      makeWay(ip);
      boundHalfOpen();
    }
  }
  if (device_.input(packet, &device_) != ERR_OK) pbuf_free(packet);
}

// Who calls again from the port of a connection that is still waited out begins a new one, if with a number
// beyond the old one's last (RFC 1122, 4.2.2.13). lwIP alone answers for the old one, for two minutes.
void LwipStack::makeWay(const uint8_t* ip) {
  const uint8_t* const tcp = ip + 20;
  for (tcp_pcb* pcb = tcp_tw_pcbs; pcb != nullptr; pcb = pcb->next) {
    if (pcb->remote_port != be16(tcp) || pcb->local_port != be16(tcp + 2) ||
        ntohl(pcb->remote_ip.u_addr.ip4.addr) != be32(ip + 12)) {
      continue;
    }
    if (TCP_SEQ_GT(be32(tcp + 4), pcb->rcv_nxt)) tcp_abandon(pcb, 0);
    return;
  }
}

// Debian's lwIP is built without a backlog of its own: a flood of SYNs would fill the memory. The newest come
// first in the list.
void LwipStack::boundHalfOpen() {
  int count = 0;
  tcp_pcb* oldest = nullptr;
  for (tcp_pcb* pcb = tcp_active_pcbs; pcb != nullptr; pcb = pcb->next) {
    if (pcb->state != SYN_RCVD) continue;
    ++count;
    oldest = pcb;
  }
  if (count >= mostHalfOpen) tcp_abandon(oldest, 0);
}

void LwipStack::boundEnded() {
  int count = 0;
  for (tcp_pcb *pcb = tcp_tw_pcbs, *next; pcb != nullptr; pcb = next) {
    next = pcb->next;
    if (++count > mostEnded) tcp_abandon(pcb, 0);
  }
}

void LwipStack::service(int64_t nowNs) {
  // Who polls so rarely that timers would be late for it looks at the clock each time.
  untilClock_ = nowNs - std::exchange(clockNs_, nowNs) < serviceEveryNs ? pollsPerClock : 1;
  if (nowNs - servicedNs_ < serviceEveryNs) return;
  servicedNs_ = nowNs;
  if (refused_) {
    refused_ = false;
    for (tcp_pcb* pcb = tcp_active_pcbs; pcb != nullptr; pcb = pcb->next) {
      if (pcb->unsent != nullptr || (pcb->flags & TF_ACK_NOW) != 0) tcp_output(pcb);
    }
  }
  sys_check_timeouts();
  if (nowNs - probedNs_ < probeEveryNs) return;
  probedNs_ = nowNs;
  for (LwipSocket* socket : sockets_) socket->look(nowNs);
  boundEnded();
}

bool LwipStack::unreachable(const tcp_pcb* pcb) {
  if (address_.own.shared) return false;
  const uint32_t to = ntohl(pcb->remote_ip.u_addr.ip4.addr);
  const ip4_addr_t hop = networkOrder(address_.isOnNetwork(to) ? to : address_.gateway);
  eth_addr* mac = nullptr;
  const ip4_addr_t* found = nullptr;
  if (etharp_find_addr(&device_, &hop, &mac, &found) >= 0) return false;
  // lwIP asks once a second; whoever came a moment after the question would be found late.
  etharp_request(&device_, &hop);
  return true;
}

void LwipStack::remove(LwipSocket* socket) { std::erase(sockets_, socket); }

// RFC 6056, 3.3.1: a port chosen at random, another where it is taken.
int LwipStack::bindAnyPort(tcp_pcb* pcb) {
  for (int tries = 0; tries < 64; ++tries) {
    uint16_t random = 0;
    if (getrandom(&random, sizeof random, 0) != static_cast<ssize_t>(sizeof random)) return errno;
    if (tcp_bind(pcb, &device_.ip_addr, static_cast<u16_t>(49'152 + random % 16'384)) == ERR_OK) return 0;
  }
  return EADDRINUSE;
}

int LwipStack::bindSharedPort(tcp_pcb* pcb, uint32_t remote, uint16_t remotePort) {
  shared_.prune([](const TcpFlow& flow) {
    for (const tcp_pcb* each = tcp_active_pcbs; each != nullptr; each = each->next) {
      if (each->local_port == flow.localPort) return true;
    }
    return false;
  });
  TcpFlow flow = {remote, address_.own.address, remotePort, 0};
  if (const int error = shared_.take(*link_, address_.interface, address_.gateway, flow, isFree))
    return error;
  return tcp_bind(pcb, &device_.ip_addr, flow.localPort) == ERR_OK ? 0 : EADDRINUSE;
}

int LwipStack::connect(const sockaddr_in& to, std::unique_ptr<TcpSocket>& socket) {
  const uint32_t remote = ntohl(to.sin_addr.s_addr);
  const bool direct = address_.isOnNetwork(remote);
  if (remote == address_.own.address || remote >> 24 == 127 || remote >> 28 >= 0xe || remote == 0)
    return EADDRNOTAVAIL;
  if (direct && !address_.own.shared && !address_.isHost(remote)) return EADDRNOTAVAIL;
  if (!direct && address_.gateway == 0 && !address_.own.shared) return ENETUNREACH;
  tcp_pcb* pcb = tcp_new_ip_type(IPADDR_TYPE_V4);
  if (pcb == nullptr) return ENOMEM;
  const int unbound =
      address_.own.shared ? bindSharedPort(pcb, remote, ntohs(to.sin_port)) : bindAnyPort(pcb);
  if (unbound != 0) {
    tcp_abort(pcb);
    return unbound;
  }
  auto made = std::make_unique<LwipSocket>(shared_from_this(), pcb, false);
  ip_addr_t address = {};
  address.type = IPADDR_TYPE_V4;
  address.u_addr.ip4.addr = to.sin_addr.s_addr;
  const err_t error = tcp_connect(pcb, &address, ntohs(to.sin_port), LwipSocket::established);
  // A full ring is no error here: the SYN waits, and is sent again.
  if (error != ERR_OK) return error == ERR_RTE ? ENETUNREACH : error == ERR_MEM ? ENOMEM : EADDRINUSE;
  flush();
  socket = std::move(made);
  return 0;
}

Failure LwipStack::listen(const sockaddr_in& on, int backlog, std::unique_ptr<TcpListener>& listener) {
  const std::string what =
      "FIX connections could not be awaited on " + addressText(on.sin_addr, ntohs(on.sin_port));
  if (address_.own.shared) {
    return failureOf(
        EOPNOTSUPP, what,
        "give lwIP an address of its own: under the host's it takes only what it connected itself");
  }
  const uint32_t address = ntohl(on.sin_addr.s_addr);
  if (address != 0 && address != address_.own.address)
    return failureOf(
        EADDRNOTAVAIL, what,
        "give lwIP's own address, " + addressText({htonl(address_.own.address)}, ntohs(on.sin_port)));
  tcp_pcb* pcb = tcp_new_ip_type(IPADDR_TYPE_V4);
  if (pcb == nullptr) return failureOf(ENOMEM, what);
  // A port whose last connection is in TIME_WAIT is free, as with the kernel.
  ip_set_option(pcb, SOF_REUSEADDR);
  const uint16_t port = ntohs(on.sin_port);
  const bool bound = port == 0 ? bindAnyPort(pcb) == 0 : tcp_bind(pcb, &device_.ip_addr, port) == ERR_OK;
  tcp_pcb* listening = bound ? tcp_listen_with_backlog(pcb, 0xff) : nullptr;
  if (listening == nullptr) {
    tcp_abort(pcb);
    return failureOf(EADDRINUSE, what, "choose another port (0 takes any that is free)");
  }
  listener = std::make_unique<LwipListener>(shared_from_this(), listening, std::clamp(backlog, 1, 128));
  return {};
}

TransportFacts LwipStack::facts() const {
  const LinkFacts link = link_->facts();
  TransportFacts facts = {};
  facts.backend = "lwip/" + link.backend;
  facts.timestampSource = "application";
  facts.reason = "TCP by lwIP in the polling thread as " + addressText({htonl(address_.own.address)}) +
                 ", Nagle off, acknowledged at once; " + link.reason;
  facts.accelerated = link.accelerated;
  facts.zeroCopy = link.zeroCopy;
  facts.receiveBufferBytes = TCP_WND;
  return facts;
}

}  // namespace hotlap
