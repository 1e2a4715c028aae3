#include "core/socket/tcp_stream.h"

#include <errno.h>
#include <string.h>

#include <utility>

#include "core/socket/address.h"

namespace hotlap {

namespace stream = layout::stream;
namespace result = layout::stream_result;
namespace state = layout::stream_state;

TcpStream::~TcpStream() {
  close();
  // The last chance to let bytes under way arrive; a process that exits now would reset them.
  lingerToEnd(50);
}

Failure TcpStream::configure(Options options) {
  const char* what = options.role == Role::listens ? "the address to listen on" : "the venue's host";
  if (Failure failure = resolveIpv4(options.host, options.port, what, address_)) return failure;
  if (options.port == 0 && options.role == Role::connects)
    return {"EINVAL", "Port 0 of " + options.host + " cannot be connected to; give the venue's port."};
  if (Failure failure = openStack(options.stack, stack_)) return failure;
  role_ = options.role;
  memory_ = options.memory;
  latency_ = std::move(options.latency);
  pending_.allocate(options.maxPendingBytes);
  memory_.cells[stream::state] = state::closed;
  return {};
}

// A new connection needs the pending bytes' place: what the old one did not send by now stays unsent.
void TcpStream::begin() {
  drop(lingering_);
  pending_.clear();
  memory_.cells[stream::rxStart] = 0;
  memory_.cells[stream::rxEnd] = 0;
  memory_.cells[stream::errno_] = 0;
  memory_.cells[stream::txPending] = 0;
  untold_ = 0;
  ackOwed_ = false;
}

void TcpStream::open() {
  if (socket_ != nullptr) close();
  memory_.cells[stream::state] = state::connecting;
  if (role_ == Role::listens) {
    // The last connection drains on until the next one comes.
    if (const int error = listen()) untold_ = fail(error);
    return;
  }
  begin();
  if (const int error = stack_->connect(address_, socket_)) untold_ = fail(error);
}

int TcpStream::poll() {
  if (untold_ != 0) {
    const int told = untold_;
    untold_ = 0;
    return told;
  }
  if (lingering_ != nullptr) linger();
  const int told = turn();
  if (socket_ != nullptr) count(*socket_);
  return told;
}

int TcpStream::turn() {
  switch (memory_.cells[stream::state]) {
    case state::connecting:
      return role_ == Role::listens ? accepted() : connected();
    case state::open:
      if (pending_.size() > 0) {
        if (const int error = flush(*socket_)) return fail(error);
      }
      return receive();
  }
  stack_->drive();
  return 0;
}

void TcpStream::count(TcpSocket& socket) {
  memory_.cells[stream::receiveCalls] += socket.takeReceiveCalls();
  memory_.cells[stream::sendCalls] += socket.takeSendCalls();
}

void TcpStream::drop(std::unique_ptr<TcpSocket>& socket) {
  if (socket == nullptr) return;
  count(*socket);
  socket.reset();
}

int TcpStream::listen() {
  listener_.reset();
  if (const Failure failure = stack_->listen(address_, 1, listener_)) {
    const int error = errnoNamed(failure.code);
    return error != 0 ? error : EIO;
  }
  address_.sin_port = htons(static_cast<uint16_t>(listener_->port()));
  return 0;
}

int TcpStream::accepted() {
  const int error = listener_->accept(socket_);
  memory_.cells[stream::receiveCalls] += listener_->takeCalls();
  if (error != 0) return error == EAGAIN ? 0 : fail(error);
  listener_.reset();
  begin();
  memory_.cells[stream::state] = state::open;
  untilWarm_ = socket_->warms() ? warmTurns : 0;
  return result::opened;
}

int TcpStream::connected() {
  const int error = socket_->connected();
  if (error == EINPROGRESS) return 0;
  if (error != 0) return fail(error);
  memory_.cells[stream::state] = state::open;
  untilWarm_ = socket_->warms() ? warmTurns : 0;
  return result::opened;
}

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
  if (room == 0) {
    // What the session has not consumed holds the peer back through TCP's own window.
    stack_->drive();
    return 0;
  }
  const int received = socket_->receive(memory_.rx + end, room);
  if (received > 0) {
    if (latency_ != nullptr) latency_->reportStart(monotonicNs());
    end += static_cast<int32_t>(received);
    ackOwed_ = true;
    return received;
  }
  if (received == TcpSocket::endOfStream) {
    close();
    return result::closed;
  }
  if (received < 0) return fail(-received);
  if (ackOwed_) {
    // An answer sent meanwhile carried the acknowledgement; else it leaves now, and no peer waits for a
    // delayed one.
    ackOwed_ = false;
    socket_->acknowledge();
  } else if (untilWarm_ != 0 && --untilWarm_ == 0) {
    warm();
  }
  return 0;
}

// Code and card stay warm between two orders. The bytes are no message: if they ever left after all, a venue
// would ignore them as garbled (FIX, session layer), where an old order might count.
void TcpStream::warm() {
  static constexpr uint8_t nothing[256] = {};
  untilWarm_ = warmTurns;
  if (pending_.size() == 0) socket_->warm(nothing, sizeof nothing);
}

int TcpStream::fail(int error) {
  memory_.cells[stream::errno_] = error;
  memory_.cells[stream::state] = state::closed;
  memory_.cells[stream::txPending] = 0;
  pending_.clear();
  drop(socket_);
  listener_.reset();
  return result::failed;
}

int TcpStream::send(size_t offset, size_t length, int cause) {
  if (memory_.cells[stream::state] != state::open) return result::failed;
  if (offset > memory_.txBytes || length > memory_.txBytes - offset) return result::full;
  if (length > pending_.free() || !pending_.marksLeft()) return result::full;
  const uint8_t* bytes = memory_.tx + offset;
  const bool counted = latency_ != nullptr && cause != layout::cause::none;

  int sent = 0;
  if (pending_.size() == 0) {
    if (counted) latency_->beforeSend();
    sent = socket_->send(bytes, length);
    if (sent == static_cast<int>(length)) {
      if (counted) {
        latency_->afterSend(cause);
        latency_->commit(cause);
      }
      count(*socket_);
      return sent;
    }
    if (sent < 0) return untold_ = fail(-sent);
    count(*socket_);
  }
  pending_.append(bytes + sent, length - sent);
  if (counted) pending_.mark(cause, latency_->startNs(cause));
  memory_.cells[stream::txPending] = static_cast<int32_t>(pending_.size());
  return static_cast<int>(length);
}

int TcpStream::flush(TcpSocket& socket) {
  const int64_t sendNs = latency_ != nullptr ? monotonicNs() : 0;
  const int sent = socket.send(pending_.data(), pending_.size());
  if (sent < 0) return -sent;
  pending_.take(static_cast<size_t>(sent));
  while (const PendingBytes::Mark* mark = pending_.nextTaken()) {
    latency_->recordOrder(mark->cause, mark->startNs, sendNs);
  }
  memory_.cells[stream::txPending] = static_cast<int32_t>(pending_.size());
  return 0;
}

void TcpStream::close() {
  if (listener_ != nullptr) {
    listener_.reset();
    memory_.cells[stream::state] = state::closed;
    untold_ = 0;
  }
  if (socket_ == nullptr) return;
  const bool established = memory_.cells[stream::state] == state::open;
  memory_.cells[stream::state] = state::closed;
  untold_ = 0;
  if (!established) return drop(socket_);
  lingering_ = std::move(socket_);
  finSent_ = false;
  lingerDeadlineNs_ = monotonicNs() + lingerNs;
  linger();
}

void TcpStream::linger() {
  bool over = monotonicNs() >= lingerDeadlineNs_;
  if (pending_.size() > 0) over |= flush(*lingering_) != 0;
  if (pending_.size() == 0 && !finSent_) {
    finSent_ = true;
    over |= lingering_->finish() != 0;
  }
  // One buffer a turn: bounded, and the peer is not waited for.
  uint8_t dropped[4096];
  const int received = lingering_->receive(dropped, sizeof dropped);
  over |= received == TcpSocket::endOfStream ? finSent_ : received < 0;
  count(*lingering_);
  if (!over) return;
  drop(lingering_);
  pending_.clear();
  memory_.cells[stream::txPending] = 0;
}

void TcpStream::lingerToEnd(int timeoutMs) {
  const int64_t deadlineNs = monotonicNs() + INT64_C(1'000'000) * timeoutMs;
  while (lingering_ != nullptr) {
    const int64_t leftNs = deadlineNs - monotonicNs();
    if (leftNs <= 0) return drop(lingering_);
    lingering_->wait(pending_.size() > 0, static_cast<int>(leftNs / 1'000'000) + 1);
    linger();
  }
}

TransportFacts TcpStream::transport() const {
  return socket_ != nullptr ? socket_->facts() : stack_->facts();
}

}  // namespace hotlap
