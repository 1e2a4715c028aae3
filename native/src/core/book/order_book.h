// L3 books of every stock of one feed's day: each order in its place in the queue of its price.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/book/block_arena.h"
#include "core/book/index_table.h"
#include "core/book/pool.h"
#include "core/book/price_ladder.h"

namespace hotlap {

enum Side : uint8_t { kBuy = 1, kSell = 2 };

struct Order {
  uint64_t reference;
  /** Sequence number of the message that put the order at its place in the queue. */
  uint64_t entrySequence;
  uint32_t shares;
  uint32_t level;
  /** Towards the back and the front of the queue. */
  uint32_t next;
  uint32_t previous;
};

struct Level {
  uint64_t shares;
  uint32_t price;
  uint32_t orders;
  /** First and last of the queue. */
  uint32_t head;
  uint32_t tail;
  uint32_t next;
  uint16_t locate;
  uint8_t side;
};

struct Book {
  PriceLadder bids;
  PriceLadder asks;
  uint32_t bidOrders = 0;
  uint32_t askOrders = 0;
  /** Messages about this book's orders. */
  uint64_t messages = 0;

  const PriceLadder& ladder(uint8_t side) const { return side == kBuy ? bids : asks; }
};

/** What an operation did; prices are integers of 1/10,000. */
struct Change {
  uint8_t side;
  /** A price level came or went (at `price`, or at `newPrice` for a replace). */
  bool levelsChanged;
  uint32_t price;
  uint32_t sizeBefore;
  uint32_t remaining;
  uint64_t entrySequence;
  /** Replace only: where the new order rests. */
  uint32_t newPrice;
};

enum class BookResult : uint8_t {
  applied,
  unknownOrder,
  duplicateOrder,
  /** Of no legal meaning: an order of no shares, another stock's locate. */
  refused,
  /** No memory, or more orders than any feed has: the books are incomplete from here on. */
  full,
};

class OrderBooks {
 public:
  static constexpr size_t kLocates = 65'536;
  /** More live orders than ten Nasdaq days hold; what a broken feed may make us keep. */
  static constexpr size_t kMaxOrders = size_t{1} << 25;

  /** @param expectedOrders live orders that the tables hold without growing. False when there is no memory.
   */
  bool reserve(size_t expectedOrders);

  BookResult add(uint16_t locate, uint64_t reference, uint8_t side, uint32_t shares, uint32_t price,
                 uint64_t sequence, Change& change);
  /** Executions and partial cancels: an order that reaches zero is gone; more than it had is counted. */
  BookResult reduce(uint16_t locate, uint64_t reference, uint32_t shares, Change& change);
  BookResult remove(uint16_t locate, uint64_t reference, Change& change);
  /** The old order goes, the new one joins the back of the queue at its price. duplicateOrder: only the first
   * half happened. */
  BookResult replace(uint16_t locate, uint64_t oldReference, uint64_t newReference, uint32_t shares,
                     uint32_t price, uint64_t sequence, Change& change);

  /** Fetches ahead the place where a message of the packet in hand will look its order up. */
  void prefetch(uint64_t reference) { table_.prefetch(reference); }
  /** The step behind it, for the next message, whose place has arrived by now: its book and its order. */
  void prefetchOrder(uint16_t locate, uint64_t reference) {
    __builtin_prefetch(&books_[locate]);
    const uint32_t index = table_.guess(reference);
    if (index != kNone) __builtin_prefetch(&orders_[index]);
  }

  Book& book(uint16_t locate) { return books_[locate]; }
  const Book& book(uint16_t locate) const { return books_[locate]; }
  const Level& level(uint32_t index) const { return levels_[index]; }
  const Order& order(uint32_t index) const { return orders_[index]; }
  /** Level at a price, or nullptr. */
  const Level* levelAt(uint16_t locate, uint8_t side, uint32_t price);

  size_t liveOrders() const { return table_.count(); }
  size_t maxLiveOrders() const { return maxLiveOrders_; }
  uint64_t unknownOrders() const { return unknownOrders_; }
  uint64_t overReductions() const { return overReductions_; }
  uint64_t duplicateOrders() const { return duplicateOrders_; }

 private:
  static uint64_t levelKey(uint16_t locate, uint8_t side, uint32_t price) {
    return uint64_t{locate} << 34 | uint64_t{side} << 32 | price;
  }

  IndexTable::Slot* orderSlot(uint64_t reference) {
    return table_.probe(reference, [this](uint32_t index) { return orders_[index].reference; });
  }
  IndexTable::Slot* levelSlot(uint64_t key) {
    return levelTable_.probe(key, [this](uint32_t index) {
      const Level& level = levels_[index];
      return levelKey(level.locate, level.side, level.price);
    });
  }
  /** The level's index, made when absent; kNone without memory. */
  uint32_t takeLevel(uint16_t locate, uint8_t side, uint32_t price, bool& made);
  void dropLevel(uint32_t index);
  BookResult append(IndexTable::Slot* slot, uint16_t locate, uint64_t reference, uint8_t side,
                    uint32_t shares, uint32_t price, uint64_t sequence, bool& levelMade);
  /** Unlinks and frees. @returns true when its level went with it */
  bool unlink(IndexTable::Slot* slot);
  BookResult find(uint16_t locate, uint64_t reference, IndexTable::Slot*& slot, Change& change);

  IndexTable table_;
  IndexTable levelTable_;
  Pool<Order> orders_;
  Pool<Level> levels_;
  HugeArray<Book> books_;
  BlockArena arena_;
  size_t maxLiveOrders_ = 0;
  uint64_t unknownOrders_ = 0;
  uint64_t overReductions_ = 0;
  uint64_t duplicateOrders_ = 0;
};

}  // namespace hotlap
