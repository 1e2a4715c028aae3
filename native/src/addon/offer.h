// What an optional addon hands to the main one through JavaScript: pointers to the functions that open what
// it has. Both are compiled from the same sources by the same compiler; addonVersion holds them together.
#pragma once

#include <napi.h>

#include "core/link/dpdk.h"
#include "core/socket/open_stack.h"

namespace hotlap {

inline constexpr napi_type_tag lwipOfferTag = {0x686f746c61704f66, 0x6665724c77495000};
inline constexpr napi_type_tag dpdkOfferTag = {0x686f746c61704f66, 0x66657244504b0000};

struct LwipOffer {
  LwipOpener open;
};

struct DpdkOffer {
  DpdkOpener open;
};

/// @param offer lives as long as the process
template <typename Offer>
Napi::Value offerOf(Napi::Env env, Offer* offer, const napi_type_tag& tag) {
  Napi::External<Offer> external = Napi::External<Offer>::New(env, offer);
  external.TypeTag(&tag);
  return external;
}

}  // namespace hotlap
