// A TCP connection, polled: made to a venue, or taken from whoever calls. It never waits and never calls
// back: the contract is ByteStream of gateway/transport, the memory is lent (see STREAM in native/layout.ts).
#pragma once

#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/host/failure.h"
#include "core/latency/latency_recorder.h"
#include "core/socket/open_stack.h"
#include "core/socket/pending_bytes.h"

namespace hotlap {

class TcpStream {
 public:
  struct Memory {
    uint8_t* rx;
    size_t rxBytes;
    const uint8_t* tx;
    size_t txBytes;
    /// Int32Array(STREAM_CELLS).
    int32_t* cells;
  };

  enum class Role { connects, listens };

  TcpStream() = default;
  ~TcpStream();
  TcpStream(const TcpStream&) = delete;
  TcpStream& operator=(const TcpStream&) = delete;

  struct Options {
    Role role = Role::connects;
    /// The peer's, or our own where it listens.
    std::string host;
    int port = 0;
    TcpStackOptions stack;
    Memory memory = {};
    size_t maxPendingBytes = 0;
    /// May be null.
    std::shared_ptr<LatencyRecorder> latency;
  };

  /// Takes what was asked for, or says why it cannot be. On the thread that will poll.
  Failure configure(Options options);

  /// Begins to connect, or to listen for one connection; poll() tells the outcome.
  void open();
  /// The port that is connected to or listened on: of a listener for port 0, the one that was chosen.
  int port() const { return ntohs(address_.sin_port); }
  /// Flushes, then receives at most once. @returns bytes received, 0, or stream_result opened, closed, failed
  int poll();
  /// Takes tx[offset, offset + length) whole or not at all. @returns length, or stream_result full or failed
  int send(size_t offset, size_t length, int cause);
  /// Sends what is pending, then FIN, and takes in what the peer still sends, so that closing does not reset
  /// the connection and destroy bytes under way: inside later polls, for at most lingerNs. Calling it twice
  /// is safe.
  void close();
  /// Of the connection; without one, of any that would be made.
  TransportFacts transport() const;

 private:
  static constexpr int64_t lingerNs = 2'000'000'000;
  /// Idle polls between two warm sends: with turns of about a microsecond, one a millisecond.
  static constexpr int warmTurns = 1024;

  int turn();
  void begin();
  /// @returns 0, or an errno
  int listen();
  int connected();
  int accepted();
  int receive();
  void warm();
  int fail(int error);
  void makeRoom();
  /// @returns 0, or an errno
  int flush(TcpSocket& socket);
  void linger();
  void lingerToEnd(int timeoutMs);
  /// Its system calls go into the cells.
  void count(TcpSocket& socket);
  void drop(std::unique_ptr<TcpSocket>& socket);

  Role role_ = Role::connects;
  /// The peer's, or our own where it listens.
  sockaddr_in address_ = {};
  Memory memory_ = {};
  std::shared_ptr<LatencyRecorder> latency_;
  PendingBytes pending_;
  std::shared_ptr<TcpStack> stack_;
  std::unique_ptr<TcpSocket> socket_;
  /// Open only while a connection is waited for: who calls meanwhile is refused, one peer at a time.
  std::unique_ptr<TcpListener> listener_;
  /// The socket of a connection that was closed here and still drains.
  std::unique_ptr<TcpSocket> lingering_;
  bool finSent_ = false;
  int64_t lingerDeadlineNs_ = 0;
  /// Bytes have come whose acknowledgement may still be delayed.
  bool ackOwed_ = false;
  /// Idle polls until the path of a send is walked again; 0: it cannot be.
  int untilWarm_ = 0;
  /// What the next poll tells once: opened or failed; 0 nothing.
  int untold_ = 0;
};

}  // namespace hotlap
