#include <napi.h>

#include "addon/offer.h"
#include "core/ring/layout.h"
#include "lwip/open_lwip.h"

namespace hotlap {

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  static LwipOffer offer = {openLwip};
  exports.Set("offer", offerOf(env, &offer, lwipOfferTag));
  exports.Set("version", layout::addonVersion);
  return exports;
}

NODE_API_MODULE(hotlap_lwip, Init)

}  // namespace hotlap
