// The kernel's TCP: non-blocking sockets, Nagle off (TCP_NODELAY), acknowledgements at once (TCP_QUICKACK).
#pragma once

#include <memory>

#include "core/host/host.h"
#include "core/socket/tcp_socket.h"

namespace hotlap {

class KernelSocket final : public TcpSocket {
 public:
  /// Takes a descriptor that connects, or is connected.
  KernelSocket(int fd, bool connected) : fd_(fd), connected_(connected), madeOn_(threadId()) {}
  ~KernelSocket() override;

  int connected() override;
  int receive(uint8_t* bytes, size_t room) override;
  int send(const uint8_t* bytes, size_t size) override;
  int finish() override;
  void acknowledge() override;
  void warm(const uint8_t* bytes, size_t size) override;
  bool warms() const override;
  void wait(bool toSend, int timeoutMs) override;
  TransportFacts facts() const override;

 private:
  int fd_;
  bool connected_;
  pid_t madeOn_;
};

class KernelListener final : public TcpListener {
 public:
  KernelListener(int fd, int port) : fd_(fd), port_(port) {}
  ~KernelListener() override;

  int accept(std::unique_ptr<TcpSocket>& socket) override;
  int port() const override { return port_; }

 private:
  int fd_;
  int port_;
};

class KernelStack final : public TcpStack {
 public:
  int connect(const sockaddr_in& to, std::unique_ptr<TcpSocket>& socket) override;
  Failure listen(const sockaddr_in& on, int backlog, std::unique_ptr<TcpListener>& listener) override;
  TransportFacts facts() const override;
};

}  // namespace hotlap
