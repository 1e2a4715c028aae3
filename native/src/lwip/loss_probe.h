// Repairs a lost tail. lwIP's timers count half seconds and begin with three of them; a probe of our own
// sends the oldest segment again when nothing was acknowledged for a while (as RFC 8985's tail loss probe
// does), and all that lies behind it once its acknowledgement shows that more was lost.
#pragma once

#include <cstdint>

#include "lwip/lwip.h"

namespace hotlap {

class LossProbe {
 public:
  /// Looks at the connection, once a millisecond or so.
  void look(tcp_pcb* pcb, int64_t nowNs) {
    if (pcb->unacked == nullptr) {
      sinceNs_ = 0;
      return;
    }
    if (sinceNs_ == 0 || pcb->lastack != lastAck_) {
      const bool partly = sinceNs_ != 0 && sent_ > 0 && static_cast<int32_t>(end_ - pcb->lastack) > 0;
      lastAck_ = pcb->lastack;
      sinceNs_ = nowNs;
      sent_ = 0;
      if (partly) repeat(pcb, true);
      return;
    }
    if (sent_ == most || nowNs - sinceNs_ < (firstNs << sent_)) return;
    repeat(pcb, sent_ > 0);
    ++sent_;
    sinceNs_ = nowNs;
  }

 private:
  static constexpr int64_t firstNs = 15'000'000;
  /// 15 ms, 30 … 960: then lwIP's own timer has come, which goes on more slowly and gives up in the end.
  static constexpr int most = 7;

  // lwIP counts what its own timer sent again, to give up after so many: these do not count.
  void repeat(tcp_pcb* pcb, bool all) {
    end_ = pcb->snd_nxt;
    const u8_t counted = pcb->nrtx;
    if (all) {
      tcp_rexmit_rto(pcb);
    } else if (tcp_rexmit(pcb) == ERR_OK) {
      tcp_output(pcb);
    }
    pcb->nrtx = counted;
  }

  int64_t sinceNs_ = 0;
  uint32_t lastAck_ = 0;
  uint32_t end_ = 0;
  int sent_ = 0;
};

}  // namespace hotlap
