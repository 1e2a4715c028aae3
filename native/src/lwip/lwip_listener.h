// A port of lwIP's that peers may call.
#pragma once

#include <deque>
#include <memory>

#include "core/socket/tcp_socket.h"
#include "lwip/lwip_socket.h"

namespace hotlap {

class LwipListener final : public TcpListener {
 public:
  LwipListener(std::shared_ptr<LwipStack> stack, tcp_pcb* pcb, int backlog);
  ~LwipListener() override;

  int accept(std::unique_ptr<TcpSocket>& socket) override;
  int port() const override { return pcb_->local_port; }

 private:
  static err_t called(void* self, tcp_pcb* pcb, err_t error);

  std::shared_ptr<LwipStack> stack_;
  tcp_pcb* pcb_;
  size_t backlog_;
  std::deque<std::unique_ptr<LwipSocket>> waiting_;
};

}  // namespace hotlap
