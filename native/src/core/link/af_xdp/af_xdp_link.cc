#include "core/link/af_xdp/af_xdp_link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>

#include <algorithm>

#include "core/link/af_xdp/refusal.h"
#include "core/socket/address.h"

namespace hotlap {

namespace {

/// As many as fit into the longest burst a sender gathers, several times.
constexpr uint32_t transmitFrames = 1'023;
constexpr size_t maxQueues = 64;

bool areTooMany(const FlowFilter& flows) {
  return flows.udp.size() + flows.tcp.size() + flows.hosts.size() > kMaxFlows;
}

Failure tooManyFlows() {
  return {"EINVAL", "An interface takes at most " + std::to_string(kMaxFlows) + " groups and connections."};
}

}  // namespace

Failure openAfXdp(const AfXdpOptions& options, std::unique_ptr<Link>& link) {
  auto made = std::make_unique<AfXdpLink>();
  if (Failure failure = made->open(options)) return failure;
  link = std::move(made);
  return {};
}

Failure AfXdpLink::open(const AfXdpOptions& options) {
  options_ = options;
  receives_ = !options.flows.empty();
  if (areTooMany(options.flows)) return tooManyFlows();
  if (options.mode == AfXdpOptions::Mode::generic && options.zeroCopy == AfXdpOptions::ZeroCopy::require) {
    return {"EINVAL",
            "`afXdp.mode: generic` always copies; set `afXdp.zeroCopy: prefer`, or the mode native."};
  }
  if (Failure failure = findNetworkDevice(options.interface, device_)) return failure;
  if (!device_.up) return refusal::isDown(device_);
  maxFrameBytes_ = std::min<size_t>(options.frameBytes, size_t{device_.mtuBytes} + ETH_HLEN);

  std::vector<uint32_t> numbers = options.queues;
  for (const uint32_t number : numbers) {
    if (number >= device_.receiveQueues) return refusal::noSuchQueue(device_, number);
  }
  if (numbers.empty()) {
    for (uint32_t number = 0; number < std::max(device_.receiveQueues, 1u); ++number)
      numbers.push_back(number);
  }
  if (!receives_) numbers.resize(1);
  if (numbers.size() > maxQueues) {
    return {"EINVAL",
            "The interface " + device_.name + " has " + std::to_string(numbers.size()) +
                " receive queues, more than the 64 that are listened on: choose `afXdp.queues`, or have "
                "fewer (`ethtool -L " +
                device_.name + " combined 4`)."};
  }
  if (receives_) {
    // What the kernel keeps free in front of every frame (XDP_PACKET_HEADROOM) is part of the frame's memory.
    const uint32_t maxReceived = options.frameBytes - XDP_PACKET_HEADROOM;
    if (Failure failure = attachment_.open(options.flows, device_,
                                           options.mode == AfXdpOptions::Mode::generic, maxReceived)) {
      return failure;
    }
  }
  if (Failure failure = openQueues(numbers)) return failure;
  return join(options.flows);
}

Failure AfXdpLink::join(const FlowFilter& flows) {
  uint32_t group = 0;
  Membership joined;
  if (const int error = joined.join(flows.udp, device_.index, group))
    return refusal::notJoined(error, device_, addressText({htonl(group)}));
  membership_ = std::move(joined);
  return {};
}

/// A link that only sent opens anew: its queue has no memory to receive into.
Failure AfXdpLink::steer(const FlowFilter& flows) {
  if (areTooMany(flows)) return tooManyFlows();
  if (!receives_) {
    if (flows.empty()) return {};
    queues_.clear();
    AfXdpOptions options = options_;
    options.flows = flows;
    return open(options);
  }
  if (Failure failure = join(flows)) return failure;
  if (Failure failure = attachment_.steer(flows, device_)) return failure;
  options_.flows = flows;
  return {};
}

Failure AfXdpLink::openQueues(const std::vector<uint32_t>& numbers) {
  xsk::QueueOptions queueOptions = {};
  queueOptions.interfaceIndex = device_.index;
  queueOptions.frameBytes = options_.frameBytes;
  queueOptions.ringFrames = receives_ ? options_.ringFrames : 0;
  queueOptions.busyPoll = receives_ && options_.delivery == AfXdpOptions::Delivery::busyPoll;
  // Neither flag: the driver's zero-copy, or the kernel's copy where it has none.
  if (options_.zeroCopy == AfXdpOptions::ZeroCopy::off || options_.mode == AfXdpOptions::Mode::generic) {
    queueOptions.bindFlags = XDP_COPY;
  } else if (options_.zeroCopy == AfXdpOptions::ZeroCopy::require) {
    queueOptions.bindFlags = XDP_ZEROCOPY;
  }
  for (const uint32_t number : numbers) {
    queueOptions.queue = number;
    queueOptions.transmitFrames = queues_.empty() ? transmitFrames : 0;
    auto queue = std::make_unique<xsk::Queue>();
    const xsk::QueueError error = queue->open(queueOptions);
    if (error.step != xsk::Step::none) return refusal::noQueue(error, device_, number, options_);
    queues_.push_back(std::move(queue));
    if (!receives_) continue;
    if (const int failed = attachment_.direct(number, queues_.back()->descriptor()))
      return refusal::noMap(failed);
  }
  return {};
}

int AfXdpLink::rxBurst() {
  const size_t queues = queues_.size();
  for (size_t index = 0; index < queues; ++index) queues_[index]->giveBack();
  int count = 0;
  size_t at = first_;
  for (size_t asked = 0; asked < queues && count < burst; ++asked) {
    xsk::Queue& queue = *queues_[at];
    counters_.rxCalls += static_cast<uint64_t>(queue.prod());
    count += queue.receive(frames_ + count, burst - count);
    at = at + 1 == queues ? 0 : at + 1;
  }
  first_ = at;
  for (int index = 0; index < count; ++index) counters_.rxBytes += frames_[index].size;
  counters_.rxFrames += static_cast<uint64_t>(count);
  countPassedOn();
  return count;
}

// Without a queue is a link that could not be opened anew (steer()): others may have a share of it still.
int AfXdpLink::flush() {
  if (queues_.empty()) return ENODEV;
  const int error = queues_[0]->flush(counters_.txCalls);
  counters_.txDropped = queues_[0]->transmitDropped();
  return error;
}

uint8_t* AfXdpLink::txReserve() {
  uint8_t* const place = queues_.empty() ? nullptr : queues_[0]->reserve();
  if (place == nullptr) ++counters_.txFull;
  return place;
}

void AfXdpLink::txCommit(size_t size) {
  queues_[0]->commit(size);
  ++counters_.txFrames;
  counters_.txBytes += size;
}

void AfXdpLink::refresh() {
  uint64_t dropped = 0;
  for (const auto& queue : queues_) dropped += queue->dropped();
  counters_.rxDropped = dropped;
  countPassedOn();
}

// Out of memory that the program writes to: no system call.
void AfXdpLink::countPassedOn() {
  counters_.rxFragments = attachment_.fragments();
  counters_.rxOversized = attachment_.oversized();
}

bool AfXdpLink::zeroCopy() const {
  for (const auto& queue : queues_) {
    if (!queue->zeroCopy()) return false;
  }
  return !queues_.empty();
}

std::string AfXdpLink::deliveryText() const {
  const char* const softirq = "softirq delivery: no system call";
  if (options_.delivery == AfXdpOptions::Delivery::softirq) return softirq;
  size_t on = 0, untried = 0;
  for (const auto& queue : queues_) {
    on += queue->busyPoll() == xsk::Queue::BusyPoll::on;
    untried += queue->busyPoll() == xsk::Queue::BusyPoll::untried;
  }
  if (on == queues_.size()) return "busy polling: a system call a queue and poll";
  if (on + untried > 0)
    return "busy polling of a queue where the first frame says that its driver can, else softirq";
  return std::string(softirq) + " (busy polling was asked for; the driver offers none for these queues)";
}

LinkFacts AfXdpLink::facts() const {
  const bool copied = !zeroCopy();
  std::string reason = "AF_XDP on " + device_.name + " (" + device_.driver + ")";
  if (receives_) {
    reason += options_.mode == AfXdpOptions::Mode::generic ? ", generic XDP program behind the driver"
                                                           : ", XDP program in the driver";
    reason += ", " + std::to_string(queues_.size()) + " of " + std::to_string(device_.receiveQueues) +
              " receive queues";
  }
  reason += copied ? ", copied once" : ", zero-copy";
  if (copied && options_.zeroCopy == AfXdpOptions::ZeroCopy::prefer) {
    reason += options_.mode == AfXdpOptions::Mode::generic ? " (generic mode has no zero-copy)"
                                                           : " (the driver offers no zero-copy)";
  }
  if (receives_) reason += ", " + deliveryText();
  // Behind the driver the program runs on an skb, which the kernel has allocated and filled
  // (XDP_FLAGS_SKB_MODE).
  const bool accelerated = options_.mode == AfXdpOptions::Mode::native;
  return {"af_xdp", reason, accelerated, !copied, options_.ringFrames};
}

}  // namespace hotlap
