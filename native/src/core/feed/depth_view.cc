#include "core/feed/depth_view.h"

#include <algorithm>
#include <limits>

#include "core/ring/layout.h"

namespace hotlap {

namespace {

constexpr double kNull = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double* DepthView::drawing(uint32_t handle) const {
  const size_t stride = layout::depth::header + size_t{2} * levels_ * layout::depth::perLevel;
  return depth_ + handle * stride;
}

bool DepthView::reserve(uint32_t maxInstruments) {
  if (!dirty_.assign(maxInstruments) || !dirtyHandles_.assign(maxInstruments)) return false;
  for (uint32_t handle = 0; handle < maxInstruments; ++handle) {
    dirty_[handle] = {{levels_, levels_}, {0, 0}, false};
    double* out = drawing(handle);
    std::fill(out, out + layout::depth::header, 0.0);
    const PriceLadder empty;
    drawSide(out + layout::depth::header, empty, 0, levels_);
    drawSide(out + layout::depth::header + levels_ * layout::depth::perLevel, empty, 0, levels_);
  }
  return true;
}

void DepthView::list(uint32_t handle) {
  if (dirty_[handle].listed) return;
  dirty_[handle].listed = true;
  dirtyHandles_[dirtyCount_++] = handle;
}

void DepthView::touch(uint32_t handle, uint16_t locate, uint8_t side, uint32_t price, bool levelsChanged) {
  const Book& book = books_.book(locate);
  const uint32_t rank =
      side == kBuy ? book.bids.rank<true>(price, levels_) : book.asks.rank<false>(price, levels_);
  // Below what is drawn only the number of levels can change.
  if (rank == levels_ && !levelsChanged) return;
  Dirty& dirty = dirty_[handle];
  const int s = side - kBuy;
  dirty.from[s] = std::min(dirty.from[s], rank);
  dirty.to[s] = std::max(dirty.to[s], levelsChanged ? levels_ : rank + 1);
  list(handle);
}

void DepthView::touchAll(uint32_t handle) {
  dirty_[handle].from[0] = dirty_[handle].from[1] = 0;
  dirty_[handle].to[0] = dirty_[handle].to[1] = levels_;
  list(handle);
}

void DepthView::setStale() {
  for (uint32_t handle = 0; handle < dirty_.size(); ++handle) drawing(handle)[layout::depth::stale] = 1;
}

void DepthView::setHalted(uint32_t handle, bool halted) {
  drawing(handle)[layout::depth::halted] = halted ? 1 : 0;
}

void DepthView::drawDirty() {
  for (uint32_t i = 0; i < dirtyCount_; ++i) {
    const uint32_t handle = dirtyHandles_[i];
    Dirty& dirty = dirty_[handle];
    const int32_t locate = instruments_.subscription(handle).locate;
    if (locate >= 0) {
      const Book& book = books_.book(static_cast<uint16_t>(locate));
      double* out = drawing(handle);
      out[layout::depth::bidLevels] = book.bids.size();
      out[layout::depth::askLevels] = book.asks.size();
      double* bids = out + layout::depth::header;
      drawSide(bids, book.bids, dirty.from[0], dirty.to[0]);
      drawSide(bids + levels_ * layout::depth::perLevel, book.asks, dirty.from[1], dirty.to[1]);
    }
    dirty = {{levels_, levels_}, {0, 0}, false};
  }
  dirtyCount_ = 0;
}

void DepthView::drawSide(double* out, const PriceLadder& ladder, uint32_t from, uint32_t to) {
  for (uint32_t rank = from; rank < to; ++rank) {
    double* level = out + rank * layout::depth::perLevel;
    if (rank < ladder.size()) {
      const PriceLadder::Rung& rung = ladder.best(rank);
      const Level& full = books_.level(rung.level);
      level[layout::depth::price] = rung.price;
      level[layout::depth::size] = static_cast<double>(full.shares);
      level[layout::depth::orders] = full.orders;
    } else {
      level[layout::depth::price] = kNull;
      level[layout::depth::size] = kNull;
      level[layout::depth::orders] = 0;
    }
  }
}

}  // namespace hotlap
