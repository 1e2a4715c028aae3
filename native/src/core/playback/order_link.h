// The FIX side of a playback: the playback thread takes one TCP connection at a time and stamps every
// arrival; the thread that made it sees a byte stream (ByteStream of gateway/transport). Between the two lie
// two byte rings, a ring of arrival stamps and one word of state:
//
//            ┌───────────────── consumer: told "closed" ────────────────┐
//            ▼                                                          │
//        listening ──thread──▶ accepted ──consumer: "opened"──▶ connected ──thread──▶ ended
//            ▲                    └───────────────consumer: close()──┴──▶ closing ┐
//            └──────────────────────────── thread: flushed, drained ─────────────┘
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/host/failure.h"
#include "core/ring/spsc_bytes.h"
#include "core/socket/tcp_socket.h"

namespace hotlap {

class OrderLink {
 public:
  struct Memory {
    uint8_t* rx;
    size_t rxBytes;
    const uint8_t* tx;
    size_t txBytes;
    /// Int32Array(STREAM_CELLS).
    int32_t* cells;
  };

  explicit OrderLink(const Memory& memory);
  OrderLink(const OrderLink&) = delete;
  OrderLink& operator=(const OrderLink&) = delete;

  /// @param stack the playback thread's from now on
  Failure listen(std::shared_ptr<TcpStack> stack, const std::string& host, int port);
  int port() const { return port_; }

  // The playback thread.
  /// Accepts, receives once, sends once. @returns true when something happened
  bool turn(int64_t nowNs, uint64_t sentSequence);
  bool hasConnection() const { return socket_ != nullptr; }
  /// Ends a wait of the consumer: it has something to look at.
  void wake();
  /// The thread ends: what is pending is sent as far as it goes at once.
  void shutDown();

  /// The thread has ended: nobody is waited for any more, and the stack may be another's.
  void release();

  // The consumer.
  int poll();
  int send(size_t offset, size_t length);
  void close();
  void wait(int timeoutMs);
  /// Stream offset of the first byte that was not consumed. Offsets go on from one connection to the next.
  uint64_t consumed() const;
  struct Arrival {
    uint64_t endOffset;
    int64_t arrivalNs;
    uint64_t sentSequence;
    /// A power of two in all, so that no record is torn by the end of its ring.
    uint64_t unused;
  };
  /// Of the byte before stream offset `end`; null when unknown: not arrived yet, or an earlier end was asked
  /// after.
  const Arrival* arrival(uint64_t end);

 private:
  enum Link : uint32_t { listening, accepted, connected, ended, closing };
  static constexpr size_t ringBytes = size_t{4} << 20;
  static constexpr int64_t acceptEveryNs = 20'000;
  static constexpr int64_t closeTimeoutNs = 2'000'000'000;

  bool accept(int64_t nowNs);
  void count();
  bool receive(uint64_t sentSequence);
  bool transmit();
  bool finish(int64_t nowNs);
  void end(int error);
  void makeRoom();

  // Both.
  SpscBytes inbound_{ringBytes};
  SpscBytes outbound_{ringBytes};
  SpscBytes arrivals_{65'536 * sizeof(Arrival)};
  alignas(64) std::atomic<uint32_t> link_{listening};
  std::atomic<int32_t> error_{0};
  /// Where in the rings the connection's own bytes begin.
  std::atomic<uint64_t> inboundStart_{0};
  std::atomic<uint64_t> outboundStart_{0};
  std::atomic<uint32_t> wakes_{0};
  std::atomic<uint32_t> waiting_{0};
  std::atomic<int32_t> receiveCalls_{0};
  std::atomic<int32_t> sendCalls_{0};

  // The playback thread's.
  alignas(64) std::shared_ptr<TcpStack> stack_;
  std::unique_ptr<TcpListener> listener_;
  std::unique_ptr<TcpSocket> socket_;
  int port_ = 0;
  bool outboundReady_ = false;
  bool finSent_ = false;
  int64_t nextAcceptNs_ = 0;
  int64_t closeDeadlineNs_ = 0;

  // The consumer's.
  alignas(64) Memory memory_;
  bool toldOpen_ = false;
  /// Stream offset of rx[cells[rxEnd]].
  uint64_t movedOffset_ = 0;
};

}  // namespace hotlap
