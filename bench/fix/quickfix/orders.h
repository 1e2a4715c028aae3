// The orders and messages of `hotlap bench fix`, read from the files that bench/fix/codec-bench.ts writes.
#pragma once

#include <quickfix/FieldTypes.h>

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

constexpr double ticks = 10'000;
/// 2026-01-05, as DAY0_MS of bench/fix/orders.ts.
constexpr int64_t day0Ms = INT64_C(1'767'571'200'000);

struct Order {
  int msgSeqNum;
  int64_t timeMs;
  int64_t transactMs;
  char side;
  std::string symbol;
  std::string clOrdId;
  double quantity;
  double price;
  std::string orderId;
  std::string execId;
  double lastQuantity;
  double cumQuantity;
  double averagePrice;
  char ordStatus;
  FIX::UtcTimeStamp time;
  FIX::UtcTimeStamp transactTime;
};

inline FIX::UtcTimeStamp timeStampOf(int64_t timeMs) {
  const int64_t ms = day0Ms + timeMs;
  return FIX::UtcTimeStamp(static_cast<time_t>(ms / 1000), static_cast<int>(ms % 1000), 3);
}

inline std::vector<Order> readOrders(const char* file) {
  std::vector<Order> orders;
  std::ifstream in(file);
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream cells(line);
    Order order;
    double price = 0;
    double averagePrice = 0;
    cells >> order.msgSeqNum >> order.timeMs >> order.transactMs >> order.side >> order.symbol >>
        order.clOrdId >> order.quantity >> price >> order.orderId >> order.execId >> order.lastQuantity >>
        order.cumQuantity >> averagePrice >> order.ordStatus;
    order.price = price / ticks;
    order.averagePrice = averagePrice / ticks;
    order.time = timeStampOf(order.timeMs);
    order.transactTime = timeStampOf(order.transactMs);
    orders.push_back(order);
  }
  return orders;
}

/// Each message a string of its own, as QuickFIX's reader of the socket hands them on.
inline std::vector<std::string> readMessages(const char* file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  const std::string text = all.str();
  std::vector<std::string> messages;
  for (size_t start = 0; start < text.size();) {
    const size_t trailer = text.find("\00110=", start);
    const size_t end = text.find('\001', trailer + 1) + 1;
    messages.push_back(text.substr(start, end - start));
    start = end;
  }
  return messages;
}
