// Repairs a lost tail. lwIP's timers count half seconds and begin with three of them; a probe of our own
// sends the oldest segment again when nothing was acknowledged for a while (as RFC 8985's tail loss probe
// does), and all that lies behind it once its acknowledgement shows that more was lost. How long that while
// is, the acknowledgements before it say: a long path or a peer that delays them is no loss.
#pragma once

#include <algorithm>
#include <cstdint>

#include "lwip/lwip.h"

namespace hotlap {

class LossProbe {
 public:
  /// Looks at the connection, once a millisecond or so.
  void look(tcp_pcb* pcb, int64_t nowNs) {
    if (sinceNs_ != 0 && pcb->lastack != lastAck_) learn(lookedNs_ - beganNs_);
    lookedNs_ = nowNs;
    if (pcb->unacked == nullptr) {
      sinceNs_ = 0;
      lastAck_ = pcb->lastack;
      return;
    }
    if (sinceNs_ == 0 || pcb->lastack != lastAck_) {
      const bool partly = sinceNs_ != 0 && sent_ > 0 && static_cast<int32_t>(end_ - pcb->lastack) > 0;
      lastAck_ = pcb->lastack;
      sinceNs_ = beganNs_ = nowNs;
      sent_ = 0;
      if (partly) repeat(pcb, true);
      return;
    }
    const int64_t waitNs = std::max(leastNs, pathNs_ + marginNs) << sent_;
    if (waitNs > mostNs || nowNs - sinceNs_ < waitNs) return;
    repeat(pcb, sent_ > 0);
    ++sent_;
    sinceNs_ = nowNs;
  }

 private:
  static constexpr int64_t leastNs = 15'000'000, marginNs = 8'000'000;
  /// 15 ms, 30 … 960: then lwIP's own timer has come, which goes on more slowly and gives up in the end.
  static constexpr int64_t mostNs = 1'000'000'000;

  // Counted up to the last look that found nothing, so that a pause between two is not the path's; and from
  // the first time that it was sent: of a segment that was repeated, too long rather than too short, as
  // nobody knows which one was acknowledged (Karn). The next ones bring it down again.
  void learn(int64_t tookNs) { pathNs_ = tookNs > pathNs_ ? tookNs : (pathNs_ + tookNs) / 2; }

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

  /// When it was last sent, 0 for nothing under way; and when it was first.
  int64_t sinceNs_ = 0;
  int64_t beganNs_ = 0;
  int64_t lookedNs_ = 0;
  int64_t pathNs_ = 0;
  uint32_t lastAck_ = 0;
  uint32_t end_ = 0;
  int sent_ = 0;
};

}  // namespace hotlap
