#include "core/recorder/packet_recorder.h"

#include <signal.h>
#include <time.h>

#include <utility>

#include "core/host/clock.h"
#include "core/host/host.h"

namespace hotlap {

namespace {

/// From CLOCK_MONOTONIC to CLOCK_REALTIME, fixed at the start: a time never goes back. Of several readings
/// the one that took least is the closest.
int64_t realtimeOffset() {
  int64_t best = INT64_MAX;
  int64_t offset = 0;
  for (int attempt = 0; attempt < 16; ++attempt) {
    const int64_t before = monotonicNs();
    const int64_t real = realtimeNs();
    const int64_t after = monotonicNs();
    if (after - before >= best) continue;
    best = after - before;
    offset = real - (before + best / 2);
  }
  return offset;
}

}  // namespace

PacketRecorder::PacketRecorder(const PacketRecorderOptions& options)
    : options_(options), ring_(options.ringBytes, options.mostPackets), realtimeOffsetNs_(realtimeOffset()) {}

PacketRecorder::~PacketRecorder() { stop(); }

Failure PacketRecorder::addSocket(const UdpReceiverOptions& options, bool bypass, uint32_t& index) {
  auto input = std::make_unique<SocketInput>(inputs(), ring_);
  if (Failure failure = input->open(options, realtimeOffsetNs_)) return failure;
  return keep(std::move(input), nullptr, bypass, index);
}

Failure PacketRecorder::addLink(const LinkOptions& options, const UdpFlow& group, bool bypass,
                                uint32_t& index) {
  auto input = std::make_unique<LinkInput>(inputs(), ring_);
  if (Failure failure = input->open(options, group, realtimeOffsetNs_)) return failure;
  LinkInput* const link = input.get();
  return keep(std::move(input), link, bypass, index);
}

/// What was obtained counts, not what was asked for.
Failure PacketRecorder::keep(std::unique_ptr<RecorderInput> input, LinkInput* link, bool bypass,
                             uint32_t& index) {
  const TransportFacts facts = input->facts();
  if (bypass && !facts.accelerated) {
    return {"ERR_TRANSPORT_NOT_ACCELERATED",
            "it was opened, and packets would still come through the kernel's network stack (" +
                facts.reason + ")"};
  }
  if (inputs() == mostInputs) return {"E2BIG", "A recording has at most 256 ways in."};
  index = inputs();
  inputs_.push_back(std::move(input));
  links_.push_back(link);
  return {};
}

Failure PacketRecorder::addGroup(uint32_t index, const UdpFlow& group) {
  LinkInput* const link = index < links_.size() ? links_[index] : nullptr;
  if (link == nullptr) return {"EINVAL", "A kernel socket receives one group; open another one."};
  return link->add(group);
}

Failure PacketRecorder::start() {
  if (phase() != waiting) return {};
  phase_.store(recording, std::memory_order_release);
  // Signals are for Node's own threads.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int error = pthread_create(&thread_, nullptr, &PacketRecorder::main, this);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error != 0) {
    phase_.store(waiting, std::memory_order_release);
    return failureOf(error, "The recording thread could not be started");
  }
  pthread_setname_np(thread_, "hotlap-record");
  running_ = true;
  return {};
}

void PacketRecorder::stop() {
  if (!running_) return;
  stopping_.store(true, std::memory_order_release);
  pthread_join(thread_, nullptr);
  running_ = false;
  refresh();
  if (phase() == recording) phase_.store(stopped, std::memory_order_release);
}

void PacketRecorder::close() {
  stop();
  links_.clear();
  inputs_.clear();
}

void* PacketRecorder::main(void* self) {
  static_cast<PacketRecorder*>(self)->run();
  return nullptr;
}

void PacketRecorder::run() {
  // A CPU that was refused is no reason not to record; the caller checked it before.
  if (options_.cpu >= 0) setAffinity({options_.cpu});
  int idle = 0;
  while (!stopping_.load(std::memory_order_acquire)) {
    const int64_t nowNs = monotonicNs();
    bool any = false;
    for (const auto& input : inputs_) any |= input->poll(nowNs);
    if (ring_.isClosed()) return phase_.store(complete, std::memory_order_release);
    if (asked_.load(std::memory_order_relaxed)) {
      asked_.store(false, std::memory_order_relaxed);
      refresh();
    }
    idle = any ? 0 : idle + 1;
    if (any) continue;
    if (!options_.naps || idle < idleTurns) {
      pauseCpu();
      continue;
    }
    const timespec nap = {0, napNs};
    nanosleep(&nap, nullptr);
  }
}

void PacketRecorder::refresh() {
  for (const auto& input : inputs_) input->refresh();
}

}  // namespace hotlap
