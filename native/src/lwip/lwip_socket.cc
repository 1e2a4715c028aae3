#include "lwip/lwip_socket.h"

#include <errno.h>
#include <time.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/host/clock.h"

namespace hotlap {

namespace {

// A peer that is gone without a word is known after 10 s and five unanswered questions.
constexpr u32_t keepIdleMs = 10'000, keepIntervalMs = 2'000, keepCount = 5;

}  // namespace

LwipSocket::LwipSocket(std::shared_ptr<LwipStack> stack, tcp_pcb* pcb, bool connected)
    : stack_(std::move(stack)),
      pcb_(pcb),
      ring_(std::make_unique_for_overwrite<uint8_t[]>(ringBytes)),
      connected_(connected) {
  tcp_arg(pcb, this);
  tcp_recv(pcb, received);
  tcp_err(pcb, ended);
  tcp_nagle_disable(pcb);
  ip_set_option(pcb, SOF_KEEPALIVE);
  pcb->keep_idle = keepIdleMs;
  pcb->keep_intvl = keepIntervalMs;
  pcb->keep_cnt = keepCount;
  stack_->add(this);
}

LwipSocket::~LwipSocket() {
  stack_->remove(this);
  if (tcp_pcb* pcb = pcb_) {
    letGo();
    // What has sent its FIN is lwIP's to end; a peer that still talks is told with a reset that nobody hears.
    if (finished_) {
      tcp_close(pcb);
    } else {
      tcp_abort(pcb);
    }
  }
  stack_->flush();
}

void LwipSocket::letGo() {
  tcp_arg(pcb_, nullptr);
  tcp_recv(pcb_, nullptr);
  tcp_err(pcb_, nullptr);
  pcb_ = nullptr;
}

err_t LwipSocket::established(void* self, tcp_pcb*, err_t) {
  static_cast<LwipSocket*>(self)->connected_ = true;
  return ERR_OK;
}

err_t LwipSocket::received(void* self, tcp_pcb* pcb, pbuf* data, err_t) {
  auto* socket = static_cast<LwipSocket*>(self);
  if (data != nullptr) {
    socket->keep(data);
    pbuf_free(data);
    return ERR_OK;
  }
  socket->endSeen_ = true;
  // Both sides have said their last: lwIP frees a connection in TIME_WAIT without telling anybody.
  if (pcb->state != CLOSE_WAIT) socket->letGo();
  return ERR_OK;
}

void LwipSocket::ended(void* self, err_t error) {
  auto* socket = static_cast<LwipSocket*>(self);
  socket->pcb_ = nullptr;
  if (error == ERR_CLSD) return;
  if (error == ERR_RST) {
    socket->error_ = socket->connected_ ? ECONNRESET : ECONNREFUSED;
  } else {
    socket->error_ = ETIMEDOUT;
  }
}

void LwipSocket::keep(const pbuf* data) {
  for (; data != nullptr; data = data->next) {
    const auto* bytes = static_cast<const uint8_t*>(data->payload);
    const uint32_t at = tail_ % ringBytes;
    const uint32_t first = std::min<uint32_t>(data->len, ringBytes - at);
    std::memcpy(ring_.get() + at, bytes, first);
    std::memcpy(ring_.get(), bytes + first, data->len - first);
    tail_ += data->len;
  }
}

int LwipSocket::taken(uint8_t* bytes, size_t room) {
  const auto size = static_cast<uint32_t>(std::min<size_t>(room, tail_ - head_));
  const uint32_t at = head_ % ringBytes;
  const uint32_t first = std::min(size, ringBytes - at);
  std::memcpy(bytes, ring_.get() + at, first);
  std::memcpy(bytes + first, ring_.get(), size - first);
  head_ += size;
  if (pcb_ != nullptr) {
    tcp_recved(pcb_, static_cast<u16_t>(size));
    stack_->flush();
  }
  return static_cast<int>(size);
}

int LwipSocket::connected() {
  if (!connected_ && error_ == 0) stack_->drive();
  if (connected_) return 0;
  return error_ != 0 ? error_ : EINPROGRESS;
}

int LwipSocket::receive(uint8_t* bytes, size_t room) {
  stack_->drive();
  sendCalls_ += stack_->takeTransmitCalls();
  if (tail_ != head_ && room > 0) return taken(bytes, room);
  if (error_ != 0) return -error_;
  return endSeen_ ? endOfStream : 0;
}

int LwipSocket::send(const uint8_t* bytes, size_t size) {
  if (error_ != 0) return -error_;
  if (pcb_ == nullptr || finished_) return -EPIPE;
  if (!connected_) return 0;
  size_t written = 0;
  while (written < size) {
    const size_t most = std::min<size_t>({size - written, tcp_sndbuf(pcb_), tcp_mss(pcb_)});
    if (most == 0 ||
        tcp_write(pcb_, bytes + written, static_cast<u16_t>(most), TCP_WRITE_FLAG_COPY) != ERR_OK)
      break;
    written += most;
  }
  if (written > 0) {
    tcp_output(pcb_);
    stack_->flush();
    sendCalls_ += stack_->takeTransmitCalls();
  } else {
    // Acknowledgements make room, and who only sends must not miss them.
    stack_->drive();
  }
  return static_cast<int>(written);
}

int LwipSocket::finish() {
  if (error_ != 0) return error_;
  if (finished_) return 0;
  if (pcb_ == nullptr || !connected_) return ENOTCONN;
  finished_ = true;
  const err_t error = tcp_shutdown(pcb_, 0, 1);
  stack_->flush();
  return error == ERR_OK ? 0 : ENOBUFS;
}

void LwipSocket::acknowledge() {
  if (pcb_ == nullptr || (pcb_->flags & TF_ACK_DELAY) == 0) return;
  tcp_ack_now(pcb_);
  tcp_output(pcb_);
  stack_->flush();
}

// A send's first misses are the connection's state and the frame that is to be written.
void LwipSocket::warm(const uint8_t* bytes, size_t) {
  __builtin_prefetch(bytes);
  __builtin_prefetch(pcb_, 1);
  stack_->warm();
}

void LwipSocket::wait(bool toSend, int timeoutMs) {
  const int64_t deadlineNs = monotonicNs() + INT64_C(1'000'000) * timeoutMs;
  const timespec pause = {0, 50'000};
  for (;;) {
    stack_->drive();
    if (tail_ != head_ || endSeen_ || pcb_ == nullptr || (toSend && tcp_sndbuf(pcb_) > 0)) return;
    if (monotonicNs() >= deadlineNs) return;
    nanosleep(&pause, nullptr);
  }
}

void LwipSocket::look(int64_t nowNs) {
  if (pcb_ == nullptr) return;
  if (!connected_) {
    if (soughtNs_ == 0) soughtNs_ = nowNs;
    if (stack_->unreachable(pcb_) && nowNs - soughtNs_ >= unreachableAfterNs) {
      tcp_pcb* pcb = pcb_;
      letGo();
      tcp_abandon(pcb, 0);
      error_ = EHOSTUNREACH;
      return;
    }
  }
  boundOutOfOrder();
  probe_.look(pcb_, nowNs);
}

// Debian's lwIP keeps without limit what comes out of order, and walks along all of it for each segment that
// does. What is dropped the peer sends again: it was not acknowledged.
void LwipSocket::boundOutOfOrder() {
  int count = 0;
  for (const tcp_seg* segment = pcb_->ooseq; segment != nullptr; segment = segment->next) ++count;
  if (count > mostOutOfOrder) tcp_free_ooseq(pcb_);
}

}  // namespace hotlap
