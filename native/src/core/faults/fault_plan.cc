#include "core/faults/fault_plan.h"

#include <cstdio>

namespace hotlap {

namespace {

constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;

/// The finalizer of splitmix64 (Steele, Lea, Flood 2014): a counter in, a random word out.
uint64_t mixed(uint64_t z) {
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

uint64_t limitOf(double share) { return static_cast<uint64_t>(share * 9007199254740992.0); }

}  // namespace

FaultPlan::FaultPlan(const FaultOptions& options)
    : seed_(mixed(options.seed + kGolden)), reorderWithin_(options.reorderWithin) {
  limits_[loss] = limitOf(options.loss);
  limits_[duplicate] = limitOf(options.duplicate);
  limits_[reorder] = limitOf(options.reorder);
  limits_[delay] = limitOf(options.delay);
  limits_[corrupt] = limitOf(options.corrupt);
}

uint64_t FaultPlan::word(Draw draw) const { return mixed(seed_ + (packet_ * draws + draw) * kGolden); }

Fate FaultPlan::next(size_t size) {
  Fate fate{falls(loss), falls(duplicate), falls(delay), 0, -1};
  if (falls(reorder)) fate.overtakenBy = 1 + static_cast<uint32_t>(below(place, reorderWithin_));
  if (size != 0 && falls(corrupt)) fate.turnedBit = static_cast<int64_t>(below(bit, size * 8));
  ++packet_;
  return fate;
}

std::string FaultOptions::text() const {
  std::string list;
  const auto add = [&](const char* name, double share, const std::string& more = "") {
    if (share == 0) return;
    char number[32];
    std::snprintf(number, sizeof number, "%g %%", share * 100);
    list += (list.empty() ? "" : ", ") + std::string(name) + " " + number + more;
  };
  add("loss", loss);
  add("duplicates", duplicate);
  add("reordering", reorder, " within " + std::to_string(reorderWithin));
  add("delay", delay, " by " + std::to_string(delayNs) + " ns");
  add("corruption", corrupt);
  return "faults on purpose, seed " + std::to_string(seed) + ": " + (list.empty() ? "none" : list);
}

}  // namespace hotlap
