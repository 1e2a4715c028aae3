// A FIX counterparty on QuickFIX C++, acceptor or initiator, driven by lines on stdin and telling by lines on
// stdout. Generic messages only: the headers of single versions cost more time to compile than all tests to
// run.
//
//   counterparty SETTINGS-FILE acceptor|initiator
//   in:  order ID SYMBOL SIDE QUANTITY PRICE · test-request ID · logout · stop
//   out: created · logon · logout · order ID · report ID STATUS · heartbeat ID · rejected TEXT
#include <quickfix/Application.h>
#include <quickfix/FixFields.h>
#include <quickfix/FixValues.h>
#include <quickfix/Message.h>
#include <quickfix/MessageStore.h>
#include <quickfix/Session.h>
#include <quickfix/SessionSettings.h>
#include <quickfix/SocketAcceptor.h>
#include <quickfix/SocketInitiator.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>

namespace {

/// Of a field that may be absent.
std::string textOf(const FIX::FieldMap& map, int tag) { return map.isSetField(tag) ? map.getField(tag) : ""; }

class Counterparty : public FIX::Application {
 public:
  void onCreate(const FIX::SessionID& id) override {
    id_ = id;
    say("created");
  }
  void onLogon(const FIX::SessionID&) override { say("logon"); }
  void onLogout(const FIX::SessionID&) override { say("logout"); }
  void toAdmin(FIX::Message&, const FIX::SessionID&) override {}
  void toApp(FIX::Message&, const FIX::SessionID&) throw(FIX::DoNotSend) override {}

  void fromAdmin(const FIX::Message& message,
                 const FIX::SessionID&) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                              FIX::IncorrectTagValue, FIX::RejectLogon) override {
    const std::string type = message.getHeader().getField(35);
    if (type == "0" && message.isSetField(112)) say("heartbeat " + message.getField(112));
    if (type == "3") say("rejected " + textOf(message, 58) + " " + textOf(message, 371));
  }

  void fromApp(const FIX::Message& message,
               const FIX::SessionID& id) throw(FIX::FieldNotFound, FIX::IncorrectDataFormat,
                                               FIX::IncorrectTagValue, FIX::UnsupportedMessageType) override {
    const std::string type = message.getHeader().getField(35);
    if (type == "D") {
      say("order " + message.getField(11));
      fill(message, id);
    } else if (type == "8") {
      say("report " + message.getField(11) + " " + message.getField(39));
    } else {
      say("rejected " + textOf(message, 58));
    }
  }

  void order(std::istream& words) {
    std::string clOrdId, symbol, quantity, price;
    char side = '1';
    words >> clOrdId >> symbol >> side >> quantity >> price;
    FIX::Message message;
    message.getHeader().setField(FIX::MsgType("D"));
    message.setField(FIX::ClOrdID(clOrdId));
    message.setField(FIX::HandlInst('1'));
    message.setField(FIX::Symbol(symbol));
    message.setField(FIX::Side(side));
    message.setField(38, quantity);
    message.setField(FIX::OrdType(FIX::OrdType_LIMIT));
    message.setField(44, price);
    message.setField(FIX::TimeInForce(FIX::TimeInForce_DAY));
    message.setField(FIX::TransactTime(FIX::UtcTimeStamp(), id_.getBeginString() < "FIX.4.2" ? 0 : 3));
    FIX::Session::sendToTarget(message, id_);
  }

  void testRequest(const std::string& testReqId) {
    FIX::Message message;
    message.getHeader().setField(FIX::MsgType("1"));
    message.setField(FIX::TestReqID(testReqId));
    FIX::Session::sendToTarget(message, id_);
  }

  void logout() { FIX::Session::lookupSession(id_)->logout("interop test is over"); }

 private:
  /// The whole order at its own price.
  void fill(const FIX::Message& order, const FIX::SessionID& id) {
    const std::string number = std::to_string(++executions_);
    const std::string& quantity = order.getField(38);
    const std::string& price = order.getField(44);
    FIX::Message report;
    report.getHeader().setField(FIX::MsgType("8"));
    report.setField(FIX::OrderID("O" + number));
    report.setField(FIX::ExecID("E" + number));
    const bool old = id.getBeginString() == "FIX.4.2";
    if (old) report.setField(FIX::ExecTransType(FIX::ExecTransType_NEW));
    report.setField(FIX::ExecType(old ? '2' : 'F'));
    report.setField(FIX::OrdStatus(FIX::OrdStatus_FILLED));
    for (const int tag : {11, 55, 54, 38, 44}) report.setField(tag, order.getField(tag));
    report.setField(32, quantity);
    report.setField(31, price);
    report.setField(14, quantity);
    report.setField(151, "0");
    report.setField(6, price);
    report.setField(FIX::TransactTime(FIX::UtcTimeStamp(), 3));
    FIX::Session::sendToTarget(report, id);
  }

  void say(const std::string& line) {
    const std::lock_guard<std::mutex> lock(output_);
    std::puts(line.c_str());
    std::fflush(stdout);
  }

  FIX::SessionID id_;
  std::mutex output_;
  int executions_ = 0;
};

/// Until `stop` or the end of stdin.
template <typename Engine>
void serve(Engine& engine, Counterparty& counterparty) {
  engine.start();
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string command;
    words >> command;
    if (command == "order")
      counterparty.order(words);
    else if (command == "logout")
      counterparty.logout();
    else if (command == "stop")
      break;
    else if (command == "test-request") {
      std::string testReqId;
      words >> testReqId;
      counterparty.testRequest(testReqId);
    }
  }
  engine.stop(true);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  try {
    const FIX::SessionSettings settings(argv[1]);
    Counterparty counterparty;
    FIX::MemoryStoreFactory stores;
    if (std::string(argv[2]) == "acceptor") {
      FIX::SocketAcceptor acceptor(counterparty, stores, settings);
      serve(acceptor, counterparty);
    } else {
      FIX::SocketInitiator initiator(counterparty, stores, settings);
      serve(initiator, counterparty);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
