#include "dpdk/dpdk_link.h"

#include <errno.h>
#include <netinet/in.h>
#include <rte_ethdev.h>
#include <rte_version.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "core/host/clock.h"
#include "core/link/mac_addresses.h"
#include "dpdk/eal.h"

namespace hotlap::dpdk {

namespace {

/// PMDs that only carry frames to and from the kernel's network stack.
bool goesThroughKernel(const std::string& driver) {
  return driver == "net_tap" || driver == "net_tun" || driver == "net_af_packet" || driver == "net_pcap" ||
         driver == "net_virtio_user";
}

std::string manner(const std::string& driver) {
  if (goesThroughKernel(driver)) return ", which the kernel's network stack stands behind";
  // It sends by a call, and waits in one where its socket has no frame to be filled.
  return driver == "net_af_xdp" ? ", by calls of the PMD's to an AF_XDP socket"
                                : ", polled without a system call";
}

}  // namespace

DpdkLink::~DpdkLink() {
  giveBack();
  rte_pktmbuf_free(reserved_);
  for (uint16_t index = 0; index < outgoingCount_; ++index) rte_pktmbuf_free(outgoing_[index]);
}

Failure DpdkLink::open(const DpdkOptions& options) {
  if (Failure failure = port_.open(options)) return failure;
  missedBefore_ = port_.missed();
  calledNs_ = monotonicNs();
  return {};
}

void DpdkLink::adopt() {
  if (adopted_ && pthread_equal(thread_, pthread_self())) return;
  adoptThread();
  thread_ = pthread_self();
  adopted_ = true;
}

void DpdkLink::giveBack() {
  for (uint16_t index = 0; index < receivedCount_; ++index) rte_pktmbuf_free(received_[index]);
  receivedCount_ = 0;
}

int DpdkLink::rxBurst() {
  adopt();
  giveBack();
  if (port_.isStarted()) receivedCount_ = rte_eth_rx_burst(port_.id(), 0, received_, burst);
  if (receivedCount_ == 0) {
    if (++idle_ % idlePolls == 0) lookForPeer();
    return 0;
  }
  port_.answered();
  int count = 0;
  for (uint16_t index = 0; index < receivedCount_; ++index) {
    rte_mbuf* const frame = received_[index];
    // In several pieces: longer than anything a feed or TCP of 1,500 bytes sends.
    if (frame->nb_segs != 1) {
      ++counters_.rxOversized;
      continue;
    }
    frames_[count++] = {rte_pktmbuf_mtod(frame, const uint8_t*), frame->data_len};
    counters_.rxBytes += frame->data_len;
  }
  counters_.rxFrames += static_cast<uint64_t>(count);
  return count;
}

uint8_t* DpdkLink::txReserve() {
  if (reserved_ == nullptr) {
    adopt();
    if (outgoingCount_ == gathered) flush();
    if (outgoingCount_ < gathered) reserved_ = rte_pktmbuf_alloc(port_.pool());
  }
  if (reserved_ == nullptr) {
    ++counters_.txFull;
    return nullptr;
  }
  return rte_pktmbuf_mtod(reserved_, uint8_t*);
}

void DpdkLink::txCommit(size_t size) {
  if (reserved_ == nullptr || size > maxBytes) return;
  reserved_->data_len = static_cast<uint16_t>(size);
  reserved_->pkt_len = static_cast<uint32_t>(size);
  outgoing_[outgoingCount_++] = reserved_;
  reserved_ = nullptr;
  ++counters_.txFrames;
  counters_.txBytes += size;
}

int DpdkLink::flush() {
  if (outgoingCount_ == 0) {
    // Who only sends has no other turn to call its peer in.
    if (++idle_ % idlePolls == 0) lookForPeer();
    return 0;
  }
  const uint16_t sent =
      port_.isStarted() ? rte_eth_tx_burst(port_.id(), 0, outgoing_, outgoingCount_) : uint16_t{0};
  if (sent == 0) {
    dropIfDown();
    return 0;
  }
  port_.answered();
  outgoingCount_ = static_cast<uint16_t>(outgoingCount_ - sent);
  std::memmove(outgoing_, outgoing_ + sent, outgoingCount_ * sizeof outgoing_[0]);
  return 0;
}

void DpdkLink::dropIfDown() {
  const int64_t nowNs = monotonicNs();
  if (nowNs - askedNs_ < askEveryNs) return;
  askedNs_ = nowNs;
  if (port_.isUp()) return;
  lookForPeer();
  counters_.txDropped += outgoingCount_;
  for (uint16_t index = 0; index < outgoingCount_; ++index) rte_pktmbuf_free(outgoing_[index]);
  outgoingCount_ = 0;
}

void DpdkLink::lookForPeer() {
  const int64_t nowNs = monotonicNs();
  if (nowNs - calledNs_ < callEveryNs) return;
  calledNs_ = nowNs;
  port_.callAgain();
}

/// A card's filter is opened as far as is needed. A PMD that knows none of this has no filter.
Failure DpdkLink::steer(const FlowFilter& flows) {
  const uint16_t id = port_.id();
  // An address of one's own has a MAC of its own, which the card does not know.
  if (!flows.hosts.empty()) return filterOpened(rte_eth_promiscuous_enable(id));
  std::vector<rte_ether_addr> groups;
  for (const UdpFlow& flow : flows.udp) {
    if (IN_MULTICAST(flow.address)) multicastMac(flow.address, groups.emplace_back().addr_bytes);
  }
  if (groups.empty()) return {};
  if (rte_eth_dev_set_mc_addr_list(id, groups.data(), static_cast<uint32_t>(groups.size())) == 0) return {};
  if (rte_eth_allmulticast_enable(id) == 0) return {};
  return filterOpened(rte_eth_promiscuous_enable(id));
}

Failure DpdkLink::filterOpened(int error) const {
  if (error == 0 || error == -ENOTSUP) return {};
  return failureOf(error == -1 ? ENODEV : -error,
                   "The port " + port_.name() + " does not take frames for addresses that are not its card's",
                   "see whether the card, or who lends it to this host, allows promiscuous mode");
}

void DpdkLink::refresh() { counters_.rxDropped = port_.missed() - missedBefore_; }

LinkFacts DpdkLink::facts() const {
  const std::string driver = port_.driver();
  return {"dpdk",
          "port " + port_.name() + " of " + rte_version() + " (" + driver + "), frames in " +
              memoryInWords() + manner(driver) + (port_.isUp() ? ", link up" : ", link down") +
              port_.troubles(),
          !goesThroughKernel(driver), false, port_.receiveFrames()};
}

}  // namespace hotlap::dpdk
