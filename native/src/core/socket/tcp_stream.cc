#include "core/socket/tcp_stream.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "core/socket/address.h"

namespace hotlap {

namespace stream = layout::stream;
namespace result = layout::stream_result;
namespace state = layout::stream_state;

namespace {

void enable(int fd, int option) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, option, &on, sizeof on);
}

}  // namespace

TcpStream::~TcpStream() {
  close();
  // The last chance to let bytes under way arrive; a process that exits now would reset them.
  lingerToEnd(50);
}

Failure TcpStream::configure(Role role, const std::string& host, int port, const Memory& memory,
                             size_t maxPendingBytes, std::shared_ptr<LatencyRecorder> latency) {
  const char* what = role == Role::listens ? "the address to listen on" : "the venue's host";
  if (Failure failure = resolveIpv4(host, port, what, address_)) return failure;
  if (port == 0 && role == Role::connects)
    return {"EINVAL", "Port 0 of " + host + " cannot be connected to; give the venue's port."};
  role_ = role;
  memory_ = memory;
  latency_ = std::move(latency);
  pending_.allocate(maxPendingBytes);
  memory_.cells[stream::state] = state::closed;
  return {};
}

// A new connection needs the pending bytes' place: what the old one did not send by now stays unsent.
void TcpStream::begin() {
  if (lingeringFd_ >= 0) ::close(lingeringFd_);
  lingeringFd_ = -1;
  pending_.clear();
  memory_.cells[stream::rxStart] = 0;
  memory_.cells[stream::rxEnd] = 0;
  memory_.cells[stream::errno_] = 0;
  memory_.cells[stream::txPending] = 0;
  untold_ = 0;
  ackOwed_ = false;
}

void TcpStream::open() {
  if (fd_ >= 0) close();
  if (role_ == Role::listens) {
    // The last connection drains on until the next one comes.
    memory_.cells[stream::state] = state::connecting;
    if (const int error = listen()) untold_ = fail(error);
    return;
  }
  begin();
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) {
    untold_ = fail(errno);
    return;
  }
  enable(fd_, TCP_NODELAY);
  rearmQuickAck();
  memory_.cells[stream::state] = state::connecting;
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) == 0) {
    memory_.cells[stream::state] = state::open;
    untold_ = result::opened;
  } else if (errno != EINPROGRESS) {
    untold_ = fail(errno);
  }
}

int TcpStream::poll() {
  if (untold_ != 0) {
    const int told = untold_;
    untold_ = 0;
    return told;
  }
  if (lingeringFd_ >= 0) linger();
  switch (memory_.cells[stream::state]) {
    case state::connecting:
      return role_ == Role::listens ? accepted() : connected();
    case state::open:
      if (pending_.size() > 0) {
        if (const int error = flush()) return fail(error);
      }
      return receive();
  }
  return 0;
}

// SO_REUSEADDR: connections of an earlier run that still wait for stray segments do not hold the port.
int TcpStream::listen() {
  if (listenFd_ >= 0) ::close(listenFd_);
  listenFd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listenFd_ < 0) return errno;
  const int on = 1;
  setsockopt(listenFd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  socklen_t length = sizeof address_;
  if (bind(listenFd_, reinterpret_cast<const sockaddr*>(&address_), length) != 0) return errno;
  if (::listen(listenFd_, 1) != 0) return errno;
  return getsockname(listenFd_, reinterpret_cast<sockaddr*>(&address_), &length) == 0 ? 0 : errno;
}

int TcpStream::accepted() {
  ++memory_.cells[stream::receiveCalls];
  fd_ = accept4(listenFd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd_ < 0) {
    const bool later = errno == EAGAIN || errno == EINTR || errno == ECONNABORTED;
    return later ? 0 : fail(errno);
  }
  ::close(listenFd_);
  listenFd_ = -1;
  begin();
  enable(fd_, TCP_NODELAY);
  rearmQuickAck();
  memory_.cells[stream::state] = state::open;
  return result::opened;
}

int TcpStream::connected() {
  pollfd waiting = {fd_, POLLOUT, 0};
  ++memory_.cells[stream::receiveCalls];
  if (::poll(&waiting, 1, 0) <= 0) return 0;
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = errno;
  if (error != 0) return fail(error);
  memory_.cells[stream::state] = state::open;
  return result::opened;
}

// Linux falls back to delayed acknowledgements by itself: TCP_QUICKACK is not permanent (tcp(7)).
void TcpStream::rearmQuickAck() { enable(fd_, TCP_QUICKACK); }

void TcpStream::makeRoom() {
  int32_t& start = memory_.cells[stream::rxStart];
  int32_t& end = memory_.cells[stream::rxEnd];
  // The cell is JS's to write; never trust it with memory.
  if (start < 0 || start > end) start = end;
  if (start == end) {
    start = end = 0;
  } else if (start > 0 && memory_.rxBytes - end < memory_.rxBytes / 2) {
    memmove(memory_.rx, memory_.rx + start, end - start);
    end -= start;
    start = 0;
  }
}

int TcpStream::receive() {
  makeRoom();
  int32_t& end = memory_.cells[stream::rxEnd];
  const size_t room = memory_.rxBytes - end;
  // Full: what the session has not consumed holds the peer back through TCP's own window.
  if (room == 0) return 0;
  ++memory_.cells[stream::receiveCalls];
  const ssize_t received = recv(fd_, memory_.rx + end, room, MSG_DONTWAIT);
  if (received > 0) {
    if (latency_ != nullptr) latency_->reportStart(monotonicNs());
    end += static_cast<int32_t>(received);
    ackOwed_ = true;
    return static_cast<int>(received);
  }
  if (received == 0) {
    close();
    return result::closed;
  }
  if (errno != EAGAIN && errno != EINTR) return fail(errno);
  if (ackOwed_) {
    // An answer sent meanwhile carried the acknowledgement; else it leaves now, and no peer waits for a
    // delayed one.
    ackOwed_ = false;
    ++memory_.cells[stream::receiveCalls];
    rearmQuickAck();
  }
  return 0;
}

int TcpStream::fail(int error) {
  memory_.cells[stream::errno_] = error;
  memory_.cells[stream::state] = state::closed;
  memory_.cells[stream::txPending] = 0;
  pending_.clear();
  if (fd_ >= 0) ::close(fd_);
  if (listenFd_ >= 0) ::close(listenFd_);
  fd_ = listenFd_ = -1;
  return result::failed;
}

int TcpStream::send(size_t offset, size_t length, int cause) {
  if (memory_.cells[stream::state] != state::open) return result::failed;
  if (offset > memory_.txBytes || length > memory_.txBytes - offset) return result::full;
  if (length > pending_.free() || !pending_.marksLeft()) return result::full;
  const uint8_t* bytes = memory_.tx + offset;
  const bool counted = latency_ != nullptr && cause != layout::cause::none;

  ssize_t sent = 0;
  if (pending_.size() == 0) {
    if (counted) latency_->beforeSend();
    ++memory_.cells[stream::sendCalls];
    sent = ::send(fd_, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(length)) {
      if (counted) {
        latency_->afterSend(cause);
        latency_->commit(cause);
      }
      return static_cast<int>(length);
    }
    if (sent < 0) {
      if (errno != EAGAIN && errno != EINTR) return untold_ = fail(errno);
      sent = 0;
    }
  }
  pending_.append(bytes + sent, length - sent);
  if (counted) pending_.mark(cause, latency_->startNs(cause));
  memory_.cells[stream::txPending] = static_cast<int32_t>(pending_.size());
  return static_cast<int>(length);
}

int TcpStream::flush() {
  const int fd = fd_ >= 0 ? fd_ : lingeringFd_;
  const int64_t sendNs = latency_ != nullptr ? monotonicNs() : 0;
  ++memory_.cells[stream::sendCalls];
  const ssize_t sent = ::send(fd, pending_.data(), pending_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0) return errno == EAGAIN || errno == EINTR ? 0 : errno;
  pending_.take(static_cast<size_t>(sent));
  while (const PendingBytes::Mark* mark = pending_.nextTaken()) {
    latency_->recordOrder(mark->cause, mark->startNs, sendNs);
  }
  memory_.cells[stream::txPending] = static_cast<int32_t>(pending_.size());
  return 0;
}

void TcpStream::close() {
  if (listenFd_ >= 0) {
    ::close(listenFd_);
    listenFd_ = -1;
    memory_.cells[stream::state] = state::closed;
    untold_ = 0;
  }
  if (fd_ < 0) return;
  const bool established = memory_.cells[stream::state] == state::open;
  memory_.cells[stream::state] = state::closed;
  untold_ = 0;
  if (!established) {
    ::close(fd_);
    fd_ = -1;
    return;
  }
  lingeringFd_ = fd_;
  fd_ = -1;
  finSent_ = false;
  lingerDeadlineNs_ = monotonicNs() + lingerNs;
  linger();
}

void TcpStream::linger() {
  bool over = monotonicNs() >= lingerDeadlineNs_;
  if (pending_.size() > 0) over |= flush() != 0;
  if (pending_.size() == 0 && !finSent_) {
    finSent_ = true;
    over |= shutdown(lingeringFd_, SHUT_WR) != 0;
  }
  // One buffer a turn: bounded, and the peer is not waited for.
  uint8_t dropped[4096];
  ++memory_.cells[stream::receiveCalls];
  const ssize_t received = recv(lingeringFd_, dropped, sizeof dropped, MSG_DONTWAIT);
  if (received == 0) over |= finSent_;
  if (received < 0 && errno != EAGAIN && errno != EINTR) over = true;
  if (!over) return;
  ::close(lingeringFd_);
  lingeringFd_ = -1;
  pending_.clear();
  memory_.cells[stream::txPending] = 0;
}

void TcpStream::lingerToEnd(int timeoutMs) {
  const int64_t deadlineNs = monotonicNs() + INT64_C(1'000'000) * timeoutMs;
  while (lingeringFd_ >= 0) {
    const int64_t leftNs = deadlineNs - monotonicNs();
    if (leftNs <= 0) {
      ::close(lingeringFd_);
      lingeringFd_ = -1;
      return;
    }
    const short output = pending_.size() > 0 ? POLLOUT : 0;
    pollfd waiting = {lingeringFd_, static_cast<short>(POLLIN | output), 0};
    ::poll(&waiting, 1, static_cast<int>(leftNs / 1'000'000) + 1);
    linger();
  }
}

}  // namespace hotlap
