// A port of DPDK as a packet device. Frames received stay in the PMD's memory until the next burst.
#pragma once

#include <pthread.h>
#include <rte_mbuf.h>

#include <cstdint>

#include "core/link/link.h"
#include "dpdk/port.h"

namespace hotlap::dpdk {

class DpdkLink final : public Link {
 public:
  ~DpdkLink() override;

  Failure open(const DpdkOptions& options);

  int rxBurst() override;
  uint8_t* txReserve() override;
  void txCommit(size_t size) override;
  /// What the port has no room for stays, and leaves with the next flush; for a link that is down it is lost.
  int flush() override;
  size_t maxFrameBytes() const override { return maxBytes; }
  Failure steer(const FlowFilter& flows) override;
  void refresh() override;
  LinkFacts facts() const override;

 private:
  static constexpr size_t maxBytes = 1'514;
  static constexpr int gathered = burst;
  /// How often a port that takes nothing is asked whether its link is up.
  static constexpr int64_t askEveryNs = 1'000'000;
  /// How often a peer that is away is called, where this end calls: the next call would cut off one that is
  /// being answered. Looked at after so many polls for nothing.
  static constexpr int64_t callEveryNs = 250'000'000;
  static constexpr uint32_t idlePolls = 4'096;

  Failure filterOpened(int error) const;
  void adopt();
  void giveBack();
  void dropIfDown();
  void lookForPeer();

  Port port_;
  /// Whoever polls: DPDK keeps caches by thread.
  pthread_t thread_ = {};
  bool adopted_ = false;
  rte_mbuf* received_[burst] = {};
  uint16_t receivedCount_ = 0;
  rte_mbuf* reserved_ = nullptr;
  rte_mbuf* outgoing_[gathered] = {};
  uint16_t outgoingCount_ = 0;
  int64_t askedNs_ = 0;
  int64_t calledNs_ = 0;
  uint32_t idle_ = 0;
  uint64_t missedBefore_ = 0;
};

}  // namespace hotlap::dpdk
