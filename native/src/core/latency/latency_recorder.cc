#include "core/latency/latency_recorder.h"

#include <algorithm>

namespace hotlap {

namespace {
constexpr int64_t stallThresholdNs = 1000;
}

double measureClockCostNs() {
  constexpr int rounds = 201;
  constexpr int readings = 32;
  int64_t cost[rounds];
  for (int64_t& round : cost) {
    const int64_t begin = monotonicNs();
    int64_t end = begin;
    for (int reading = 0; reading < readings; ++reading) end = monotonicNs();
    round = end - begin;
  }
  std::nth_element(cost, cost + rounds / 2, cost + rounds);
  return static_cast<double>(cost[rounds / 2]) / readings;
}

LatencyRecorder::LatencyRecorder() : clockCostNs_(measureClockCostNs()) {}

void LatencyRecorder::idle(int64_t nowNs) {
  turnNs_ = nowNs;
  sampled_ = false;
  if (idleNs_ != 0 && nowNs >= idleNs_) {
    const int64_t gap = nowNs - idleNs_;
    watchedNs_ += gap;
    if (usualGap16_ == 0) usualGap16_ = std::min<int64_t>(gap, 100'000) * 16;
    // Idle turns make system calls, so their own length is no stall; what goes beyond it by 1 µs is.
    const int64_t beyond = gap - usualGap16_ / 16;
    if (beyond > stallThresholdNs) stall(beyond);
    const int64_t step = std::max<int64_t>(1, usualGap16_ >> 6);
    usualGap16_ = std::max<int64_t>(16, beyond > 0 ? usualGap16_ + step : usualGap16_ - step);
  }
  idleNs_ = nowNs;
}

void LatencyRecorder::stamp(int stageEnd) {
  switch (stageEnd) {
    case layout::stamp::strategyDone:
      return stage(layout::histogram::strategy);
    case layout::stamp::riskDone:
      return stage(layout::histogram::risk);
    case layout::stamp::encodeDone:
      return stage(layout::histogram::encode);
  }
}

int64_t LatencyRecorder::startNs(int cause) const {
  switch (cause) {
    case layout::cause::tick:
      return burstNs_;
    case layout::cause::timer:
      return turnNs_;
    case layout::cause::report:
      return reportNs_ != 0 ? reportNs_ : turnNs_;
  }
  return 0;
}

void LatencyRecorder::recordOrder(int cause, int64_t startNs, int64_t sendNs) {
  if (startNs == 0) return;
  switch (cause) {
    case layout::cause::tick:
      return histograms_[layout::histogram::tickToOrder].record(sendNs - startNs);
    case layout::cause::timer:
      return histograms_[layout::histogram::timerToOrder].record(sendNs - startNs);
    case layout::cause::report:
      return histograms_[layout::histogram::reportToOrder].record(sendNs - startNs);
  }
}

void LatencyRecorder::afterSend(int cause) {
  if (!sampled_ || cause != layout::cause::tick) return;
  const int64_t now = monotonicNs();
  histograms_[layout::histogram::send].record(now - sendNs_);
  stageNs_ = now;
}

void LatencyRecorder::reset() {
  for (Histogram& histogram : histograms_) histogram.reset();
  stallTotalNs_ = 0;
  watchedNs_ = 0;
  idleNs_ = 0;
}

}  // namespace hotlap
