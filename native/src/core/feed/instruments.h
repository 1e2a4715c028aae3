// Which stock a locate stands for, and what the subscribers want of it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/book/huge_array.h"

namespace hotlap {

/** A stock of the feed, by its locate. */
struct Listing {
  /** The symbol's eight characters, space-padded, as one big-endian number; 0 before it is known. */
  uint64_t symbol;
  int32_t handle;
  /** Bits of layout::interest. */
  uint8_t interest;
  bool tradingHalted;
  /** Markets that halted it operationally, one bit each. */
  uint8_t haltedMarkets;

  bool halted() const { return tradingHalted || haltedMarkets != 0; }
};

/** An instrument that was asked for. */
struct Subscription {
  uint64_t symbol;
  /** -1 before the feed names it. */
  int32_t locate;
  uint8_t interest;
};

class Instruments {
 public:
  static constexpr size_t kLocates = 65'536;

  /** False when there is no memory. */
  bool reserve(uint32_t maxInstruments);

  const Listing& listing(uint16_t locate) const { return listings_[locate]; }
  Listing& listing(uint16_t locate) { return listings_[locate]; }
  const Subscription& subscription(uint32_t handle) const { return subscriptions_[handle]; }
  uint32_t subscriptions() const { return count_; }

  /** A message names the stock of a locate; the first name of the day stays. @returns the handle bound by it,
   * or -1 */
  int32_t name(uint16_t locate, uint64_t symbol) {
    return listings_[locate].symbol != 0 ? -1 : bind(locate, symbol);
  }

  /** @returns the handle, the same one for the same symbol; -1 when no more instruments fit */
  int32_t subscribe(uint64_t symbol, uint8_t interest);
  void setInterest(uint32_t handle, uint8_t interest);

  /** The union of all interests: what events of the whole feed go by. */
  uint8_t anyInterest() const { return anyInterest_; }

 private:
  int32_t bind(uint16_t locate, uint64_t symbol);

  HugeArray<Listing> listings_;
  HugeArray<Subscription> subscriptions_;
  uint32_t count_ = 0;
  uint8_t anyInterest_ = 0;
};

}  // namespace hotlap
