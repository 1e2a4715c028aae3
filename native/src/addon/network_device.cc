#include "addon/addon.h"
#include "addon/options.h"
#include "core/host/ethtool.h"
#include "core/host/xdp_facts.h"

namespace hotlap {

namespace {

/// A plain object, field by field; null where there is nothing to tell.
class Fields {
 public:
  explicit Fields(Napi::Env env) : object_(Napi::Object::New(env)) {}

  Fields& set(const char* name, const std::string& value) {
    object_.Set(name, value);
    return *this;
  }
  Fields& set(const char* name, bool value) {
    object_.Set(name, Napi::Boolean::New(object_.Env(), value));
    return *this;
  }
  Fields& number(const char* name, double value) {
    object_.Set(name, value);
    return *this;
  }
  Fields& set(const char* name, Napi::Value value) {
    object_.Set(name, value);
    return *this;
  }
  Napi::Object object() const { return object_; }

 private:
  Napi::Object object_;
};

Napi::Value channels(Napi::Env env, const DeviceFacts& facts) {
  if (!facts.channels) return env.Null();
  return Fields(env)
      .number("receive", facts.channels->receive)
      .number("maxReceive", facts.channels->maxReceive)
      .number("combined", facts.channels->combined)
      .number("maxCombined", facts.channels->maxCombined)
      .object();
}

Napi::Value rings(Napi::Env env, const DeviceFacts& facts) {
  if (!facts.rings) return env.Null();
  return Fields(env)
      .number("receive", facts.rings->receive)
      .number("maxReceive", facts.rings->maxReceive)
      .object();
}

Napi::Value coalescing(Napi::Env env, const DeviceFacts& facts) {
  if (!facts.coalescing) return env.Null();
  return Fields(env)
      .number("receiveUs", facts.coalescing->receiveUs)
      .number("receiveFrames", facts.coalescing->receiveFrames)
      .set("adaptiveReceive", facts.coalescing->adaptiveReceive)
      .object();
}

Napi::Value timestamping(Napi::Env env, const DeviceFacts& facts) {
  if (!facts.timestamping) return env.Null();
  return Fields(env)
      .set("hardwareReceive", facts.timestamping->hardwareReceive)
      .set("hardwareTransmit", facts.timestamping->hardwareTransmit)
      .number("clock", facts.timestamping->clock)
      .set("everyPacket", facts.timestamping->everyPacket)
      .object();
}

Napi::Value features(Napi::Env env, const DeviceFacts& facts) {
  if (facts.features.empty()) return env.Null();
  Fields list(env);
  for (const DeviceFacts::Feature& feature : facts.features) {
    list.set(feature.name.c_str(),
             Fields(env).set("active", feature.active).set("changeable", feature.changeable).object());
  }
  return list.object();
}

Napi::Value xdp(Napi::Env env, const XdpFacts& facts) {
  if (!facts.features) return env.Null();
  return Fields(env)
      .set("native", facts.features->native)
      .set("redirect", facts.features->redirect)
      .set("zeroCopy", facts.features->zeroCopy)
      .set("timestampHint", facts.features->timestampHint)
      .set("vlanHint", facts.features->vlanHint)
      .object();
}

Napi::Value attachedXdp(Napi::Env env, const XdpFacts& facts) {
  // XDP_ATTACHED_* of linux/if_link.h.
  static const char* const modes[] = {nullptr, "native", "generic", "offload", "several"};
  if (facts.attached == 0 || facts.attached >= sizeof modes / sizeof modes[0]) return env.Null();
  return Fields(env)
      .set("mode", std::string(modes[facts.attached]))
      .number("programId", facts.program)
      .object();
}

Napi::Value networkDevice(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsString()) {
    throw Napi::TypeError::New(env, "networkDevice needs the name of an interface.");
  }
  DeviceFacts facts;
  XdpFacts xdpFacts;
  if (const Failure failure = readDeviceFacts(info[0].As<Napi::String>(), facts)) throw errorOf(env, failure);
  if (const Failure failure = readXdpFacts(facts.index, xdpFacts)) throw errorOf(env, failure);
  return Fields(env)
      .set("name", facts.name)
      .set("driver", facts.driver)
      .set("driverVersion", facts.driverVersion)
      .set("firmware", facts.firmware)
      .set("busInfo", facts.busInfo)
      .set("isUp", facts.isUp)
      .set("hasCarrier", facts.hasCarrier)
      .set("isLoopback", facts.isLoopback)
      .number("mtuBytes", facts.mtuBytes)
      .set("channels", channels(env, facts))
      .set("rings", rings(env, facts))
      .set("coalescing", coalescing(env, facts))
      .set("features", features(env, facts))
      .set("timestamping", timestamping(env, facts))
      .set("xdp", xdp(env, xdpFacts))
      .set("attachedXdp", attachedXdp(env, xdpFacts))
      .object();
}

}  // namespace

void InitNetworkDevice(Napi::Env env, Napi::Object exports) {
  exports.Set("networkDevice", Napi::Function::New(env, networkDevice, "networkDevice"));
}

}  // namespace hotlap
