#include "core/socket/kernel_tcp.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/socket/accelerator.h"
#include "core/socket/address.h"
#include "core/socket/onload_abi.h"

namespace hotlap {

namespace {

void enable(int fd, int level, int option) {
  const int on = 1;
  setsockopt(fd, level, option, &on, sizeof on);
}

// Linux falls back to delayed acknowledgements by itself: TCP_QUICKACK is not permanent (tcp(7)).
void answerAtOnce(int fd) {
  enable(fd, IPPROTO_TCP, TCP_NODELAY);
  enable(fd, IPPROTO_TCP, TCP_QUICKACK);
}

constexpr char plain[] = "kernel TCP, busy-polled, TCP_NODELAY and TCP_QUICKACK";

bool passes(int error) { return error == EAGAIN || error == EINTR; }

}  // namespace

KernelSocket::~KernelSocket() { ::close(fd_); }

int KernelSocket::connected() {
  if (connected_) return 0;
  pollfd waiting = {fd_, POLLOUT, 0};
  ++receiveCalls_;
  if (::poll(&waiting, 1, 0) <= 0) return EINPROGRESS;
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = errno;
  connected_ = error == 0;
  return error;
}

int KernelSocket::receive(uint8_t* bytes, size_t room) {
  ++receiveCalls_;
  const ssize_t received = recv(fd_, bytes, room, MSG_DONTWAIT);
  if (received > 0) return static_cast<int>(received);
  if (received == 0) return endOfStream;
  return passes(errno) ? 0 : -errno;
}

int KernelSocket::send(const uint8_t* bytes, size_t size) {
  ++sendCalls_;
  const ssize_t sent = ::send(fd_, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent >= 0) return static_cast<int>(sent);
  return passes(errno) ? 0 : -errno;
}

int KernelSocket::finish() { return shutdown(fd_, SHUT_WR) == 0 ? 0 : errno; }

void KernelSocket::acknowledge() {
  ++receiveCalls_;
  enable(fd_, IPPROTO_TCP, TCP_QUICKACK);
}

// The kernel has no such call, every send leaves; so a socket that Onload has handed to the kernel meanwhile
// must not come past this question.
void KernelSocket::warm(const uint8_t* bytes, size_t size) {
  if (mayWarm(fd_)) ::send(fd_, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL | onload::messageWarm);
}

bool KernelSocket::warms() const { return mayWarm(fd_); }

void KernelSocket::wait(bool toSend, int timeoutMs) {
  pollfd waiting = {fd_, static_cast<short>(toSend ? POLLIN | POLLOUT : POLLIN), 0};
  ::poll(&waiting, 1, timeoutMs);
}

TransportFacts KernelSocket::facts() const {
  return connected_ ? kernelSocketFacts(fd_, plain, madeOn_) : kernelSocketFacts(plain);
}

KernelListener::~KernelListener() { ::close(fd_); }

int KernelListener::accept(std::unique_ptr<TcpSocket>& socket) {
  ++calls_;
  const int fd = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return passes(errno) || errno == ECONNABORTED ? EAGAIN : errno;
  answerAtOnce(fd);
  socket = std::make_unique<KernelSocket>(fd, true);
  return 0;
}

int KernelStack::connect(const sockaddr_in& to, std::unique_ptr<TcpSocket>& socket) {
  enterAccelerator();
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  answerAtOnce(fd);
  const bool connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  if (!connected && errno != EINPROGRESS) {
    const int error = errno;
    ::close(fd);
    return error;
  }
  socket = std::make_unique<KernelSocket>(fd, connected);
  return 0;
}

Failure KernelStack::listen(const sockaddr_in& on, int backlog, std::unique_ptr<TcpListener>& listener) {
  const std::string what =
      "FIX connections could not be awaited on " + addressText(on.sin_addr, ntohs(on.sin_port));
  enterAccelerator();
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return failureOf(errno, what);
  // A port whose last connection is in TIME_WAIT is free (socket(7)); one that somebody listens on is not.
  enable(fd, SOL_SOCKET, SO_REUSEADDR);
  sockaddr_in bound = on;
  socklen_t length = sizeof bound;
  if (bind(fd, reinterpret_cast<sockaddr*>(&bound), length) != 0 || ::listen(fd, backlog) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &length) != 0) {
    const int error = errno;
    ::close(fd);
    return failureOf(error, what,
                     error == EADDRINUSE
                         ? "stop the program that listens there (`ss -ltnp`), or choose another port "
                           "(0 takes any that is free)"
                         : "give an address of this machine (`ip -4 addr`)");
  }
  listener = std::make_unique<KernelListener>(fd, ntohs(bound.sin_port));
  return {};
}

TransportFacts KernelStack::facts() const { return kernelSocketFacts(plain); }

}  // namespace hotlap
