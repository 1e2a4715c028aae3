// Stamps of the current event and the histograms they end in. One recorder belongs to one thread.
//
//   recvmmsg returned      decoded   applied     strategyDone  riskDone  encodeDone   before send   after
//   send
//   ───────┬──────┬───────────┬─────────┬──────────────┬───────────┬─────────┬─────────────┬────────────┬──
//          │      └─ decode ──┴─ book ──┴── strategy ──┴── risk ───┴─ encode ┘             └─── send ───┘
//          └───────────────────────────── tickToOrder ─────────────────────────────────────┘
//
// Where an order's latency starts, by its cause:
//   tick    the receive burst that brought the event's packet had returned (`eventStart`);
//   timer   the clock reading by which the timer was found due: the feed's last one (`turnStart`);
//   report  the recv that brought the bytes of the report had returned (`reportStart`), where the transport
//   has
//           none (memory), as for timers.
// A start of 0 means unknown, and such an order is counted nowhere. Orders of other causes are not counted.
#pragma once

#include <cstdint>

#include "core/host/clock.h"
#include "core/latency/histogram.h"
#include "core/ring/layout.h"

namespace hotlap {

class LatencyRecorder {
 public:
  LatencyRecorder();

  /// The feed read the clock: timers due by this reading start here.
  void turnStart(int64_t nowNs) { turnNs_ = nowNs; }
  /// A turn without work. Successive idle turns show what the host took away: see stall().
  void idle(int64_t nowNs);
  /// Something was done since the last idle turn: the gap to the next one is no stall.
  void busy() { idleNs_ = 0; }

  /// An event of the burst that returned at `burstNs` is about to be decoded.
  void eventStart(int64_t burstNs, bool sampled) {
    burstNs_ = burstNs;
    idleNs_ = 0;
    sampled_ = sampled;
    if (sampled) stageNs_ = monotonicNs();
  }
  void decoded() { stage(layout::histogram::decode); }
  void applied() { stage(layout::histogram::book); }
  /// A stage end that JS reports: one of layout::stamp.
  void stamp(int stageEnd);
  bool sampled() const { return sampled_; }

  /// recv returned bytes.
  void reportStart(int64_t nowNs) {
    reportNs_ = nowNs;
    idleNs_ = 0;
  }

  /// Where an order with this cause starts; 0 when it is not to be counted. Kept beside an order whose tail
  /// stays pending, since the next event moves the stamps on.
  int64_t startNs(int cause) const;
  int64_t beforeSend() { return sendNs_ = monotonicNs(); }
  /// The send that began at beforeSend() carried the last byte of an order.
  void commit(int cause) { recordOrder(cause, startNs(cause), sendNs_); }
  void recordOrder(int cause, int64_t startNs, int64_t sendNs);
  /// That send returned: the stage `send`, of sampled events only.
  void afterSend(int cause);

  /// Nanoseconds in which the thread did not run although it wanted to.
  void stall(int64_t ns) {
    stallTotalNs_ += ns;
    histograms_[layout::histogram::stall].record(ns);
  }

  /// One call of a strategy, clocked for those who have set it a budget.
  void callBegin() { callNs_ = monotonicNs(); }
  int64_t callEndNs() const { return monotonicNs() - callNs_; }

  Histogram& histogram(int index) { return histograms_[index]; }
  int64_t stallTotalNs() const { return stallTotalNs_; }
  int64_t watchedNs() const { return watchedNs_; }
  double clockCostNs() const { return clockCostNs_; }
  void reset();

 private:
  void stage(int histogram) {
    if (!sampled_) return;
    const int64_t now = monotonicNs();
    histograms_[histogram].record(now - stageNs_);
    stageNs_ = now;
  }

  int64_t burstNs_ = 0;
  int64_t turnNs_ = 0;
  int64_t reportNs_ = 0;
  int64_t stageNs_ = 0;
  int64_t sendNs_ = 0;
  int64_t callNs_ = 0;
  int64_t idleNs_ = 0;
  /// Usual length of an idle turn, in 1/16 ns: a running median.
  int64_t usualGap16_ = 0;
  int64_t stallTotalNs_ = 0;
  int64_t watchedNs_ = 0;
  bool sampled_ = false;
  double clockCostNs_ = 0;
  Histogram histograms_[layout::histograms];
};

/// Cost of one reading of the monotonic clock on this machine, median of many, in ns.
double measureClockCostNs();

}  // namespace hotlap
