// The rule of strategies/latency-probe.ts: an IOC at the touch at each n-th event of the book, sides
// alternating.
#pragma once

#include <cstdint>

#include "core/ring/layout.h"

namespace hotlap::floor {

struct ProbeOrder {
  /// 0: none.
  int side = 0;
  uint32_t price = 0;
};

class Probe {
 public:
  explicit Probe(uint32_t every) : every_(every), left_(every) {}

  /// An event of the instrument; its record holds the touch after it.
  ProbeOrder onEvent(const double* record) {
    if (--left_ != 0) return {};
    left_ = every_;
    const bool buy = buy_;
    const double price = record[buy ? layout::tick::ask : layout::tick::bid];
    // Null is NaN: no order without a touch.
    if (!(price > 0)) return {};
    buy_ = !buy;
    return {buy ? 1 : 2, static_cast<uint32_t>(price)};
  }

 private:
  uint32_t every_;
  uint32_t left_;
  bool buy_ = true;
};

}  // namespace hotlap::floor
