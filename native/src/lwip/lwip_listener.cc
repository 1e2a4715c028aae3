#include "lwip/lwip_listener.h"

#include <errno.h>

#include <utility>

namespace hotlap {

LwipListener::LwipListener(std::shared_ptr<LwipStack> stack, tcp_pcb* pcb, int backlog)
    : stack_(std::move(stack)), pcb_(pcb), backlog_(static_cast<size_t>(backlog)) {
  tcp_arg(pcb, this);
  tcp_accept(pcb, called);
}

LwipListener::~LwipListener() { tcp_close(pcb_); }

// Refused here, lwIP answers with a reset.
err_t LwipListener::called(void* self, tcp_pcb* pcb, err_t error) {
  auto* listener = static_cast<LwipListener*>(self);
  if (listener == nullptr || error != ERR_OK || pcb == nullptr) return ERR_VAL;
  // Who has called and gone, as port scans do, takes nobody's place.
  std::erase_if(listener->waiting_, [](const auto& socket) { return socket->dead(); });
  if (listener->waiting_.size() >= listener->backlog_) return ERR_MEM;
  listener->waiting_.push_back(std::make_unique<LwipSocket>(listener->stack_, pcb, true));
  return ERR_OK;
}

int LwipListener::accept(std::unique_ptr<TcpSocket>& socket) {
  stack_->drive();
  if (waiting_.empty()) return EAGAIN;
  socket = std::move(waiting_.front());
  waiting_.pop_front();
  return 0;
}

}  // namespace hotlap
