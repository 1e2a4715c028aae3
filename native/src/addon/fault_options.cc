#include "addon/fault_options.h"

#include <optional>
#include <string>
#include <utility>

#include "addon/options.h"
#include "core/faults/faulty_link.h"
#include "core/faults/faulty_source.h"

namespace hotlap {

namespace {

constexpr int64_t kMaxDelayNs = 1'000'000'000;

double shareOption(const Napi::Object& faults, const char* name) {
  const double share = numberOption(faults, name);
  if (share >= 0 && share <= 1) return share;
  throw Napi::RangeError::New(faults.Env(),
                              std::string("The option `") + name + "` must be a share from 0 to 1.");
}

std::optional<FaultOptions> faultsOption(const Napi::Object& source) {
  const Napi::Value value = source.Get("faults");
  if (value.IsUndefined()) return std::nullopt;
  if (!value.IsObject()) throw Napi::TypeError::New(source.Env(), "The option `faults` must be an object.");
  const Napi::Object faults = value.As<Napi::Object>();
  FaultOptions options;
  options.seed = static_cast<uint64_t>(integerOption(faults, "seed", 0, UINT32_MAX));
  options.loss = shareOption(faults, "loss");
  options.duplicate = shareOption(faults, "duplicate");
  options.reorder = shareOption(faults, "reorder");
  options.delay = shareOption(faults, "delay");
  options.corrupt = shareOption(faults, "corrupt");
  options.reorderWithin = static_cast<uint32_t>(
      integerOption(faults, "reorderWithin", 1, int64_t{FaultOptions::kMaxReorderWithin}));
  options.delayNs = integerOption(faults, "delayNs", 0, kMaxDelayNs);
  return options;
}

}  // namespace

std::unique_ptr<PacketSource> withFaults(const Napi::Object& source, std::unique_ptr<PacketSource> packets,
                                         bool recorded) {
  const auto options = faultsOption(source);
  if (!options) return packets;
  return std::make_unique<FaultySource>(std::move(packets), *options, recorded);
}

std::unique_ptr<Link> withFaults(const Napi::Object& source, std::unique_ptr<Link> link) {
  const auto options = faultsOption(source);
  if (!options) return link;
  return std::make_unique<FaultyLink>(std::move(link), *options);
}

Napi::Object faultCounts(Napi::Env env, const FaultCounters& counters) {
  Napi::Object counts = Napi::Object::New(env);
  const auto set = [&](const char* name, uint64_t value) { counts.Set(name, static_cast<double>(value)); };
  set("lost", counters.lost);
  set("duplicated", counters.duplicated);
  set("reordered", counters.reordered);
  set("delayed", counters.delayed);
  set("corrupted", counters.corrupted);
  set("held", counters.held);
  return counts;
}

}  // namespace hotlap
