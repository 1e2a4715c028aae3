// The books' own invariants over random operations: links, sums, order of the ladders, and nothing left
// behind.
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "check.h"
#include "core/book/order_book.h"

using namespace hotlap;
using namespace hotlap::test;

namespace {

constexpr uint16_t kLocates[] = {1, 77, 65'535};

/** @returns orders found in the queues of one side */
uint32_t checkLadder(const OrderBooks& books, uint16_t locate, uint8_t side) {
  const PriceLadder& ladder = books.book(locate).ladder(side);
  uint32_t orders = 0;
  for (uint32_t n = 0; n < ladder.size(); ++n) {
    const PriceLadder::Rung& rung = ladder.best(n);
    const Level& level = books.level(rung.level);
    CHECK(level.price == rung.price);
    CHECK(level.locate == locate && level.side == side);
    if (n > 0) {
      const uint32_t better = ladder.best(n - 1).price;
      CHECK(side == kBuy ? better > rung.price : better < rung.price);
    }
    uint64_t shares = 0;
    uint32_t count = 0;
    uint32_t previous = kNone;
    uint64_t entry = 0;
    for (uint32_t index = level.head; index != kNone; index = books.order(index).next) {
      const Order& order = books.order(index);
      CHECK(order.previous == previous);
      CHECK(order.level == rung.level);
      CHECK(order.shares > 0);
      CHECK(order.entrySequence > entry);
      entry = order.entrySequence;
      previous = index;
      shares += order.shares;
      ++count;
    }
    CHECK(level.tail == previous);
    CHECK(level.shares == shares);
    CHECK(level.orders == count && count > 0);
    orders += count;
  }
  return orders;
}

void checkAll(const OrderBooks& books) {
  size_t orders = 0;
  for (const uint16_t locate : kLocates) {
    const uint32_t bids = checkLadder(books, locate, kBuy);
    const uint32_t asks = checkLadder(books, locate, kSell);
    CHECK(books.book(locate).bidOrders == bids);
    CHECK(books.book(locate).askOrders == asks);
    orders += bids + asks;
  }
  CHECK(orders == books.liveOrders());
}

void randomOperations(uint64_t seed, uint32_t references, uint32_t prices, int operations) {
  Random random(seed);
  auto books = std::make_unique<OrderBooks>();
  CHECK(books->reserve(1));
  uint64_t sequence = 0;
  Change change;
  for (int i = 0; i < operations; ++i) {
    ++sequence;
    const uint32_t reference = random.below(references);
    const uint16_t locate = random.below(20) == 0 ? kLocates[random.below(3)] : kLocates[reference % 3];
    const uint32_t shares = random.below(200);
    const uint32_t price = random.below(prices);
    switch (random.below(6)) {
      case 0:
      case 1:
        books->add(locate, reference, random.below(2) == 0 ? kBuy : kSell, shares, price, sequence, change);
        break;
      case 2:
      case 3:
        books->reduce(locate, reference, shares, change);
        break;
      case 4:
        books->remove(locate, reference, change);
        break;
      default:
        books->replace(locate, reference, random.below(2 * references), shares, price, sequence, change);
    }
    if (i % 997 == 0) checkAll(*books);
  }
  checkAll(*books);
  for (uint32_t reference = 0; reference < 2 * references; ++reference) {
    for (const uint16_t locate : kLocates) books->remove(locate, reference, change);
  }
  CHECK(books->liveOrders() == 0);
  checkAll(*books);
  for (const uint16_t locate : kLocates) {
    CHECK(books->book(locate).bids.size() == 0 && books->book(locate).asks.size() == 0);
  }
}

size_t residentBytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  size_t total = 0;
  size_t resident = 0;
  if (file == nullptr) return 0;
  const bool read = std::fscanf(file, "%zu %zu", &total, &resident) == 2;
  std::fclose(file);
  return read ? resident * static_cast<size_t>(sysconf(_SC_PAGESIZE)) : 0;
}

/** What the kernel holds for the books, tables and levels included, once they have grown to so many live
 * orders. */
void memoryOf(uint32_t orders) {
  // The instrumentation has a shadow of an eighth, and some of its own.
#if defined(__SANITIZE_ADDRESS__)
  constexpr double kMostBytes = 64 * 1.25;
#else
  constexpr double kMostBytes = 64;
#endif
  constexpr uint32_t kOrdersOfALevel = 20;
  auto books = std::make_unique<OrderBooks>();
  CHECK(books->reserve(1));
  const size_t before = residentBytes();
  CHECK(before > 0);
  Change change;
  for (uint32_t i = 0; i < orders; ++i) {
    const uint32_t level = i / kOrdersOfALevel;
    const auto locate = static_cast<uint16_t>(1 + level % 1'000);
    const BookResult added =
        books->add(locate, i, level / 1'000 % 2 == 0 ? kBuy : kSell, 100, 10'000 + level, i + 1, change);
    if (added != BookResult::applied) CHECK(added == BookResult::applied);
  }
  CHECK(books->liveOrders() == orders);
  const double bytes = static_cast<double>(residentBytes() - before) / orders;
  std::printf("%u live orders: %.1f bytes each\n", orders, bytes);
  CHECK(bytes <= kMostBytes);
}

}  // namespace

int main() {
  randomOperations(1, 50, 20, 60'000);
  // Deep ladders, and far more orders than expected: every table grows.
  randomOperations(2, 20'000, 5'000, 120'000);
  randomOperations(3, 3'000, 4'000'000'000u, 60'000);
  memoryOf(700'000);
  memoryOf(1'400'000);
  memoryOf(2'000'000);
  return finish("order_book");
}
