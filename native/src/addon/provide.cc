#include "addon/addon.h"
#include "addon/offer.h"

namespace hotlap {

namespace {

template <typename Offer>
Offer* taken(const Napi::CallbackInfo& info, const napi_type_tag& tag) {
  if (info.Length() < 2 || !info[1].IsExternal()) return nullptr;
  const Napi::External<Offer> external = info[1].As<Napi::External<Offer>>();
  return external.CheckTypeTag(&tag) ? external.Data() : nullptr;
}

void provide(const Napi::CallbackInfo& info) {
  const std::string name = info[0].IsString() ? info[0].As<Napi::String>().Utf8Value() : "";
  if (const LwipOffer* offer = name == "lwip" ? taken<LwipOffer>(info, lwipOfferTag) : nullptr) {
    provideLwip(offer->open);
  } else if (const DpdkOffer* offer = name == "dpdk" ? taken<DpdkOffer>(info, dpdkOfferTag) : nullptr) {
    provideDpdk(offer->open);
  } else {
    throw Napi::TypeError::New(info.Env(), "provide needs lwip or dpdk, and what that addon offers.");
  }
}

}  // namespace

void InitProvide(Napi::Env env, Napi::Object exports) {
  exports.Set("provide", Napi::Function::New(env, provide, "provide"));
}

}  // namespace hotlap
