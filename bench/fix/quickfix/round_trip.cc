// Order round trips through QuickFIX C++: one process sends a NewOrderSingle, the other answers it with an
// ExecutionReport of the whole order; the first one takes the time.
//
//   round_trip acceptor PORT CPU MODE
//   round_trip initiator PORT CPU MODE ORDERS-FILE WARM-UP TRIPS      prints {"latencies":[ns,…]}
//
// MODE: `threaded` (a thread for each connection, blocking), `select` (one thread, blocking), `poll` (one
// thread that calls QuickFIX's own poll() without waiting).
#include <quickfix/Application.h>
#include <quickfix/FixFields.h>
#include <quickfix/FixValues.h>
#include <quickfix/Message.h>
#include <quickfix/MessageStore.h>
#include <quickfix/Session.h>
#include <quickfix/SessionSettings.h>
#include <quickfix/SocketAcceptor.h>
#include <quickfix/SocketInitiator.h>
#include <quickfix/ThreadedSocketAcceptor.h>
#include <quickfix/ThreadedSocketInitiator.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "orders.h"

namespace {

int64_t nowNs() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1'000'000'000) + time.tv_nsec;
}

void stayOn(int cpu) {
  if (cpu < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  sched_setaffinity(0, sizeof set, &set);
}

class Side : public FIX::Application {
 public:
  void onCreate(const FIX::SessionID&) override {}
  void onLogon(const FIX::SessionID& id) override {
    id_ = id;
    loggedOn.store(true);
  }
  void onLogout(const FIX::SessionID&) override { over.store(true); }
  void toAdmin(FIX::Message&, const FIX::SessionID&) override {}
  void toApp(FIX::Message&, const FIX::SessionID&) throw(FIX::DoNotSend) override {}
  void fromAdmin(const FIX::Message&,
                 const FIX::SessionID&) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                              FIX::IncorrectTagValue, FIX::RejectLogon) override {}

  std::atomic<bool> loggedOn{false};
  std::atomic<bool> over{false};

 protected:
  FIX::SessionID id_;
};

/// Answers each order with its whole execution.
class Venue : public Side {
 public:
  void fromApp(const FIX::Message& order,
               const FIX::SessionID& id) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                               FIX::IncorrectTagValue, FIX::UnsupportedMessageType) override {
    const double quantity = FIX::DoubleConvertor::convert(order.getFieldRef(38).getString());
    const double price = FIX::DoubleConvertor::convert(order.getFieldRef(44).getString());
    ++executions_;
    FIX::Message report;
    report.getHeader().setField(FIX::MsgType("8"));
    report.setField(FIX::OrderID(FIX::IntConvertor::convert(executions_)));
    report.setField(FIX::ExecID(FIX::IntConvertor::convert(executions_)));
    report.setField(FIX::ExecType('F'));
    report.setField(FIX::OrdStatus(FIX::OrdStatus_FILLED));
    report.setField(order.getFieldRef(11));
    report.setField(order.getFieldRef(54));
    report.setField(order.getFieldRef(55));
    report.setField(FIX::OrderQty(quantity));
    report.setField(FIX::CumQty(quantity));
    report.setField(FIX::LeavesQty(0));
    report.setField(FIX::LastQty(quantity));
    report.setField(FIX::LastPx(price));
    report.setField(FIX::AvgPx(price));
    report.setField(FIX::TransactTime(FIX::UtcTimeStamp(), 3));
    FIX::Session::sendToTarget(report, id);
  }

 private:
  int executions_ = 0;
};

class Trader : public Side {
 public:
  Trader(std::vector<Order> orders, size_t warmUp, size_t trips)
      : orders_(std::move(orders)), warmUp_(warmUp), last_(warmUp + trips) {
    latencies.reserve(trips);
  }

  void fromApp(const FIX::Message& report,
               const FIX::SessionID&) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                            FIX::IncorrectTagValue, FIX::UnsupportedMessageType) override {
    // What an application reads of a fill.
    read_ += FIX::CharConvertor::convert(report.getFieldRef(150).getString());
    read_ += FIX::CharConvertor::convert(report.getFieldRef(39).getString());
    read_ += report.getFieldRef(11).getString().size();
    read_ += FIX::DoubleConvertor::convert(report.getFieldRef(32).getString());
    read_ += FIX::DoubleConvertor::convert(report.getFieldRef(31).getString());
    read_ += FIX::DoubleConvertor::convert(report.getFieldRef(14).getString());
    read_ += FIX::DoubleConvertor::convert(report.getFieldRef(151).getString());
    const int64_t ns = nowNs() - sentNs_;
    if (sent_ > warmUp_) latencies.push_back(ns);
    if (sent_ == last_)
      done.store(true);
    else
      order();
  }

  void order() {
    const Order& next = orders_[sent_++ % orders_.size()];
    sentNs_ = nowNs();
    FIX::Message message;
    message.getHeader().setField(FIX::MsgType("D"));
    message.setField(FIX::ClOrdID(next.clOrdId));
    message.setField(FIX::HandlInst('1'));
    message.setField(FIX::OrderQty(next.quantity));
    message.setField(FIX::OrdType(FIX::OrdType_LIMIT));
    message.setField(FIX::Price(next.price));
    message.setField(FIX::Side(next.side));
    message.setField(FIX::Symbol(next.symbol));
    message.setField(FIX::TimeInForce(FIX::TimeInForce_DAY));
    message.setField(FIX::TransactTime(FIX::UtcTimeStamp(), 3));
    FIX::Session::sendToTarget(message, id_);
  }

  std::vector<int64_t> latencies;
  std::atomic<bool> done{false};

 private:
  const std::vector<Order> orders_;
  const size_t warmUp_;
  const size_t last_;
  size_t sent_ = 0;
  int64_t sentNs_ = 0;
  double read_ = 0;
};

FIX::SessionSettings settingsOf(const std::string& role, const std::string& port) {
  std::stringstream text;
  text << "[DEFAULT]\nConnectionType=" << role << "\nSocketAcceptPort=" << port
       << "\nSocketConnectHost=127.0.0.1\nSocketConnectPort=" << port
       << "\nSocketReuseAddress=Y\nSocketNodelay=Y\nReconnectInterval=1\nHeartBtInt=30\nResetOnLogon=Y"
          "\nStartTime=00:00:00\nEndTime=00:00:00\nUseDataDictionary=N\nCheckLatency=N"
          "\n[SESSION]\nBeginString=FIX.4.4\nSenderCompID="
       << (role == "acceptor" ? "VENUE" : "HOTLAP")
       << "\nTargetCompID=" << (role == "acceptor" ? "HOTLAP" : "VENUE") << "\n";
  return FIX::SessionSettings(text);
}

template <typename Engine, typename Over, typename Begin>
void drive(Side& side, const FIX::SessionSettings& settings, bool polled, Begin begin, Over over) {
  FIX::MemoryStoreFactory stores;
  Engine engine(side, stores, settings);
  bool begun = false;
  if (!polled) engine.start();
  while (!over()) {
    if (polled)
      engine.poll();
    else
      usleep(1000);
    if (begun || !side.loggedOn.load()) continue;
    begun = true;
    begin();
  }
  engine.stop(true);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const std::string role = argv[1];
  const std::string mode = argv[4];
  stayOn(std::atoi(argv[3]));
  const bool polled = mode == "poll";
  try {
    const FIX::SessionSettings settings = settingsOf(role, argv[2]);
    if (role == "acceptor") {
      Venue venue;
      const auto over = [&] { return venue.over.load(); };
      const auto begin = [] {};
      if (mode == "threaded")
        drive<FIX::ThreadedSocketAcceptor>(venue, settings, polled, begin, over);
      else
        drive<FIX::SocketAcceptor>(venue, settings, polled, begin, over);
      return 0;
    }
    if (argc < 8) return 2;
    Trader trader(readOrders(argv[5]), std::atoi(argv[6]), std::atoi(argv[7]));
    const auto over = [&] { return trader.done.load() || trader.over.load(); };
    const auto begin = [&] { trader.order(); };
    if (mode == "threaded")
      drive<FIX::ThreadedSocketInitiator>(trader, settings, polled, begin, over);
    else
      drive<FIX::SocketInitiator>(trader, settings, polled, begin, over);
    std::printf("{\"latencies\":[");
    for (size_t i = 0; i < trader.latencies.size(); ++i)
      std::printf(i == 0 ? "%ld" : ",%ld", static_cast<long>(trader.latencies[i]));
    std::printf("]}\n");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
