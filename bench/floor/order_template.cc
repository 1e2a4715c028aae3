#include "bench/floor/order_template.h"

#include <cstring>

namespace hotlap::floor {

namespace {

constexpr char soh = '\x01';

std::string zeros(int count) { return std::string(static_cast<size_t>(count), '0'); }

}  // namespace

// The fields and their order are the engine's (gateway/order-gateway), so that both put the same order on the
// wire.
OrderTemplate::OrderTemplate(char* bytes, size_t capacity, const SessionNames& names,
                             const std::string& clOrdIdPrefix, const std::string& symbol, uint32_t quantity) {
  const std::string timestamp(TimestampText::width, '0');
  size_t at[6];
  std::string body = std::string("35=D") + soh;
  const auto field = [&body](const char* tag, const std::string& value, const std::string& prefix = "") {
    body += std::string(tag) + "=" + prefix;
    const size_t begin = body.size();
    body += value + soh;
    return begin;
  };
  field("49", names.senderCompId);
  field("56", names.targetCompId);
  at[0] = field("34", zeros(sequenceDigits));
  at[1] = field("52", timestamp);
  field("40", "2");
  field("59", "3");
  at[2] = field("54", "0");
  at[3] = field("60", timestamp);
  field("55", symbol);
  at[4] = field("11", zeros(ordinalDigits), clOrdIdPrefix);
  field("38", std::to_string(quantity));
  at[5] = field("44", zeros(wholeDigits) + "." + zeros(4));

  const std::string head = std::string("8=FIX.4.4") + soh + "9=" + std::to_string(body.size()) + soh;
  const std::string message = head + body + "10=000" + soh;
  if (message.size() > capacity) return;
  length_ = message.size();
  memcpy(bytes, message.data(), length_);
  for (const char byte : head + body) sum_ += static_cast<uint8_t>(byte);
  const auto slot = [&](size_t offset, int width) {
    Slot made{bytes + head.size() + offset, 0};
    for (int i = 0; i < width; ++i) made.sum += static_cast<uint8_t>('0');
    return made;
  };
  msgSeqNum_ = slot(at[0], sequenceDigits);
  sendingTime_ = slot(at[1], TimestampText::width);
  side_ = slot(at[2], 1);
  transactTime_ = slot(at[3], TimestampText::width);
  clOrdId_ = slot(at[4], ordinalDigits);
  price_ = slot(at[5], wholeDigits + 4);
  checkSumAt_ = bytes + length_ - 4;
}

}  // namespace hotlap::floor
