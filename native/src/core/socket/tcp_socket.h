// TCP as its users see it, whoever runs the protocol: the kernel, or a stack of our own over a link.
// Non-blocking and polled by one thread; nothing here waits or calls back. Each call that looks for news also
// drives a stack that has no other drive.
#pragma once

#include <netinet/in.h>

#include <climits>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "core/host/failure.h"
#include "core/socket/transport_facts.h"

namespace hotlap {

/// One connection. Destroyed while open, it is reset.
class TcpSocket {
 public:
  /// receive(): the peer has sent its FIN, and everything before it was received.
  static constexpr int endOfStream = INT_MIN;

  TcpSocket() = default;
  virtual ~TcpSocket() = default;
  TcpSocket(const TcpSocket&) = delete;
  TcpSocket& operator=(const TcpSocket&) = delete;

  /// @returns 0 once connected, EINPROGRESS until then, or the errno of its end (ECONNREFUSED, ETIMEDOUT …)
  virtual int connected() = 0;
  /// @returns bytes, 0 for nothing there now, endOfStream, or a negative errno (-ECONNRESET …)
  virtual int receive(uint8_t* bytes, size_t room) = 0;
  /// @returns bytes taken, from 0 to `size`, or a negative errno. What was taken leaves at once, in order.
  virtual int send(const uint8_t* bytes, size_t size) = 0;
  /// FIN behind everything taken. @returns 0 or an errno
  virtual int finish() = 0;
  /// What has been received is acknowledged now, not after a delay.
  virtual void acknowledge() = 0;
  /// Walks the path of a send without sending, where that can be had.
  virtual void warm(const uint8_t* bytes, size_t size) = 0;
  /// Whether that can be had. Of a connection that stands.
  virtual bool warms() const { return false; }

  // System calls made by the polling thread since this was last asked.
  int takeReceiveCalls() { return std::exchange(receiveCalls_, 0); }
  int takeSendCalls() { return std::exchange(sendCalls_, 0); }

  // Cold.
  /// Returns when there is something to do, or after so long.
  virtual void wait(bool toSend, int timeoutMs) = 0;
  virtual TransportFacts facts() const = 0;

 protected:
  int receiveCalls_ = 0;
  int sendCalls_ = 0;
};

/// Waits for peers. Who calls while nobody accepts waits in a short queue.
class TcpListener {
 public:
  TcpListener() = default;
  virtual ~TcpListener() = default;
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  /// @returns 0 with a socket, EAGAIN, or an errno
  virtual int accept(std::unique_ptr<TcpSocket>& socket) = 0;
  /// The one listened on, where 0 was asked for.
  virtual int port() const = 0;

  /// System calls made by the polling thread since this was last asked.
  int takeCalls() { return std::exchange(calls_, 0); }

 protected:
  int calls_ = 0;
};

class TcpStack {
 public:
  TcpStack() = default;
  virtual ~TcpStack() = default;
  TcpStack(const TcpStack&) = delete;
  TcpStack& operator=(const TcpStack&) = delete;

  /// Begins to connect; connected() tells the outcome. @returns 0, or the errno of what cannot even begin
  virtual int connect(const sockaddr_in& to, std::unique_ptr<TcpSocket>& socket) = 0;
  virtual Failure listen(const sockaddr_in& on, int backlog, std::unique_ptr<TcpListener>& listener) = 0;
  /// For turns in which no connection is asked: frames are taken in and timers run, where nobody else does
  /// it.
  virtual void drive() {}
  /// Before there is a connection to ask.
  virtual TransportFacts facts() const = 0;

  /// Kept until the stack has ended, with all that its end still does.
  void keepToTheEnd(std::shared_ptr<void> kept) { kept_ = std::move(kept); }

 private:
  std::shared_ptr<void> kept_;
};

}  // namespace hotlap
