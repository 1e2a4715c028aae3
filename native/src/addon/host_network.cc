#include "addon/host_network.h"

#include "addon/options.h"
#include "core/host/net_namespace.h"
#include "core/host/transmit_checksum.h"

namespace hotlap {

namespace {

std::string text(const Napi::CallbackInfo& info, const char* what) {
  if (info.Length() < 1 || !info[0].IsString()) throw Napi::TypeError::New(info.Env(), what);
  return info[0].As<Napi::String>();
}

Napi::Value makeNamespace(const Napi::CallbackInfo& info) {
  int descriptor = -1;
  if (const Failure failure = makeNetworkNamespace(descriptor)) throw errorOf(info.Env(), failure);
  return Napi::Number::New(info.Env(), descriptor);
}

void enterNamespace(const Napi::CallbackInfo& info) {
  const std::string path = text(info, "enterNetworkNamespace needs the path of a namespace.");
  if (const Failure failure = enterNetworkNamespace(path)) throw errorOf(info.Env(), failure);
}

void setChecksumOffload(const Napi::CallbackInfo& info) {
  const std::string name = text(info, "setTransmitChecksumOffload needs the name of an interface.");
  if (info.Length() < 2 || !info[1].IsBoolean()) {
    throw Napi::TypeError::New(info.Env(), "setTransmitChecksumOffload needs true or false.");
  }
  if (const Failure failure = setTransmitChecksumOffload(name, info[1].As<Napi::Boolean>())) {
    throw errorOf(info.Env(), failure);
  }
}

}  // namespace

void setHostNetwork(Napi::Object host) {
  const Napi::Env env = host.Env();
  host.Set("makeNetworkNamespace", Napi::Function::New(env, makeNamespace, "makeNetworkNamespace"));
  host.Set("enterNetworkNamespace", Napi::Function::New(env, enterNamespace, "enterNetworkNamespace"));
  host.Set("setTransmitChecksumOffload",
           Napi::Function::New(env, setChecksumOffload, "setTransmitChecksumOffload"));
}

}  // namespace hotlap
