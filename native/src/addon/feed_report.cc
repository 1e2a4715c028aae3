#include "addon/feed_report.h"

#include <algorithm>
#include <vector>

#include "addon/fault_options.h"
#include "core/recording/capture_facts.h"
#include "core/ring/layout.h"

namespace hotlap {

uint64_t packSymbol(const std::string& symbol) {
  uint64_t packed = 0;
  for (size_t i = 0; i < 8; ++i) packed = packed << 8 | (i < symbol.size() ? uint8_t(symbol[i]) : ' ');
  return packed;
}

std::string unpackSymbol(uint64_t symbol) {
  std::string text;
  for (int shift = 56; shift >= 0; shift -= 8) text.push_back(static_cast<char>(symbol >> shift & 0xff));
  text.erase(text.find_last_not_of(std::string(" \0", 2)) + 1);
  return text;
}

namespace {

Napi::Array ladder(Napi::Env env, const OrderBooks& books, const PriceLadder& ladder, uint32_t depth) {
  const uint32_t count = std::min(depth, ladder.size());
  Napi::Array levels = Napi::Array::New(env, count);
  for (uint32_t n = 0; n < count; ++n) {
    const PriceLadder::Rung& rung = ladder.best(n);
    const Level& full = books.level(rung.level);
    Napi::Object level = Napi::Object::New(env);
    level.Set("price", rung.price);
    level.Set("size", static_cast<double>(full.shares));
    level.Set("orders", full.orders);
    levels.Set(n, level);
  }
  return levels;
}

Napi::Object countsByType(Napi::Env env, const FeedCounters& counters) {
  Napi::Object counts = Napi::Object::New(env);
  for (int type = 0; type < 256; ++type) {
    if (counters.byType[type] == 0) continue;
    counts.Set(std::string(1, static_cast<char>(type)), static_cast<double>(counters.byType[type]));
  }
  return counts;
}

Napi::Object operations(Napi::Env env, const FeedCounters& counters) {
  const auto sum = [&](const char* types) {
    uint64_t total = 0;
    for (; *types != 0; ++types) total += counters.byType[static_cast<uint8_t>(*types)];
    return static_cast<double>(total);
  };
  Napi::Object result = Napi::Object::New(env);
  result.Set("adds", sum("AF"));
  result.Set("executes", sum("EC"));
  result.Set("partialCancels", sum("X"));
  result.Set("deletes", sum("D"));
  result.Set("replaces", sum("U"));
  return result;
}

/// Times as BigInt: ns since 1970 are beyond what a double holds exactly.
Napi::Value captureFacts(Napi::Env env, const CaptureFacts& facts) {
  Napi::Object capture = Napi::Object::New(env);
  const auto time = [&](int64_t ns) -> Napi::Value {
    return ns == CapturedFrame::untimed ? env.Null() : Napi::BigInt::New(env, ns);
  };
  capture.Set("frames", static_cast<double>(facts.frames));
  capture.Set("snapped", static_cast<double>(facts.snapped));
  capture.Set("firstNs", time(facts.firstNs));
  capture.Set("lastNs", time(facts.lastNs));
  return capture;
}

/// What the feed has named; and where something was asked for that it has not, under which symbols.
void setInstruments(Napi::Env env, Napi::Object summary, const Instruments& instruments) {
  std::vector<uint64_t> listed;
  for (size_t locate = 0; locate < Instruments::kLocates; ++locate) {
    const uint64_t symbol = instruments.listing(static_cast<uint16_t>(locate)).symbol;
    if (symbol != 0) listed.push_back(symbol);
  }
  summary.Set("instruments", static_cast<double>(listed.size()));
  std::vector<uint64_t> unlisted;
  for (uint32_t handle = 0; handle < instruments.subscriptions(); ++handle) {
    const Subscription& subscription = instruments.subscription(handle);
    if (subscription.locate < 0) unlisted.push_back(subscription.symbol);
  }
  const auto names = [&](const std::vector<uint64_t>& symbols) {
    Napi::Array array = Napi::Array::New(env, symbols.size());
    for (size_t i = 0; i < symbols.size(); ++i) array.Set(static_cast<uint32_t>(i), unpackSymbol(symbols[i]));
    return array;
  };
  summary.Set("unlisted", names(unlisted));
  summary.Set("listed", names(unlisted.empty() ? unlisted : listed));
}

}  // namespace

Napi::Object transportReport(Napi::Env env, const TransportFacts& facts) {
  Napi::Object report = Napi::Object::New(env);
  report.Set("backend", facts.backend);
  report.Set("accelerated", facts.accelerated);
  report.Set("zeroCopy", facts.zeroCopy);
  report.Set("timestampSource", facts.timestampSource);
  report.Set("reason", facts.reason);
  if (facts.receiveBufferBytes != 0) report.Set("receiveBufferBytes", facts.receiveBufferBytes);
  return report;
}

Napi::Object feedSummary(Napi::Env env, const FeedReceiver& receiver) {
  const FeedCounters& counters = receiver.counters();
  const SourceCounters& source = receiver.source().counters();
  const OrderBooks& books = receiver.books();
  const bool anything = counters.messages != 0 || counters.packets != 0;
  const MoldSession* session = receiver.sequence().session();
  Napi::Object summary = Napi::Object::New(env);
  const auto count = [&](const char* name, uint64_t value) { summary.Set(name, static_cast<double>(value)); };

  summary.Set("protocol", anything ? Napi::String::New(env, "itch50") : env.Null());
  // Latin-1: a foreign session's bytes must not break the report.
  std::string name = session == nullptr ? std::string() : std::string(session->data(), session->size());
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  summary.Set("session", name);
  count("packets", counters.packets);
  count("messages", counters.messages);
  summary.Set("countsByType", countsByType(env, counters));
  summary.Set("operations", operations(env, counters));
  count("gaps", counters.gaps);
  count("lostMessages", counters.lostMessages);
  count("duplicates", counters.duplicates);
  count("malformed", counters.malformed + source.malformed);
  count("aside", counters.aside);
  count("filtered", source.filtered);
  count("fragments", source.fragments);
  count("oversized", source.oversized);
  count("badChecksums", source.badChecksums);
  if (const FaultCounters* faults = receiver.source().faults()) {
    summary.Set("faults", faultCounts(env, *faults));
  }
  summary.Set("truncated", source.truncated);
  summary.Set("stale", receiver.stale());
  summary.Set("firstTimeNs", counters.firstTimeNs);
  summary.Set("lastTimeNs", counters.lastTimeNs);
  count("liveOrders", books.liveOrders());
  count("maxLiveOrders", books.maxLiveOrders());
  count("unknownOrders", books.unknownOrders());
  count("overReductions", books.overReductions());
  count("duplicateOrders", books.duplicateOrders());
  setInstruments(env, summary, receiver.instruments());
  summary.Set("group", receiver.source().group());
  Napi::Array groups = Napi::Array::New(env);
  for (const GroupCount& group : receiver.source().groups()) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("group", group.name);
    entry.Set("packets", static_cast<double>(group.packets));
    groups.Set(groups.Length(), entry);
  }
  summary.Set("groups", groups);
  const CaptureFacts* const capture = receiver.source().capture();
  summary.Set("capture", capture == nullptr ? env.Null() : captureFacts(env, *capture));
  return summary;
}

Napi::Array bookSummaries(Napi::Env env, const FeedReceiver& receiver, uint32_t depth) {
  const OrderBooks& books = receiver.books();
  std::vector<uint16_t> locates;
  for (size_t locate = 0; locate < OrderBooks::kLocates; ++locate) {
    if (books.book(static_cast<uint16_t>(locate)).messages != 0)
      locates.push_back(static_cast<uint16_t>(locate));
  }
  std::stable_sort(locates.begin(), locates.end(),
                   [&](uint16_t a, uint16_t b) { return books.book(a).messages > books.book(b).messages; });
  Napi::Array result = Napi::Array::New(env, locates.size());
  uint32_t at = 0;
  for (const uint16_t locate : locates) {
    const Book& book = books.book(locate);
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("symbol", unpackSymbol(receiver.instruments().listing(locate).symbol));
    entry.Set("locate", uint32_t{locate});
    entry.Set("messages", static_cast<double>(book.messages));
    entry.Set("bids", ladder(env, books, book.bids, depth));
    entry.Set("asks", ladder(env, books, book.asks, depth));
    entry.Set("bidLevels", book.bids.size());
    entry.Set("askLevels", book.asks.size());
    entry.Set("bidOrders", book.bidOrders);
    entry.Set("askOrders", book.askOrders);
    result.Set(at++, entry);
  }
  return result;
}

}  // namespace hotlap
