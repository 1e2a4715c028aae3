// QuickFIX C++ as a subject of `hotlap bench fix`: the messages and orders of a file, the protocol of
// bench/fix/protocol.ts on stdin and stdout. Compiled at first use against Debian's libquickfix-dev.
#include <quickfix/DataDictionary.h>
#include <quickfix/FieldConvertors.h>
#include <quickfix/FixFields.h>
#include <quickfix/FixValues.h>
#include <quickfix/Message.h>
#include <sched.h>
#include <time.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "orders.h"

#ifdef COUNT_ALLOCATIONS
namespace {
/// Bytes asked of operator new: what a message allocates. Compiled apart, so that what is timed counts
/// nothing.
uint64_t allocatedBytes = 0;
}  // namespace

void* operator new(size_t size) {
  allocatedBytes += size;
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
#endif

namespace {

constexpr size_t batch = 64;
const char* const sender = "HOTLAP";
const char* const target = "VENUE";
const char* const account = "BENCH-1";

int64_t nowNs() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1'000'000'000) + time.tv_nsec;
}

// ---- reading: references to the fields and QuickFIX's convertors, so that no field is copied

const std::string& textOf(const FIX::FieldMap& map, int tag) { return map.getFieldRef(tag).getString(); }

double bytesOf(const FIX::FieldMap& map, int tag) {
  double sum = 0;
  for (const char byte : textOf(map, tag)) sum += static_cast<unsigned char>(byte);
  return sum;
}

double intOf(const FIX::FieldMap& map, int tag) { return FIX::IntConvertor::convert(textOf(map, tag)); }
double charOf(const FIX::FieldMap& map, int tag) { return FIX::CharConvertor::convert(textOf(map, tag)); }
double doubleOf(const FIX::FieldMap& map, int tag) { return FIX::DoubleConvertor::convert(textOf(map, tag)); }
double priceOf(const FIX::FieldMap& map, int tag) { return std::round(doubleOf(map, tag) * ticks); }

double timeOf(const FIX::FieldMap& map, int tag) {
  const FIX::UtcTimeStamp time = FIX::UtcTimeStampConvertor::convert(textOf(map, tag));
  return static_cast<double>(static_cast<int64_t>(time.getTimeT()) * 1000 + time.getMillisecond() - day0Ms);
}

void readOrder(const FIX::Message& message, double* sums) {
  const FIX::Header& header = message.getHeader();
  sums[0] += intOf(header, 34);
  sums[1] += timeOf(header, 52);
  sums[2] += bytesOf(message, 11);
  sums[3] += doubleOf(message, 38);
  sums[4] += charOf(message, 40);
  sums[5] += priceOf(message, 44);
  sums[6] += charOf(message, 54);
  sums[7] += bytesOf(message, 55);
  sums[8] += charOf(message, 59);
  sums[9] += timeOf(message, 60);
}

void readReport(const FIX::Message& message, double* sums) {
  sums[0] += intOf(message.getHeader(), 34);
  sums[1] += bytesOf(message, 11);
  sums[2] += priceOf(message, 31);
  sums[3] += doubleOf(message, 32);
  sums[4] += bytesOf(message, 37);
  sums[5] += charOf(message, 39);
  sums[6] += charOf(message, 54);
  sums[7] += bytesOf(message, 55);
  sums[8] += timeOf(message, 60);
  sums[9] += charOf(message, 150);
}

// ---- writing: one message object each, kept; what varies is set anew

FIX::Message emptyMessage(const char* msgType) {
  FIX::Message message;
  FIX::Header& header = message.getHeader();
  header.setField(FIX::BeginString("FIX.4.4"));
  header.setField(FIX::MsgType(msgType));
  header.setField(FIX::SenderCompID(sender));
  header.setField(FIX::TargetCompID(target));
  return message;
}

FIX::Message emptyOrder() {
  FIX::Message message = emptyMessage("D");
  message.setField(FIX::Account(account));
  message.setField(FIX::HandlInst('1'));
  message.setField(FIX::OrdType(FIX::OrdType_LIMIT));
  message.setField(FIX::TimeInForce(FIX::TimeInForce_DAY));
  return message;
}

FIX::Message emptyReport() {
  FIX::Message message = emptyMessage("8");
  message.setField(FIX::ExecType('F'));
  return message;
}

void fillOrder(FIX::Message& message, const Order& order) {
  FIX::Header& header = message.getHeader();
  header.setField(FIX::MsgSeqNum(order.msgSeqNum));
  header.setField(FIX::SendingTime(order.time, 3));
  message.setField(FIX::ClOrdID(order.clOrdId));
  message.setField(FIX::OrderQty(order.quantity));
  message.setField(FIX::Price(order.price));
  message.setField(FIX::Side(order.side));
  message.setField(FIX::Symbol(order.symbol));
  message.setField(FIX::TransactTime(order.transactTime, 3));
}

void fillReport(FIX::Message& message, const Order& order) {
  FIX::Header& header = message.getHeader();
  header.setField(FIX::MsgSeqNum(order.msgSeqNum));
  header.setField(FIX::SendingTime(order.time, 3));
  message.setField(FIX::AvgPx(order.averagePrice));
  message.setField(FIX::ClOrdID(order.clOrdId));
  message.setField(FIX::CumQty(order.cumQuantity));
  message.setField(FIX::ExecID(order.execId));
  message.setField(FIX::LastPx(order.price));
  message.setField(FIX::LastQty(order.lastQuantity));
  message.setField(FIX::OrderID(order.orderId));
  message.setField(FIX::OrderQty(order.quantity));
  message.setField(FIX::OrdStatus(order.ordStatus));
  message.setField(FIX::Side(order.side));
  message.setField(FIX::Symbol(order.symbol));
  message.setField(FIX::TransactTime(order.transactTime, 3));
  message.setField(FIX::LeavesQty(order.quantity - order.cumQuantity));
}

void count(const std::string& text, double* sums) {
  const char* end = text.data() + text.size() - 1;
  sums[0] += static_cast<double>(text.size());
  sums[1] += (end[-3] - '0') * 100 + (end[-2] - '0') * 10 + end[-1] - '0';
}

/// The work of one operation on one kind of message.
class Work {
 public:
  virtual ~Work() = default;
  /// Not timed.
  virtual void prepare(size_t, size_t) {}
  virtual void run(size_t from, size_t to, double* sums) = 0;
  virtual const std::string& encoded(size_t) { throw std::runtime_error("not an encoder"); }
};

class Parse : public Work {
 public:
  Parse(const std::vector<std::string>& messages, bool report, const FIX::DataDictionary* dictionary)
      : messages_(messages), report_(report), dictionary_(dictionary) {}

  void run(size_t from, size_t to, double* sums) override {
    for (size_t i = from; i < to; ++i) {
      // BodyLength and CheckSum are verified (`validate`), as the session does.
      message_.setString(messages_[i], true, dictionary_);
      if (report_)
        readReport(message_, sums);
      else
        readOrder(message_, sums);
    }
  }

 private:
  const std::vector<std::string>& messages_;
  const bool report_;
  const FIX::DataDictionary* dictionary_;
  FIX::Message message_;
};

class Encode : public Work {
 public:
  Encode(const std::vector<Order>& orders, bool report)
      : orders_(orders), report_(report), message_(report ? emptyReport() : emptyOrder()) {}

  void run(size_t from, size_t to, double* sums) override {
    for (size_t i = from; i < to; ++i) count(encoded(i), sums);
  }

  const std::string& encoded(size_t index) override {
    if (report_)
      fillReport(message_, orders_[index]);
    else
      fillOrder(message_, orders_[index]);
    return message_.toString(text_);
  }

 private:
  const std::vector<Order>& orders_;
  const bool report_;
  FIX::Message message_;
  std::string text_;
};

/// Only toString of messages whose fields are set already: the rest of encoding is not counted.
class Serialise : public Work {
 public:
  Serialise(const std::vector<Order>& orders, bool report) : orders_(orders), report_(report) {
    messages_.assign(batch, report ? emptyReport() : emptyOrder());
  }

  void prepare(size_t from, size_t to) override {
    for (size_t i = from; i < to; ++i) {
      if (report_)
        fillReport(messages_[i - from], orders_[i]);
      else
        fillOrder(messages_[i - from], orders_[i]);
    }
  }

  void run(size_t from, size_t to, double* sums) override {
    for (size_t i = from; i < to; ++i) count(messages_[i - from].toString(text_), sums);
  }

  const std::string& encoded(size_t index) override {
    prepare(index, index + 1);
    return messages_[0].toString(text_);
  }

 private:
  const std::vector<Order>& orders_;
  const bool report_;
  std::vector<FIX::Message> messages_;
  std::string text_;
};

// ---- the protocol: requests are written by bench/fix/subject-process.ts, flat and in a fixed form

std::string textIn(const std::string& line, const char* key) {
  const std::string label = std::string("\"") + key + "\":\"";
  const size_t start = line.find(label);
  if (start == std::string::npos) return "";
  return line.substr(start + label.size(), line.find('"', start + label.size()) - start - label.size());
}

long numberIn(const std::string& line, const char* key) {
  const std::string label = std::string("\"") + key + "\":";
  const size_t start = line.find(label);
  return start == std::string::npos ? 0 : std::atol(line.c_str() + start + label.size());
}

void time(Work& work, size_t messages, long ms) {
  std::vector<int64_t> batches;
  batches.reserve(1 << 20);
  double sums[10] = {};
  long passes = 0;
  for (const int64_t endNs = nowNs() + ms * 1'000'000; nowNs() < endNs; ++passes) {
    for (size_t from = 0; from < messages; from += batch) {
      work.prepare(from, from + batch);
      const int64_t startNs = nowNs();
      work.run(from, from + batch, sums);
      batches.push_back(nowNs() - startNs);
    }
  }
  std::printf("{\"passes\":%ld,\"batches\":[", passes);
  for (size_t i = 0; i < batches.size(); ++i)
    std::printf(i == 0 ? "%ld" : ",%ld", static_cast<long>(batches[i]));
  std::printf("],\"sums\":[");
  for (int i = 0; i < 10; ++i) std::printf(i == 0 ? "%.0f" : ",%.0f", sums[i]);
  std::printf("]}\n");
}

#ifdef COUNT_ALLOCATIONS
void allocate(Work& work, size_t messages, long passes) {
  double sums[10] = {};
  uint64_t bytes = 0;
  for (long pass = 0; pass < passes; ++pass) {
    for (size_t from = 0; from < messages; from += batch) {
      work.prepare(from, from + batch);
      const uint64_t before = allocatedBytes;
      work.run(from, from + batch, sums);
      bytes += allocatedBytes - before;
    }
  }
  std::printf("{\"bytes\":%llu,\"messages\":%llu,\"collections\":null}\n",
              static_cast<unsigned long long>(bytes), static_cast<unsigned long long>(messages * passes));
}
#endif

void writeEncoded(Work& work, size_t messages, const std::string& file) {
  std::ofstream out(file, std::ios::binary);
  for (size_t i = 0; i < messages; ++i) out << work.encoded(i);
  out.close();
  std::printf("{}\n");
}

}  // namespace

/// Arguments: orders, NewOrderSingles, ExecutionReports, CPU (-1 for any), a data dictionary (optional).
int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const std::vector<Order> orders = readOrders(argv[1]);
  const std::vector<std::string> messages[2] = {readMessages(argv[2]), readMessages(argv[3])};
  const int cpu = std::atoi(argv[4]);
  if (cpu >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    sched_setaffinity(0, sizeof set, &set);
  }
  std::unique_ptr<FIX::DataDictionary> dictionary;
  if (argc > 5) dictionary = std::make_unique<FIX::DataDictionary>(argv[5]);
  std::printf("{\"name\":\"QuickFIX C++\",\"version\":\"" QUICKFIX_VERSION
              "\",\"how\":\"Message::setString with validation of BodyLength and CheckSum, getFieldRef and "
              "convertors; setField, toString into one string; g++ " __VERSION__ " " COMPILE_FLAGS
              "\",\"operations\":[\"parse\",%s\"encode\",\"serialise\"]}\n",
              dictionary ? "\"parse-dictionary\"," : "");
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line); std::fflush(stdout)) {
    const bool report = textIn(line, "kind") == "ExecutionReport";
    const std::string operation = textIn(line, "operation");
    std::unique_ptr<Work> work;
    if (operation == "encode")
      work = std::make_unique<Encode>(orders, report);
    else if (operation == "serialise")
      work = std::make_unique<Serialise>(orders, report);
    else
      work = std::make_unique<Parse>(messages[report ? 1 : 0], report,
                                     operation == "parse-dictionary" ? dictionary.get() : nullptr);
    const std::string what = textIn(line, "do");
    if (what == "time") time(*work, orders.size(), numberIn(line, "ms"));
#ifdef COUNT_ALLOCATIONS
    else if (what == "allocate")
      allocate(*work, orders.size(), numberIn(line, "passes"));
#endif
    else
      writeEncoded(*work, orders.size(), textIn(line, "file"));
  }
  return 0;
}
