// The least FIX 4.4 initiator that a venue accepts: Logon, TestRequest and Heartbeat answered, reports
// counted, Logout. No store, no resend: a gap ends the run, since a benchmark with a gap measures nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "bench/floor/order_template.h"
#include "bench/floor/timestamp_text.h"
#include "core/host/failure.h"
#include "core/latency/latency_recorder.h"
#include "core/ring/layout.h"
#include "core/socket/open_stack.h"
#include "core/socket/tcp_stream.h"

namespace hotlap::floor {

struct FixOptions {
  std::string host;
  int port = 0;
  TcpStackOptions stack;
  SessionNames names;
  std::string clOrdIdPrefix;
  std::string symbol;
  uint32_t quantity = 100;
  int heartBtIntS = 30;
};

/// Execution reports by ExecType(150).
struct ReportCounts {
  uint64_t acknowledged = 0;
  uint64_t filled = 0;
  uint64_t cancelled = 0;
  uint64_t rejected = 0;
};

class FixClient {
 public:
  enum class State : uint8_t { connecting, loggingOn, active, loggingOut, ended };

  Failure open(const FixOptions& options, std::shared_ptr<LatencyRecorder> latency);
  /// Receives at most once and answers. @param epochMs milliseconds since 1970
  void poll(int64_t epochMs);
  /// Sends one IOC. @returns whether the stream took it
  bool order(uint32_t ordinal, int side, uint32_t price, int64_t epochMs);
  void logout(int64_t epochMs);

  State state() const { return state_; }
  const ReportCounts& reports() const { return reports_; }
  /// Why the session ended out of order; empty otherwise.
  const std::string& trouble() const { return trouble_; }
  int receiveCalls() const { return cells_[layout::stream::receiveCalls]; }
  int sendCalls() const { return cells_[layout::stream::sendCalls]; }

 private:
  static constexpr size_t bufferBytes = 1 << 20;

  /// A session message from its MsgType(35) and what follows the header.
  void sendSession(const std::string& msgType, const std::string& body, int64_t epochMs);
  void end(const std::string& trouble);
  void consume(int64_t epochMs);
  void handle(const char* message, const char* end, int64_t epochMs);
  void report(const char* message, const char* end);

  FixOptions options_;
  TcpStream stream_;
  std::unique_ptr<uint8_t[]> rx_;
  std::unique_ptr<uint8_t[]> tx_;
  int32_t cells_[layout::stream_cells] = {};
  std::unique_ptr<OrderTemplate> order_;
  TimestampText now_;
  ReportCounts reports_;
  std::string trouble_;
  State state_ = State::connecting;
  uint32_t nextMsgSeqNum_ = 1;
  uint32_t expectedMsgSeqNum_ = 1;
  int64_t sentMs_ = 0;
  int64_t receivedMs_ = 0;
};

}  // namespace hotlap::floor
