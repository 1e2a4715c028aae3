#include "addon/stack_options.h"

#include <string>

#include "addon/link_options.h"
#include "addon/options.h"

namespace hotlap {

TcpStackOptions stackOptions(const Napi::Object& options, const char* name, ShmOptions::End end) {
  TcpStackOptions result;
  const Napi::Value value = options.Get(name);
  if (value.IsUndefined()) return result;
  const std::string what = std::string("The option `") + name;
  if (!value.IsObject()) throw Napi::TypeError::New(options.Env(), what + "` must be an object.");
  const Napi::Object lwip = value.As<Napi::Object>();
  const Napi::Value link = lwip.Get("link");
  if (!link.IsObject()) throw Napi::TypeError::New(options.Env(), what + ".link` must be an object.");
  result.kind = TcpStackOptions::Kind::lwip;
  result.lwip.link = linkOptions(link.As<Napi::Object>(), end);
  result.lwip.address = stringOption(lwip, "address", "");
  result.lwip.gateway = stringOption(lwip, "gateway", "");
  return result;
}

}  // namespace hotlap
