#include "core/feed/instruments.h"

namespace hotlap {

bool Instruments::reserve(uint32_t maxInstruments) {
  if (!listings_.assign(kLocates) || !subscriptions_.assign(maxInstruments)) return false;
  for (size_t i = 0; i < kLocates; ++i) listings_[i].handle = -1;
  return true;
}

int32_t Instruments::bind(uint16_t locate, uint64_t symbol) {
  Listing& listing = listings_[locate];
  listing.symbol = symbol;
  for (uint32_t handle = 0; handle < count_; ++handle) {
    Subscription& subscription = subscriptions_[handle];
    if (subscription.symbol != symbol || subscription.locate != -1) continue;
    subscription.locate = locate;
    listing.handle = static_cast<int32_t>(handle);
    listing.interest = subscription.interest;
    return listing.handle;
  }
  return -1;
}

int32_t Instruments::subscribe(uint64_t symbol, uint8_t interest) {
  for (uint32_t handle = 0; handle < count_; ++handle) {
    if (subscriptions_[handle].symbol != symbol) continue;
    setInterest(handle, subscriptions_[handle].interest | interest);
    return static_cast<int32_t>(handle);
  }
  if (count_ == subscriptions_.size()) return -1;
  const uint32_t handle = count_++;
  subscriptions_[handle] = {symbol, -1, interest};
  anyInterest_ |= interest;
  for (size_t locate = 0; locate < kLocates; ++locate) {
    Listing& listing = listings_[locate];
    if (listing.symbol != symbol) continue;
    subscriptions_[handle].locate = static_cast<int32_t>(locate);
    listing.handle = static_cast<int32_t>(handle);
    listing.interest = interest;
    break;
  }
  return static_cast<int32_t>(handle);
}

void Instruments::setInterest(uint32_t handle, uint8_t interest) {
  Subscription& subscription = subscriptions_[handle];
  subscription.interest = interest;
  if (subscription.locate >= 0) listings_[static_cast<size_t>(subscription.locate)].interest = interest;
  anyInterest_ = 0;
  for (uint32_t i = 0; i < count_; ++i) anyInterest_ |= subscriptions_[i].interest;
}

}  // namespace hotlap
