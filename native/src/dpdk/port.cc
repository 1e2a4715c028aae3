#include "dpdk/port.h"

#include <errno.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_mbuf.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <utility>
#include <vector>

#include "core/host/clock.h"
#include "core/host/descriptor.h"
#include "core/link/af_xdp/release.h"
#include "dpdk/device_arguments.h"
#include "dpdk/eal.h"
#include "dpdk/log_tail.h"

namespace hotlap::dpdk {

namespace {

/// As many as the longest burst a sender gathers, several times.
constexpr uint16_t transmitFrames = 1'024;
constexpr unsigned cachedFrames = 256;
/// Between two attempts at a queue that the kernel has not let go of.
constexpr useconds_t againUs = 50'000;
/// How long a call may stay without an answer before opening goes on without, and before it is given up: to
/// hang up on a server that is about to answer is what its process may not survive.
constexpr int64_t patienceNs = 2'000'000'000;

std::atomic<unsigned> pools{0};

/// Of the counters of a PMD's own, which are hundreds with some cards, how many are told.
constexpr int mostTroubles = 8;

bool isTrouble(const std::string& counter) {
  for (const char* word : {"err", "drop", "miss", "discard", "no_buf", "nombuf", "alloc_fail", "overflow"}) {
    if (counter.find(word) != std::string::npos) return true;
  }
  return false;
}

/// A server of memif that was killed leaves its socket's file, and the next one cannot bind to it (unix(7)):
/// where nobody listens, the file is nobody's. Asked by a socket of another type, which a listener refuses
/// (EPROTOTYPE): a caller that hangs up at once brings the server's whole process down (memif's PMD closes
/// the descriptor that EAL waits on, and EAL panics).
void removeStaleSocket(const std::string& device) {
  const std::string path = argumentOf(device, "socket");
  sockaddr_un address = {};
  if (argumentOf(device, "role") != "server" || argumentOf(device, "socket-abstract") != "no" ||
      path.size() >= sizeof address.sun_path) {
    return;
  }
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, path.size());
  const Descriptor caller(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!caller.isOpen()) return;
  if (connect(caller.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno == ECONNREFUSED) {
    unlink(path.c_str());
  }
}

}  // namespace

Failure Port::open(const DpdkOptions& options) {
  if (Failure failure = checkDevice(options.device)) return failure;
  device_ = wholeName(options.device);
  name_ = nameOf(device_);
  if (Failure failure = startEal(options.memory, isPci(name_))) return failure;
  adoptThread();
  const int64_t deadlineNs = monotonicNs() + releaseNs;
  for (;;) {
    if (Failure failure = add()) return failure;
    Failure failure = configure(options.ringFrames);
    // A queue that was somebody's a moment ago is the kernel's yet (core/link/af_xdp/release.h). The PMD does
    // not say that it is this, and cannot set the same queue up twice.
    if (!failure || driver() != "net_af_xdp" || monotonicNs() > deadlineNs) return failure;
    remove();
    usleep(againUs);
  }
}

void Port::remove() {
  if (id_ == RTE_MAX_ETHPORTS) return;
  // memif frees on that thread what a connection had. All others go where they came from: an interface's
  // program is taken off by number, which means another one in another network namespace.
  if (driver() == "net_memif") {
    onInterruptThread([](void* port) { static_cast<Port*>(port)->close(); }, this);
  } else {
    close();
  }
  id_ = RTE_MAX_ETHPORTS;
  rte_mempool_free(std::exchange(pool_, nullptr));
}

void Port::close() {
  rte_device* const device = info_.device;
  if (started_) rte_eth_dev_stop(id_);
  rte_eth_dev_close(id_);
  if (device != nullptr) rte_dev_remove(device);
  xsk_.close();
}

Failure Port::refuse(int error, const std::string& what, const std::string& remedy) const {
  const std::string said = complaint();
  // PMDs say -1 for whatever went wrong, which is not a lack of rights.
  return failureOf(error == -1 ? ENODEV : std::abs(error), what + (said.empty() ? "" : " (" + said + ")"),
                   remedy);
}

Failure Port::add() {
  uint16_t taken;
  if (rte_eth_dev_get_port_by_name(name_.c_str(), &taken) == 0) {
    return {"EBUSY", "The port " + name_ +
                         " of DPDK is in use in this process already; give each its own (net_memif0, "
                         "net_memif1 …)."};
  }
  removeStaleSocket(device_);
  complaint();
  if (const int error = rte_dev_probe(device_.c_str())) {
    return refuse(error, "DPDK has no port " + device_,
                  isPci(name_) ? "bind the card to vfio-pci (`dpdk-devbind.py --bind=vfio-pci " + name_ +
                                     "`) and see that Debian's PMD for it is installed"
                               : "name a virtual device and its arguments as DPDK's guide has them, e.g. "
                                 "net_memif0,role=client,socket=/run/hotlap.memif");
  }
  if (const int error = rte_eth_dev_get_port_by_name(name_.c_str(), &id_)) {
    id_ = RTE_MAX_ETHPORTS;
    rte_eal_hotplug_remove(isPci(name_) ? "pci" : "vdev", name_.c_str());
    return refuse(error, device_ + " is a device of DPDK's, but no network port",
                  "name one that is: `dpdk-devbind.py --status-dev net` lists cards");
  }
  const int error = rte_eth_dev_info_get(id_, &info_);
  return error == 0 ? Failure{}
                    : refuse(error, "The port " + name_ + " tells nothing of itself",
                             "see the PMD's page in DPDK's guide");
}

/// @returns 0, or an errno, negative or not
int Port::setUpQueues(uint16_t receive, uint16_t transmit) {
  const std::string name = "hotlap" + std::to_string(pools.fetch_add(1));
  // Twice the rings: what a PMD holds back, and what the last burst still has.
  const unsigned frames = 2u * (unsigned{receive} + transmit) + cachedFrames - 1;
  pool_ = rte_pktmbuf_pool_create(name.c_str(), frames, cachedFrames, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
                                  SOCKET_ID_ANY);
  if (pool_ == nullptr) return rte_errno;
  const auto socket = static_cast<unsigned>(rte_eth_dev_socket_id(id_));
  const bool isXsk = driver() == "net_af_xdp";
  if (isXsk) xsk_.beforeSetup();
  const int error = rte_eth_rx_queue_setup(id_, 0, receive, socket, nullptr, pool_);
  if (error != 0) return error;
  if (isXsk) xsk_.afterSetup();
  return rte_eth_tx_queue_setup(id_, 0, transmit, socket, nullptr);
}

Failure Port::configure(uint32_t ringFrames) {
  const std::string what = "The port " + name_ + " could not be started";
  rte_eth_conf settings = {};
  if (const int error = rte_eth_dev_configure(id_, 1, 1, &settings))
    return refuse(error, what, "see the PMD's page in DPDK's guide");
  auto receive = static_cast<uint16_t>(std::min<uint32_t>(ringFrames, UINT16_MAX));
  uint16_t transmit = transmitFrames;
  rte_eth_dev_adjust_nb_rx_tx_desc(id_, &receive, &transmit);
  receiveFrames_ = receive;
  int error = setUpQueues(receive, transmit);
  if (pool_ == nullptr) {
    return refuse(error, "There is no memory for the frames of " + name_,
                  "set a smaller `dpdk.ringFrames`, or reserve hugepages");
  }
  if (error != 0) return refuse(error, what, "check the device's arguments");
  error = rte_eth_dev_start(id_);
  started_ = error == 0;
  // `client` is what memif's PMD takes for a port without a role.
  calls_ = driver() == "net_memif" && argumentOf(device_, "role") != "server";
  if (!started_ && !calls_) return refuse(error, what, "check the device's arguments");
  calledNs_ = monotonicNs();
  if (started_ && calls_) awaitAnswer();
  return {};
}

/// A server that took the call answers it on a thread of its own: what is sent before that would be lost.
void Port::awaitAnswer() {
  while (!(answered_ = isUp()) && monotonicNs() - calledNs_ < patienceNs) usleep(100);
}

uint64_t Port::missed() const {
  rte_eth_stats stats = {};
  if (rte_eth_stats_get(id_, &stats) != 0) return 0;
  // libpcap counts an error a poll while its interface is down.
  const uint64_t damaged = driver() == "net_pcap" ? 0 : stats.ierrors;
  return stats.imissed + stats.rx_nombuf + damaged + xsk_.ringFull();
}

std::string Port::troubles() const {
  const int count = rte_eth_xstats_get_names(id_, nullptr, 0);
  if (count <= 0) return {};
  std::vector<rte_eth_xstat_name> names(static_cast<size_t>(count));
  std::vector<rte_eth_xstat> values(names.size());
  if (rte_eth_xstats_get_names(id_, names.data(), names.size()) != count ||
      rte_eth_xstats_get(id_, values.data(), static_cast<unsigned>(count)) != count) {
    return {};
  }
  std::string text;
  int told = 0;
  for (const rte_eth_xstat& each : values) {
    if (each.value == 0 || each.id >= names.size() || !isTrouble(names[each.id].name)) continue;
    text += std::string(told == 0 ? "; the PMD counts " : ", ") + names[each.id].name + ' ' +
            std::to_string(each.value);
    if (++told == mostTroubles) break;
  }
  return text;
}

bool Port::isUp() const {
  rte_eth_link link = {};
  return started_ && rte_eth_link_get_nowait(id_, &link) == 0 && link.link_status == RTE_ETH_LINK_UP;
}

void Port::start() {
  if (started_) rte_eth_dev_stop(id_);
  started_ = rte_eth_dev_start(id_) == 0;
  calledNs_ = monotonicNs();
}

void Port::callAgain() {
  if (!calls_) return;
  const bool up = isUp();
  const bool waiting = started_ && !answered_ && monotonicNs() - calledNs_ < patienceNs;
  answered_ = up;
  if (up || waiting) return;
  onInterruptThread([](void* port) { static_cast<Port*>(port)->start(); }, this);
}

}  // namespace hotlap::dpdk
