// A TCP connection over a non-blocking kernel socket, polled: made to a venue, or taken from whoever calls.
// It never waits and never calls back: the contract is ByteStream of gateway/transport, the memory is lent
// (see STREAM in native/layout.ts).
#pragma once

#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/host/failure.h"
#include "core/latency/latency_recorder.h"
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

  /// Takes what was asked for, or says why it cannot be. The recorder may be null.
  Failure configure(Role role, const std::string& host, int port, const Memory& memory,
                    size_t maxPendingBytes, std::shared_ptr<LatencyRecorder> latency);

  /// Begins to connect, or to listen for one connection; poll() tells the outcome.
  void open();
  /// The port that is connected to or listened on: of a listener for port 0, the one that the kernel chose.
  int port() const { return ntohs(address_.sin_port); }
  /// Flushes, then receives at most once. @returns bytes received, 0, or stream_result opened, closed, failed
  int poll();
  /// Takes tx[offset, offset + length) whole or not at all. @returns length, or stream_result full or failed
  int send(size_t offset, size_t length, int cause);
  /// Sends what is pending, then FIN, and takes in what the peer still sends, so that closing does not reset
  /// the connection and destroy bytes under way: inside later polls, for at most lingerNs. Calling it twice
  /// is safe.
  void close();

 private:
  static constexpr int64_t lingerNs = 2'000'000'000;

  void begin();
  /// @returns 0, or an errno
  int listen();
  int connected();
  int accepted();
  int receive();
  int fail(int error);
  void makeRoom();
  /// @returns 0, or an errno
  int flush();
  void linger();
  void lingerToEnd(int timeoutMs);
  void rearmQuickAck();

  Role role_ = Role::connects;
  /// The peer's, or our own where it listens.
  sockaddr_in address_ = {};
  Memory memory_ = {};
  std::shared_ptr<LatencyRecorder> latency_;
  PendingBytes pending_;
  int fd_ = -1;
  /// Open only while a connection is waited for: who calls meanwhile is refused, one peer at a time.
  int listenFd_ = -1;
  /// The socket of a connection that was closed here and still drains.
  int lingeringFd_ = -1;
  bool finSent_ = false;
  int64_t lingerDeadlineNs_ = 0;
  /// Bytes have come whose acknowledgement may still be delayed.
  bool ackOwed_ = false;
  /// What the next poll tells once: opened or failed; 0 nothing.
  int untold_ = 0;
};

}  // namespace hotlap
