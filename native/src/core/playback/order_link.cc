#include "core/playback/order_link.h"

#include <errno.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/host/clock.h"
#include "core/ring/layout.h"
#include "core/socket/address.h"

namespace hotlap {

namespace stream = layout::stream;
namespace result = layout::stream_result;
namespace state = layout::stream_state;

OrderLink::OrderLink(const Memory& memory) : memory_(memory) {}

Failure OrderLink::listen(std::shared_ptr<TcpStack> stack, const std::string& host, int port) {
  sockaddr_in address;
  if (Failure failure = resolveIpv4(host, port, "the FIX side's host", address)) return failure;
  stack_ = std::move(stack);
  if (Failure failure = stack_->listen(address, 8, listener_)) return failure;
  port_ = listener_->port();
  return {};
}

// The playback thread.

bool OrderLink::turn(int64_t nowNs, uint64_t sentSequence) {
  switch (link_.load(std::memory_order_acquire)) {
    case listening:
      return accept(nowNs);
    case accepted:
      return receive(sentSequence);
    case connected: {
      if (!outboundReady_) {
        // What an earlier connection left unsent is not this one's.
        outbound_.skipTo(outboundStart_.load(std::memory_order_acquire));
        outboundReady_ = true;
      }
      const bool received = receive(sentSequence);
      return transmit() || received;
    }
    case closing:
      return finish(nowNs);
  }
  stack_->drive();
  return false;
}

bool OrderLink::accept(int64_t nowNs) {
  if (nowNs < nextAcceptNs_) return false;
  nextAcceptNs_ = nowNs + acceptEveryNs;
  if (listener_->accept(socket_) != 0) return false;
  outboundReady_ = false;
  finSent_ = false;
  closeDeadlineNs_ = 0;
  error_.store(0, std::memory_order_relaxed);
  inboundStart_.store(inbound_.written(), std::memory_order_relaxed);
  link_.store(accepted, std::memory_order_release);
  wake();
  return true;
}

bool OrderLink::receive(uint64_t sentSequence) {
  // A consumer that lags holds the peer back through TCP's own window.
  const SpscBytes::Span room = inbound_.writable();
  if (socket_ == nullptr) return false;
  if (room.size == 0 || arrivals_.room() < sizeof(Arrival)) {
    stack_->drive();
    return false;
  }
  const int received = socket_->receive(room.data, room.size);
  count();
  if (received > 0) {
    const int64_t arrivalNs = monotonicNs();
    const Arrival arrival = {inbound_.written() + static_cast<uint64_t>(received), arrivalNs, sentSequence,
                             0};
    arrivals_.write(reinterpret_cast<const uint8_t*>(&arrival), sizeof arrival);
    inbound_.publish(static_cast<size_t>(received));
    wake();
    socket_->acknowledge();
    return true;
  }
  if (received == 0) return false;
  end(received == TcpSocket::endOfStream ? 0 : -received);
  return true;
}

bool OrderLink::transmit() {
  const SpscBytes::Span pending = outbound_.readable();
  if (socket_ == nullptr || pending.size == 0) return false;
  const int sent = socket_->send(pending.data, pending.size);
  count();
  if (sent == 0) return false;
  if (sent > 0) {
    outbound_.take(static_cast<size_t>(sent));
    return true;
  }
  end(-sent);
  return true;
}

void OrderLink::count() {
  receiveCalls_.fetch_add(socket_->takeReceiveCalls(), std::memory_order_relaxed);
  sendCalls_.fetch_add(socket_->takeSendCalls(), std::memory_order_relaxed);
}

/// The consumer closed: everything it sent leaves, then FIN, then what the peer still sends is taken in,
/// since a socket closed with unread bytes resets the connection and destroys bytes under way.
bool OrderLink::finish(int64_t nowNs) {
  if (closeDeadlineNs_ == 0) closeDeadlineNs_ = nowNs + closeTimeoutNs;
  bool over = socket_ == nullptr || nowNs >= closeDeadlineNs_;
  if (!over) {
    if (!outboundReady_) outbound_.skipTo(outboundStart_.load(std::memory_order_acquire));
    outboundReady_ = true;
    transmit();
    over = socket_ == nullptr;
  }
  if (!over && outbound_.readable().size == 0 && !finSent_) {
    finSent_ = true;
    over = socket_->finish() != 0;
  }
  if (!over) {
    uint8_t dropped[4096];
    const int received = socket_->receive(dropped, sizeof dropped);
    count();
    over = received == TcpSocket::endOfStream ? finSent_ : received < 0;
  }
  if (over) {
    socket_.reset();
    link_.store(listening, std::memory_order_release);
    wake();
  }
  return over;
}

void OrderLink::end(int error) {
  error_.store(error, std::memory_order_relaxed);
  uint32_t from = link_.load(std::memory_order_acquire);
  // The consumer may be closing or telling "opened" at this moment.
  while ((from == accepted || from == connected) &&
         !link_.compare_exchange_weak(from, ended, std::memory_order_acq_rel)) {
  }
  if (error == 0 && outboundReady_) transmit();
  socket_.reset();
  wake();
}

void OrderLink::shutDown() {
  if (socket_ == nullptr) return;
  if (outboundReady_) transmit();
  if (socket_ == nullptr) return;
  socket_->finish();
  uint8_t dropped[4096];
  for (int turn = 0; turn < 64 && socket_->receive(dropped, sizeof dropped) > 0; ++turn) {
  }
  end(0);
}

void OrderLink::release() {
  listener_.reset();
  stack_.reset();
}

void OrderLink::wake() {
  wakes_.fetch_add(1, std::memory_order_seq_cst);
  // A futex call only when somebody sleeps: in a busy phase there is none.
  if (waiting_.load(std::memory_order_seq_cst) == 0) return;
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(&wakes_), FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

// The consumer.

int OrderLink::poll() {
  memory_.cells[stream::receiveCalls] = receiveCalls_.load(std::memory_order_relaxed);
  memory_.cells[stream::sendCalls] = sendCalls_.load(std::memory_order_relaxed);
  uint32_t link = link_.load(std::memory_order_acquire);
  if (link == listening || link == closing) return 0;
  if (!toldOpen_) {
    toldOpen_ = true;
    movedOffset_ = inboundStart_.load(std::memory_order_relaxed);
    inbound_.skipTo(movedOffset_);
    memory_.cells[stream::rxStart] = memory_.cells[stream::rxEnd] = 0;
    memory_.cells[stream::errno_] = 0;
    memory_.cells[stream::txPending] = 0;
    memory_.cells[stream::state] = state::open;
    outboundStart_.store(outbound_.written(), std::memory_order_release);
    // Fails when the connection has ended meanwhile: the next polls tell so.
    uint32_t expected = accepted;
    link_.compare_exchange_strong(expected, connected, std::memory_order_acq_rel);
    return result::opened;
  }
  memory_.cells[stream::txPending] = static_cast<int32_t>(outbound_.size());
  // Whoever consumed bytes has asked for their arrival by now: stamps nobody asks for must not fill the ring.
  arrival(consumed());
  makeRoom();
  int32_t& end = memory_.cells[stream::rxEnd];
  const SpscBytes::Span there = inbound_.readable();
  const size_t length = std::min(there.size, memory_.rxBytes - static_cast<size_t>(end));
  if (length > 0) {
    std::memcpy(memory_.rx + end, there.data, length);
    inbound_.take(length);
    end += static_cast<int32_t>(length);
    movedOffset_ += length;
    return static_cast<int>(length);
  }
  if (link != ended || there.size != 0) return 0;
  toldOpen_ = false;
  memory_.cells[stream::state] = state::closed;
  memory_.cells[stream::txPending] = 0;
  const int32_t error = error_.load(std::memory_order_relaxed);
  memory_.cells[stream::errno_] = error;
  link_.store(listening, std::memory_order_release);
  return error == 0 ? result::closed : result::failed;
}

void OrderLink::makeRoom() {
  int32_t& start = memory_.cells[stream::rxStart];
  int32_t& end = memory_.cells[stream::rxEnd];
  // The cells are JS's to write; never trust them with memory.
  if (end < 0 || static_cast<size_t>(end) > memory_.rxBytes) end = 0;
  if (start < 0 || start > end) start = end;
  if (start == end) {
    start = end = 0;
  } else if (start > 0 && memory_.rxBytes - end < memory_.rxBytes / 2) {
    std::memmove(memory_.rx, memory_.rx + start, end - start);
    end -= start;
    start = 0;
  }
}

int OrderLink::send(size_t offset, size_t length) {
  if (!toldOpen_ || link_.load(std::memory_order_acquire) != connected) return result::failed;
  if (offset > memory_.txBytes || length > memory_.txBytes - offset || length > outbound_.room())
    return result::full;
  outbound_.write(memory_.tx + offset, length);
  memory_.cells[stream::txPending] = static_cast<int32_t>(outbound_.size());
  return static_cast<int>(length);
}

void OrderLink::close() {
  // A connection that was never told is closed without a byte of an earlier one.
  if (!toldOpen_) outboundStart_.store(outbound_.written(), std::memory_order_release);
  uint32_t from = link_.load(std::memory_order_acquire);
  while ((from == accepted || from == connected) &&
         !link_.compare_exchange_weak(from, closing, std::memory_order_acq_rel)) {
  }
  if (from == listening || from == closing) return;
  if (from == ended) link_.store(listening, std::memory_order_release);
  toldOpen_ = false;
  memory_.cells[stream::state] = state::closed;
  memory_.cells[stream::txPending] = 0;
}

void OrderLink::wait(int timeoutMs) {
  const uint32_t seen = wakes_.load(std::memory_order_seq_cst);
  waiting_.store(1, std::memory_order_seq_cst);
  const uint32_t link = link_.load(std::memory_order_acquire);
  const bool news = link == ended || (link == accepted && !toldOpen_) || inbound_.readable().size != 0;
  if (!news) {
    const timespec timeout = {timeoutMs / 1000, timeoutMs % 1000 * 1'000'000L};
    syscall(SYS_futex, reinterpret_cast<uint32_t*>(&wakes_), FUTEX_WAIT_PRIVATE, seen, &timeout, nullptr, 0);
  }
  waiting_.store(0, std::memory_order_seq_cst);
}

uint64_t OrderLink::consumed() const {
  const int32_t unread = memory_.cells[stream::rxEnd] - memory_.cells[stream::rxStart];
  return movedOffset_ - static_cast<uint64_t>(unread > 0 ? unread : 0);
}

const OrderLink::Arrival* OrderLink::arrival(uint64_t end) {
  for (;;) {
    const SpscBytes::Span there = arrivals_.readable();
    if (there.size == 0) return nullptr;
    const auto* first = reinterpret_cast<const Arrival*>(there.data);
    if (first->endOffset >= end) return first;
    // The last one stays: an offset that has not arrived yet may be asked after by mistake.
    if (arrivals_.size() == sizeof(Arrival)) return nullptr;
    arrivals_.take(sizeof(Arrival));
  }
}

}  // namespace hotlap
