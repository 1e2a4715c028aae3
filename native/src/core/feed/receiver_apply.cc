// What each message does: to the books, to the state of its stock, and to the record when somebody wants it.
#include <algorithm>
#include <limits>

#include "core/feed/itch50.h"
#include "core/feed/receiver.h"
#include "core/ring/layout.h"

namespace hotlap {

namespace cell = layout::cell;
namespace tick = layout::tick;
namespace detail = layout::detail;
namespace event = layout::event;

namespace {

constexpr double kNull = std::numeric_limits<double>::quiet_NaN();

void writeId(double* record, int high, uint64_t id) {
  record[high] = static_cast<double>(id >> 32);
  record[high + 1] = static_cast<double>(id & 0xffffffff);
}

uint8_t sideOf(uint8_t letter) { return letter == 'B' ? kBuy : letter == 'S' ? kSell : 0; }

double priceOrNull(uint32_t price) { return price == 0 ? kNull : price; }

}  // namespace

bool FeedReceiver::apply(const uint8_t* m, uint64_t sequence, bool wanted) {
  switch (m[0]) {
    case 'A':
    case 'F':
      return applyAdd(m, sequence, wanted);
    case 'D':
      return applyDelete(m, sequence, wanted);
    case 'E':
      return applyExecution(m, sequence, wanted, false);
    case 'C':
      return applyExecution(m, sequence, wanted, true);
    case 'X':
      return applyCancel(m, sequence, wanted);
    case 'U':
      return applyReplace(m, sequence, wanted);
    case 'P':
      return applyTrade(m, sequence, wanted);
    case 'Q':
      return applyCross(m, sequence, wanted);
    case 'B':
      return applyBroken(m, sequence, wanted);
    case 'I':
      return applyImbalance(m, sequence, wanted);
    case 'H':
      return applyTradingAction(m, sequence, wanted);
    case 'h':
      return applyOperationalHalt(m, sequence, wanted);
    case 'Y':
      return applyStatus(m, sequence, wanted, itch50::status::regShoAction(m), kNull);
    case 'K':
      return applyStatus(m, sequence, wanted, itch50::status::ipoQualifier(m),
                         priceOrNull(itch50::status::ipoPrice(m)));
    case 'J':
      return applyStatus(m, sequence, wanted, 0, priceOrNull(itch50::status::collarReference(m)));
    case 'N':
      return applyStatus(m, sequence, wanted, itch50::status::interest(m), kNull);
    case 'O':
      return applyStatus(m, sequence, wanted, itch50::status::eligible(m), kNull);
    case 'S':
      return applyWholeFeed(m, sequence, wanted, event::systemEvent, itch50::status::systemEvent(m));
    case 'W':
      return applyWholeFeed(m, sequence, wanted, event::status, itch50::status::breachedLevel(m));
    case 'V':
      return applyWholeFeed(m, sequence, wanted, event::status, 0);
    default:
      // R and L are reference data: a directory entry and a market maker's standing say nothing of the book.
      return false;
  }
}

bool FeedReceiver::applyAdd(const uint8_t* m, uint64_t sequence, bool wanted) {
  const uint16_t locate = itch50::stockLocate(m);
  const uint64_t reference = itch50::orderReferenceNumber(m);
  const uint8_t side = sideOf(itch50::add::side(m));
  const uint32_t shares = itch50::add::shares(m);
  const uint32_t price = itch50::add::price(m);
  decoded();
  Change change;
  if (!accepted(side == 0 ? BookResult::refused
                          : books_.add(locate, reference, side, shares, price, sequence, change))) {
    return false;
  }
  const Listing& listing = instruments_.listing(locate);
  touchDepth(listing, locate, change.side, change.price, change.levelsChanged);
  if (!wanted) return false;
  double* record = begin(m, sequence, event::add, &listing);
  record[tick::price] = change.price;
  record[tick::size] = change.remaining;
  writeOrder(record, change, reference);
  return true;
}

bool FeedReceiver::applyExecution(const uint8_t* m, uint64_t sequence, bool wanted, bool withPrice) {
  const uint16_t locate = itch50::stockLocate(m);
  const uint64_t reference = itch50::orderReferenceNumber(m);
  const uint32_t shares = itch50::execute::shares(m);
  decoded();
  Change change;
  if (!accepted(books_.reduce(locate, reference, shares, change))) return false;
  if (shares > change.sizeBefore) becomeStale();
  const Listing& listing = instruments_.listing(locate);
  touchDepth(listing, locate, change.side, change.price, change.levelsChanged);
  if (!wanted) return false;
  double* record = begin(m, sequence, withPrice ? event::executeWithPrice : event::execute, &listing);
  record[tick::price] = withPrice ? itch50::execute::price(m) : change.price;
  record[tick::size] = shares;
  writeOrder(record, change, reference);
  writeId(record, detail::matchHigh, itch50::execute::match(m));
  record[detail::printable] = !withPrice || itch50::execute::printable(m) ? 1 : 0;
  return true;
}

bool FeedReceiver::applyCancel(const uint8_t* m, uint64_t sequence, bool wanted) {
  const uint16_t locate = itch50::stockLocate(m);
  const uint64_t reference = itch50::orderReferenceNumber(m);
  const uint32_t shares = itch50::cancel::shares(m);
  decoded();
  Change change;
  if (!accepted(books_.reduce(locate, reference, shares, change))) return false;
  if (shares > change.sizeBefore) becomeStale();
  const Listing& listing = instruments_.listing(locate);
  touchDepth(listing, locate, change.side, change.price, change.levelsChanged);
  if (!wanted) return false;
  double* record = begin(m, sequence, event::cancel, &listing);
  record[tick::price] = change.price;
  record[tick::size] = shares;
  writeOrder(record, change, reference);
  return true;
}

bool FeedReceiver::applyDelete(const uint8_t* m, uint64_t sequence, bool wanted) {
  const uint16_t locate = itch50::stockLocate(m);
  const uint64_t reference = itch50::orderReferenceNumber(m);
  decoded();
  Change change;
  if (!accepted(books_.remove(locate, reference, change))) return false;
  const Listing& listing = instruments_.listing(locate);
  touchDepth(listing, locate, change.side, change.price, change.levelsChanged);
  if (!wanted) return false;
  double* record = begin(m, sequence, event::delete_, &listing);
  record[tick::price] = change.price;
  record[tick::size] = change.sizeBefore;
  writeOrder(record, change, reference);
  return true;
}

bool FeedReceiver::applyReplace(const uint8_t* m, uint64_t sequence, bool wanted) {
  const uint16_t locate = itch50::stockLocate(m);
  const uint64_t oldReference = itch50::orderReferenceNumber(m);
  const uint64_t newReference = itch50::replace::newReference(m);
  const uint32_t shares = itch50::replace::shares(m);
  const uint32_t price = itch50::replace::price(m);
  decoded();
  Change change;
  const BookResult result =
      books_.replace(locate, oldReference, newReference, shares, price, sequence, change);
  // The old order is gone even where the new reference is taken already: told as a delete.
  const bool halfDone = result == BookResult::duplicateOrder || result == BookResult::full;
  if (!accepted(result) && !halfDone) return false;
  const Listing& listing = instruments_.listing(locate);
  touchDepth(listing, locate, change.side, change.price, change.levelsChanged);
  if (!halfDone) touchDepth(listing, locate, change.side, change.newPrice, change.levelsChanged);
  if (!wanted) return false;
  double* record = begin(m, sequence, halfDone ? event::delete_ : event::replace, &listing);
  record[tick::price] = halfDone ? change.price : change.newPrice;
  record[tick::size] = halfDone ? change.sizeBefore : shares;
  writeOrder(record, change, halfDone ? oldReference : newReference);
  if (!halfDone) writeId(record, detail::oldIdHigh, oldReference);
  return true;
}

bool FeedReceiver::applyTrade(const uint8_t* m, uint64_t sequence, bool wanted) {
  if (!wanted) return false;
  decoded();
  const Listing& listing = instruments_.listing(itch50::stockLocate(m));
  double* record = begin(m, sequence, event::trade, &listing);
  record[tick::side] = sideOf(itch50::trade::side(m));
  record[tick::price] = itch50::trade::price(m);
  record[tick::size] = itch50::trade::shares(m);
  writeId(record, tick::idHigh, itch50::orderReferenceNumber(m));
  writeId(record, detail::matchHigh, itch50::trade::match(m));
  record[detail::printable] = 1;
  return true;
}

bool FeedReceiver::applyCross(const uint8_t* m, uint64_t sequence, bool wanted) {
  if (!wanted) return false;
  decoded();
  const Listing& listing = instruments_.listing(itch50::stockLocate(m));
  double* record = begin(m, sequence, event::crossTrade, &listing);
  record[tick::price] = itch50::cross::price(m);
  record[tick::size] = static_cast<double>(itch50::cross::shares(m));
  writeId(record, detail::matchHigh, itch50::cross::match(m));
  record[detail::printable] = 1;
  record[detail::code] = itch50::cross::type(m);
  return true;
}

bool FeedReceiver::applyBroken(const uint8_t* m, uint64_t sequence, bool wanted) {
  if (!wanted) return false;
  decoded();
  const Listing& listing = instruments_.listing(itch50::stockLocate(m));
  double* record = begin(m, sequence, event::brokenTrade, &listing);
  writeId(record, detail::matchHigh, itch50::broken::match(m));
  return true;
}

bool FeedReceiver::applyImbalance(const uint8_t* m, uint64_t sequence, bool wanted) {
  if (!wanted) return false;
  decoded();
  const Listing& listing = instruments_.listing(itch50::stockLocate(m));
  double* record = begin(m, sequence, event::imbalance, &listing);
  record[tick::side] = sideOf(itch50::imbalance::direction(m));
  record[tick::price] = priceOrNull(itch50::imbalance::referencePrice(m));
  record[tick::size] = static_cast<double>(itch50::imbalance::shares(m));
  record[detail::code] = itch50::imbalance::crossType(m);
  record[detail::pairedShares] = static_cast<double>(itch50::imbalance::pairedShares(m));
  record[detail::farPrice] = priceOrNull(itch50::imbalance::farPrice(m));
  record[detail::nearPrice] = priceOrNull(itch50::imbalance::nearPrice(m));
  return true;
}

bool FeedReceiver::applyTradingAction(const uint8_t* m, uint64_t sequence, bool wanted) {
  Listing& listing = instruments_.listing(itch50::stockLocate(m));
  // Halted, paused and quotation-only alike: nothing trades.
  listing.tradingHalted = itch50::status::tradingState(m) != 'T';
  if (listing.handle >= 0) depth_.setHalted(static_cast<uint32_t>(listing.handle), listing.halted());
  if (!wanted) return false;
  decoded();
  double* record = begin(m, sequence, event::tradingAction, &listing);
  record[detail::code] = itch50::status::tradingState(m);
  return true;
}

bool FeedReceiver::applyOperationalHalt(const uint8_t* m, uint64_t sequence, bool wanted) {
  Listing& listing = instruments_.listing(itch50::stockLocate(m));
  const uint8_t market = itch50::status::haltMarket(m);
  const uint8_t bit = market == 'Q' ? 1 : market == 'B' ? 2 : 4;
  if (itch50::status::haltAction(m) == 'H') {
    listing.haltedMarkets |= bit;
  } else {
    listing.haltedMarkets &= static_cast<uint8_t>(~bit);
  }
  if (listing.handle >= 0) depth_.setHalted(static_cast<uint32_t>(listing.handle), listing.halted());
  return applyStatus(m, sequence, wanted, itch50::status::haltAction(m), kNull);
}

bool FeedReceiver::applyStatus(const uint8_t* m, uint64_t sequence, bool wanted, uint8_t code, double price) {
  if (!wanted) return false;
  decoded();
  const Listing& listing = instruments_.listing(itch50::stockLocate(m));
  double* record = begin(m, sequence, event::status, &listing);
  record[tick::price] = price;
  record[detail::code] = code;
  return true;
}

bool FeedReceiver::applyWholeFeed(const uint8_t* m, uint64_t sequence, bool wanted, int kind, uint8_t code) {
  if (!wanted) return false;
  decoded();
  double* record = begin(m, sequence, kind, nullptr);
  record[detail::code] = code;
  return true;
}

bool FeedReceiver::accepted(BookResult result) {
  if (result == BookResult::applied) [[likely]]
    return true;
  if (result == BookResult::refused) ++counters_.malformed;
  // An order that nobody has added, or twice, or of nothing: this book is not the exchange's.
  becomeStale();
  return false;
}

void FeedReceiver::nameStock(uint16_t locate, uint64_t symbol) {
  const int32_t handle = instruments_.name(locate, symbol);
  if (handle < 0) return;
  depth_.touchAll(static_cast<uint32_t>(handle));
  depth_.setHalted(static_cast<uint32_t>(handle), instruments_.listing(locate).halted());
}

void FeedReceiver::touchDepth(const Listing& listing, uint16_t locate, uint8_t side, uint32_t price,
                              bool levelsChanged) {
  if (listing.handle < 0) return;
  depth_.touch(static_cast<uint32_t>(listing.handle), locate, side, price, levelsChanged);
}

/** A record with everything that every event has; the rest null. @param listing nullptr for the whole feed */
double* FeedReceiver::begin(const uint8_t* m, uint64_t sequence, int kind, const Listing* listing) {
  double* record = memory_.record;
  const double exchangeTimeNs = static_cast<double>(itch50::timestampNs(m));
  record[tick::kind] = kind;
  record[tick::side] = 0;
  record[tick::price] = kNull;
  record[tick::size] = 0;
  record[tick::exchangeTimeNs] = exchangeTimeNs;
  record[tick::receiveTimeNs] =
      options_.recorded ? exchangeTimeNs : static_cast<double>(burstNs_) + options_.monotonicOffsetNs;
  record[tick::sequence] = static_cast<double>(sequence);
  int flags = layout::flag::eventEnd | (stale_ ? layout::flag::stale : 0);
  if (listing != nullptr) {
    record[tick::instrument] = listing->handle;
    if (listing->halted()) flags |= layout::flag::halted;
    writeTop(record, itch50::stockLocate(m));
  } else {
    record[tick::instrument] = -1;
    record[tick::bid] = record[tick::bidSize] = record[tick::ask] = record[tick::askSize] = kNull;
  }
  record[tick::flags] = flags;
  record[tick::idHigh] = record[tick::idLow] = 0;
  record[tick::feedChannel] = 0;
  record[detail::levelPrice] = kNull;
  std::fill(record + detail::remaining, record + detail::messageType, 0.0);
  record[detail::messageType] = m[0];
  record[detail::code] = 0;
  record[detail::pairedShares] = 0;
  record[detail::farPrice] = record[detail::nearPrice] = kNull;
  ++events_;
  return record;
}

void FeedReceiver::writeTop(double* record, uint16_t locate) {
  const Book& book = books_.book(locate);
  if (book.bids.size() != 0) {
    const PriceLadder::Rung& best = book.bids.best(0);
    record[tick::bid] = best.price;
    record[tick::bidSize] = static_cast<double>(books_.level(best.level).shares);
  } else {
    record[tick::bid] = record[tick::bidSize] = kNull;
  }
  if (book.asks.size() != 0) {
    const PriceLadder::Rung& best = book.asks.best(0);
    record[tick::ask] = best.price;
    record[tick::askSize] = static_cast<double>(books_.level(best.level).shares);
  } else {
    record[tick::ask] = record[tick::askSize] = kNull;
  }
}

void FeedReceiver::writeOrder(double* record, const Change& change, uint64_t reference) {
  record[tick::side] = change.side;
  writeId(record, tick::idHigh, reference);
  record[detail::levelPrice] = change.price;
  record[detail::remaining] = change.remaining;
  record[detail::entrySequence] = static_cast<double>(change.entrySequence);
  record[detail::sizeBefore] = change.sizeBefore;
}

void FeedReceiver::becomeStale() {
  if (stale_) return;
  stale_ = true;
  memory_.cells[cell::stale] = 1;
  depth_.setStale();
}

/** Tells of a gap before the first message behind it: from here on no book is whole. */
int FeedReceiver::writeGap(uint64_t lost) {
  gapLost_ = 0;
  ++counters_.gaps;
  counters_.lostMessages += lost;
  becomeStale();
  double* record = memory_.record;
  std::fill(record, record + layout::record_doubles, 0.0);
  record[tick::kind] = event::gap;
  record[tick::instrument] = -1;
  record[tick::price] = record[tick::bid] = record[tick::bidSize] = kNull;
  record[tick::ask] = record[tick::askSize] = record[detail::levelPrice] = kNull;
  record[tick::size] = static_cast<double>(lost);
  record[tick::exchangeTimeNs] = memory_.cells[cell::nowNs];
  record[tick::receiveTimeNs] = memory_.cells[cell::nowNs];
  record[tick::sequence] = static_cast<double>(sequence_.expected());
  record[tick::flags] = layout::flag::eventEnd | layout::flag::gap | layout::flag::stale;
  return leave(layout::poll::gap);
}

}  // namespace hotlap
