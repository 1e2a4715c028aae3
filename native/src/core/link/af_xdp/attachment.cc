#include "core/link/af_xdp/attachment.h"

#include <errno.h>
#include <linux/if_link.h>
#include <unistd.h>

#include "core/host/clock.h"
#include "core/link/af_xdp/bpf.h"
#include "core/link/af_xdp/refusal.h"
#include "core/link/af_xdp/release.h"

namespace hotlap {

namespace {

/// Queues of an interface, at most (the configuration's highest queue number is 1023).
constexpr uint32_t maxQueues = 1'024;

}  // namespace

Failure Attachment::open(const FlowFilter& flows, const NetworkDevice& device, bool generic,
                         uint32_t maxFrameBytes) {
  sockets_ = bpf::createMap(BPF_MAP_TYPE_XSKMAP, sizeof(uint32_t), sizeof(int), maxQueues, 0);
  if (!sockets_.isOpen()) return refusal::noMap(errno);
  counts_ = bpf::createMap(BPF_MAP_TYPE_ARRAY, sizeof(uint32_t), sizeof(FlowCounts), 1, BPF_F_MMAPABLE);
  if (!counts_.isOpen()) return refusal::noMap(errno);
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  counted_ = Mapping(mmap(nullptr, page, PROT_READ, MAP_SHARED, counts_.get(), 0), page);
  if (!counted_) return refusal::noMap(errno);

  maxFrameBytes_ = maxFrameBytes;
  Failure failure = load(flows, device);
  if (!failure) failure = attach(device, generic);
  // Frames of more than one page come in several buffers: drivers refuse a program that does not know of
  // them.
  if (failure && (failure.code == "ERANGE" || failure.code == "EINVAL" || failure.code == "EOPNOTSUPP")) {
    multiBuffer_ = true;
    if (!load(flows, device) && !attach(device, generic)) return {};
  }
  return failure;
}

Failure Attachment::steer(const FlowFilter& flows, const NetworkDevice& device) {
  if (Failure failure = load(flows, device)) return failure;
  const int error = bpf::replaceProgram(link_.get(), program_.get());
  return error == 0 ? Failure{} : refusal::notSteered(error, device);
}

Failure Attachment::load(const FlowFilter& flows, const NetworkDevice& device) {
  const FlowProgram settings = {sockets_.get(), counts_.get(), maxFrameBytes_, multiBuffer_};
  std::string log;
  program_ =
      bpf::loadXdp(emitFlowProgram(flows, settings), multiBuffer_ ? uint32_t{BPF_F_XDP_HAS_FRAGS} : 0, log);
  return program_.isOpen() ? Failure{} : refusal::notLoaded(errno, device, log);
}

Failure Attachment::attach(const NetworkDevice& device, bool generic) {
  const uint32_t mode = generic ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE;
  const int64_t deadlineNs = monotonicNs() + releaseNs;
  for (;;) {
    link_ = bpf::attachXdp(program_.get(), device.index, mode);
    if (link_.isOpen()) return {};
    const int error = errno;
    if (error != EBUSY && error != EEXIST) return refusal::notAttached(error, device, generic);
    // The link of a process that has just ended goes in a work item: such a one has no holder any more.
    NetworkDevice now;
    if (findNetworkDevice(device.name, now)) now = device;
    if (!refusal::holderOf(now.xdpProgram).empty() || monotonicNs() > deadlineNs) {
      return refusal::alreadyAttached(now, generic);
    }
    usleep(retryUs);
  }
}

int Attachment::direct(uint32_t queue, int socket) {
  return bpf::setEntry(sockets_.get(), queue, static_cast<uint32_t>(socket));
}

uint64_t Attachment::count(uint64_t FlowCounts::*which) const {
  if (!counted_) return 0;
  return __atomic_load_n(&(reinterpret_cast<const FlowCounts*>(counted_.data())->*which), __ATOMIC_RELAXED);
}

}  // namespace hotlap
