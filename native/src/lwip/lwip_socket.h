// A connection of lwIP's.
#pragma once

#include <memory>

#include "core/socket/tcp_socket.h"
#include "lwip/loss_probe.h"
#include "lwip/lwip.h"
#include "lwip/lwip_stack.h"

namespace hotlap {

class LwipSocket final : public TcpSocket {
 public:
  LwipSocket(std::shared_ptr<LwipStack> stack, tcp_pcb* pcb, bool connected);
  ~LwipSocket() override;

  int connected() override;
  int receive(uint8_t* bytes, size_t room) override;
  int send(const uint8_t* bytes, size_t size) override;
  int finish() override;
  void acknowledge() override;
  void warm(const uint8_t* bytes, size_t size) override;
  void wait(bool toSend, int timeoutMs) override;
  TransportFacts facts() const override { return stack_->facts(); }

  /// Repairs losses and gives up a connection to nobody.
  void look(int64_t nowNs);
  bool dead() const { return pcb_ == nullptr; }

  /// For tcp_connect(), which takes it with the address.
  static err_t established(void* self, tcp_pcb* pcb, err_t error);

 private:
  static err_t received(void* self, tcp_pcb* pcb, pbuf* data, err_t error);
  static void ended(void* self, err_t error);

  /// Of the receive window, which is what a peer may have sent and nobody consumed; a power of two.
  static constexpr uint32_t ringBytes = 65'536;
  static_assert(TCP_WND < ringBytes);
  /// Of small segments, a window holds about as many.
  static constexpr int mostOutOfOrder = 1'024;
  static constexpr int64_t unreachableAfterNs = 3'000'000'000;

  void boundOutOfOrder();
  void keep(const pbuf* data);
  int taken(uint8_t* bytes, size_t room);
  void letGo();

  std::shared_ptr<LwipStack> stack_;
  /// Null once lwIP has forgotten it, or owes us nothing more.
  tcp_pcb* pcb_;
  std::unique_ptr<uint8_t[]> ring_;
  uint32_t head_ = 0;
  uint32_t tail_ = 0;
  bool connected_;
  bool endSeen_ = false;
  bool finished_ = false;
  int error_ = 0;
  int64_t soughtNs_ = 0;
  LossProbe probe_;
};

}  // namespace hotlap
