#include <napi.h>

#include "addon/offer.h"
#include "core/ring/layout.h"
#include "dpdk/open_dpdk.h"

namespace hotlap {

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  static DpdkOffer offer = {openDpdkLink};
  exports.Set("offer", offerOf(env, &offer, dpdkOfferTag));
  exports.Set("version", layout::addonVersion);
  return exports;
}

NODE_API_MODULE(hotlap_dpdk, Init)

}  // namespace hotlap
