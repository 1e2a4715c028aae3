#include "core/host/host.h"

#include <malloc.h>
#include <sched.h>
#include <time.h>

#include "addon/addon.h"
#include "addon/host_network.h"
#include "addon/hot_call.h"
#include "addon/options.h"
#include "core/host/clock.h"
#include "core/socket/accelerator.h"
#include "core/socket/accelerator_traps.h"

namespace hotlap {

namespace {

Napi::Value affinityOf(const Napi::CallbackInfo& info) {
  const std::vector<int> cpus = affinity();
  Napi::Array list = Napi::Array::New(info.Env(), cpus.size());
  for (size_t index = 0; index < cpus.size(); ++index) list.Set(static_cast<uint32_t>(index), cpus[index]);
  return list;
}

void setAffinityOf(const Napi::CallbackInfo& info) {
  if (info.Length() < 1 || !info[0].IsArray()) {
    throw Napi::TypeError::New(info.Env(), "setAffinity needs an array of CPU numbers.");
  }
  const Napi::Array list = info[0].As<Napi::Array>();
  std::vector<int> cpus;
  for (uint32_t index = 0; index < list.Length(); ++index) {
    const Napi::Value cpu = list.Get(index);
    if (!cpu.IsNumber()) throw Napi::TypeError::New(info.Env(), "setAffinity needs an array of CPU numbers.");
    cpus.push_back(cpu.As<Napi::Number>().Int32Value());
  }
  if (const Failure failure = setAffinity(cpus)) throw errorOf(info.Env(), failure);
}

Napi::Value acceleratorOf(const Napi::CallbackInfo& info) {
  const Accelerator& here = accelerator();
  Napi::Object report = Napi::Object::New(info.Env());
  report.Set("library", nameOf(here.library));
  report.Set("version", here.version);
  report.Set("problem", here.problem);
  report.Set("ignoresPreload", isSecureExecution());
  return report;
}

int32_t firstArgument(napi_env env, napi_callback_info info) {
  napi_value argument = nullptr;
  size_t count = 1;
  int32_t value = 0;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  napi_get_value_int32(env, argument, &value);
  return value;
}

// The idle strategies run in the loop: raw Node-API.
napi_value pauseTurns(napi_env env, napi_callback_info info) {
  constexpr int32_t mostTurns = 1'000'000;
  const int32_t asked = firstArgument(env, info);
  const int32_t turns = asked < mostTurns ? asked : mostTurns;
  for (int32_t turn = 0; turn < turns; ++turn) pauseCpu();
  return int32Of(env, turns);
}

napi_value yieldCpu(napi_env env, napi_callback_info) { return int32Of(env, sched_yield()); }

napi_value sleepUs(napi_env env, napi_callback_info info) {
  constexpr int32_t mostUs = 1'000'000;
  const int32_t asked = firstArgument(env, info);
  const int32_t microseconds = asked < 0 ? 0 : asked < mostUs ? asked : mostUs;
  const timespec time = {microseconds / 1'000'000, microseconds % 1'000'000 * 1'000L};
  return int32Of(env, nanosleep(&time, nullptr));
}

void setRaw(Napi::Object host, const char* name, napi_callback callback) {
  napi_value function = nullptr;
  if (napi_create_function(host.Env(), name, NAPI_AUTO_LENGTH, callback, nullptr, &function) == napi_ok) {
    host.Set(name, function);
  }
}

}  // namespace

void InitHost(Napi::Env env, Napi::Object exports) {
  Napi::Object host = Napi::Object::New(env);
  const auto set = [&](const char* name, auto callback) {
    host.Set(name, Napi::Function::New(env, callback, name));
  };
  set("threadId", [](const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), threadId()); });
  set("affinity", affinityOf);
  set("setAffinity", setAffinityOf);
  set("monotonicNs", [](const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(monotonicNs()));
  });
  set("realtimeMs", [](const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(realtimeNs()) / 1e6);
  });
  set("trimMemory", [](const Napi::CallbackInfo&) { malloc_trim(0); });
  set("accelerator", acceleratorOf);
  setRaw(host, "pause", pauseTurns);
  setRaw(host, "yield", yieldCpu);
  setRaw(host, "sleepUs", sleepUs);
  setHostNetwork(host);
  exports.Set("host", host);
}

}  // namespace hotlap
