// One end of a shared-memory wire as a packet device: the consumer of one ring, the producer of the other.
#pragma once

#include <cstdint>
#include <memory>

#include "core/link/link.h"
#include "core/link/shm/shm.h"
#include "core/link/shm/wire_file.h"

namespace hotlap::shm {

class ShmLink final : public Link {
 public:
  Failure open(const ShmOptions& options);

  int rxBurst() override;
  uint8_t* txReserve() override;
  void txCommit(size_t size) override;
  int flush() override { return 0; }
  size_t maxFrameBytes() const override { return 1514; }
  void refresh() override { countLost(); }
  LinkFacts facts() const override;

 private:
  /// Frames of a burst are copied, so that the first of them does not wait long for the last.
  static constexpr uint64_t rxFrames = 16;
  /// How long a full ring is believed to have a living receiver before it is asked for.
  static constexpr int64_t patienceNs = 100'000'000;

  uint8_t* whenFull();
  void countLost();

  WireFile file_;
  uint64_t mask_ = 0;

  // Both positions of ours are kept here: what another process may write is only ever compared with.
  Positions* in_ = nullptr;
  const uint8_t* inSlots_ = nullptr;
  uint64_t taken_ = 0;
  uint64_t lostBefore_ = 0;
  uint64_t nonsense_ = 0;
  /// What was checked must not change any more while it is worked off.
  std::unique_ptr<uint8_t[]> copies_;

  Positions* out_ = nullptr;
  uint8_t* outSlots_ = nullptr;
  uint64_t written_ = 0;
  /// The receiver's position when it was last looked at.
  uint64_t peerTaken_ = 0;
  uint8_t* reserved_ = nullptr;
  int64_t fullSinceNs_ = 0;
  bool nobodyThere_ = false;
  /// Where frames go that nobody will take.
  std::unique_ptr<uint8_t[]> nowhere_;
};

}  // namespace hotlap::shm
