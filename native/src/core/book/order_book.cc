#include "core/book/order_book.h"

namespace hotlap {

bool OrderBooks::reserve(size_t expectedOrders) {
  const size_t expected = expectedOrders < 1024 ? 1024 : expectedOrders;
  // Most levels hold more than one order; a feed that disagrees makes these two grow.
  return books_.assign(kLocates) && table_.reserve(expected) && orders_.reserve(expected) &&
         levelTable_.reserve(expected / 2) && levels_.reserve(expected / 2);
}

const Level* OrderBooks::levelAt(uint16_t locate, uint8_t side, uint32_t price) {
  const uint32_t index = levelSlot(levelKey(locate, side, price))->index();
  return index == kNone ? nullptr : &levels_[index];
}

uint32_t OrderBooks::takeLevel(uint16_t locate, uint8_t side, uint32_t price, bool& made) {
  const uint64_t key = levelKey(locate, side, price);
  IndexTable::Slot* slot = levelSlot(key);
  made = slot->index() == kNone;
  if (!made) return slot->index();
  const uint32_t index = levels_.take();
  if (index == kNone) return kNone;
  Book& book = books_[locate];
  const bool fits = side == kBuy ? book.bids.insert<true>(arena_, price, index)
                                 : book.asks.insert<false>(arena_, price, index);
  if (fits && levelTable_.insert(slot, key, index)) {
    levels_[index] = {0, price, 0, kNone, kNone, kNone, locate, side};
    return index;
  }
  if (fits) side == kBuy ? book.bids.erase<true>(price) : book.asks.erase<false>(price);
  levels_.give(index);
  return kNone;
}

void OrderBooks::dropLevel(uint32_t index) {
  const Level& level = levels_[index];
  Book& book = books_[level.locate];
  if (level.side == kBuy) {
    book.bids.erase<true>(level.price);
  } else {
    book.asks.erase<false>(level.price);
  }
  levelTable_.erase(levelSlot(levelKey(level.locate, level.side, level.price)));
  levels_.give(index);
}

BookResult OrderBooks::append(IndexTable::Slot* slot, uint16_t locate, uint64_t reference, uint8_t side,
                              uint32_t shares, uint32_t price, uint64_t sequence, bool& levelMade) {
  if (table_.count() >= kMaxOrders) return BookResult::full;
  const uint32_t index = orders_.take();
  if (index == kNone) return BookResult::full;
  const uint32_t levelIndex = takeLevel(locate, side, price, levelMade);
  if (levelIndex == kNone || !table_.insert(slot, reference, index)) {
    if (levelIndex != kNone && levelMade) dropLevel(levelIndex);
    orders_.give(index);
    return BookResult::full;
  }
  Level& level = levels_[levelIndex];
  orders_[index] = {reference, sequence, shares, levelIndex, kNone, level.tail};
  if (level.tail == kNone) {
    level.head = index;
  } else {
    orders_[level.tail].next = index;
  }
  level.tail = index;
  level.shares += shares;
  ++level.orders;
  Book& book = books_[locate];
  ++(side == kBuy ? book.bidOrders : book.askOrders);
  if (table_.count() > maxLiveOrders_) maxLiveOrders_ = table_.count();
  return BookResult::applied;
}

bool OrderBooks::unlink(IndexTable::Slot* slot) {
  const uint32_t index = slot->index();
  const Order& order = orders_[index];
  Level& level = levels_[order.level];
  if (order.previous == kNone) {
    level.head = order.next;
  } else {
    orders_[order.previous].next = order.next;
  }
  if (order.next == kNone) {
    level.tail = order.previous;
  } else {
    orders_[order.next].previous = order.previous;
  }
  level.shares -= order.shares;
  --level.orders;
  Book& book = books_[level.locate];
  --(level.side == kBuy ? book.bidOrders : book.askOrders);
  const bool emptied = level.orders == 0;
  if (emptied) dropLevel(order.level);
  table_.erase(slot);
  orders_.give(index);
  return emptied;
}

BookResult OrderBooks::find(uint16_t locate, uint64_t reference, IndexTable::Slot*& slot, Change& change) {
  ++books_[locate].messages;
  slot = orderSlot(reference);
  if (slot->index() == kNone) {
    ++unknownOrders_;
    return BookResult::unknownOrder;
  }
  const Order& order = orders_[slot->index()];
  const Level& level = levels_[order.level];
  if (level.locate != locate) return BookResult::refused;
  change.side = level.side;
  change.levelsChanged = false;
  change.price = level.price;
  change.sizeBefore = order.shares;
  change.remaining = 0;
  change.entrySequence = order.entrySequence;
  return BookResult::applied;
}

BookResult OrderBooks::add(uint16_t locate, uint64_t reference, uint8_t side, uint32_t shares, uint32_t price,
                           uint64_t sequence, Change& change) {
  ++books_[locate].messages;
  if (shares == 0) return BookResult::refused;
  IndexTable::Slot* slot = orderSlot(reference);
  if (slot->index() != kNone) {
    ++duplicateOrders_;
    return BookResult::duplicateOrder;
  }
  change = {side, false, price, 0, shares, sequence, price};
  return append(slot, locate, reference, side, shares, price, sequence, change.levelsChanged);
}

BookResult OrderBooks::reduce(uint16_t locate, uint64_t reference, uint32_t shares, Change& change) {
  IndexTable::Slot* slot;
  const BookResult found = find(locate, reference, slot, change);
  if (found != BookResult::applied) return found;
  Order& order = orders_[slot->index()];
  if (shares < order.shares) {
    order.shares -= shares;
    levels_[order.level].shares -= shares;
    change.remaining = order.shares;
    return BookResult::applied;
  }
  if (shares > order.shares) ++overReductions_;
  change.levelsChanged = unlink(slot);
  return BookResult::applied;
}

BookResult OrderBooks::remove(uint16_t locate, uint64_t reference, Change& change) {
  IndexTable::Slot* slot;
  const BookResult found = find(locate, reference, slot, change);
  if (found == BookResult::applied) change.levelsChanged = unlink(slot);
  return found;
}

BookResult OrderBooks::replace(uint16_t locate, uint64_t oldReference, uint64_t newReference, uint32_t shares,
                               uint32_t price, uint64_t sequence, Change& change) {
  IndexTable::Slot* slot;
  const BookResult found = find(locate, oldReference, slot, change);
  if (found != BookResult::applied) return found;
  if (shares == 0) return BookResult::refused;
  change.levelsChanged = unlink(slot);
  change.newPrice = price;
  slot = orderSlot(newReference);
  if (slot->index() != kNone) {
    ++duplicateOrders_;
    return BookResult::duplicateOrder;
  }
  bool levelMade = false;
  const BookResult appended =
      append(slot, locate, newReference, change.side, shares, price, sequence, levelMade);
  change.levelsChanged = change.levelsChanged || levelMade;
  return appended;
}

}  // namespace hotlap
