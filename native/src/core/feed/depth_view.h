// The best levels of the subscribed instruments, drawn into the shared depth array (DEPTH in layout.ts): only
// the levels that changed, only when JavaScript is about to look.
#pragma once

#include <cstdint>

#include "core/book/huge_array.h"
#include "core/book/order_book.h"
#include "core/feed/instruments.h"

namespace hotlap {

class DepthView {
 public:
  DepthView(const OrderBooks& books, const Instruments& instruments, double* depth, uint32_t levels)
      : books_(books), instruments_(instruments), depth_(depth), levels_(levels) {}

  /** Empties every drawing. False when there is no memory. */
  bool reserve(uint32_t maxInstruments);

  /** An order operation touched `price`; levels below it moved when `levelsChanged`. */
  void touch(uint32_t handle, uint16_t locate, uint8_t side, uint32_t price, bool levelsChanged);
  /** Everything of the instrument is to be drawn again. */
  void touchAll(uint32_t handle);
  /** Draws what was touched. */
  void flush() {
    if (dirtyCount_ != 0) drawDirty();
  }
  void setStale();
  void setHalted(uint32_t handle, bool halted);

 private:
  /** Half-open range of ranks to draw, by side. */
  struct Dirty {
    uint32_t from[2];
    uint32_t to[2];
    bool listed;
  };

  double* drawing(uint32_t handle) const;
  void drawDirty();
  void drawSide(double* out, const PriceLadder& ladder, uint32_t from, uint32_t to);
  void list(uint32_t handle);

  const OrderBooks& books_;
  const Instruments& instruments_;
  double* depth_;
  uint32_t levels_;
  HugeArray<Dirty> dirty_;
  HugeArray<uint32_t> dirtyHandles_;
  uint32_t dirtyCount_ = 0;
};

}  // namespace hotlap
