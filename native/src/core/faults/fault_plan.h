// What befalls each packet of a line, from a seed: packet n has the same fate whatever befell those before
// it, and a higher share adds packets to those that a lower one meets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace hotlap {

struct FaultOptions {
  /// The farthest that a packet may fall behind, and so the most that wait at a time.
  static constexpr uint32_t kMaxReorderWithin = 64;

  uint64_t seed = 1;
  /// Shares, from 0 to 1.
  double loss = 0;
  double duplicate = 0;
  double reorder = 0;
  double delay = 0;
  double corrupt = 0;
  /// From 1 to kMaxReorderWithin.
  uint32_t reorderWithin = 4;
  int64_t delayNs = 0;

  /// For people: the faults that are asked for, and the seed.
  std::string text() const;
};

struct Fate {
  bool lost;
  bool duplicated;
  bool delayed;
  /// Packets that are to leave before it; 0: it keeps its place.
  uint32_t overtakenBy;
  /// The bit to be turned, counted from the packet's first; -1: none.
  int64_t turnedBit;
};

class FaultPlan {
 public:
  explicit FaultPlan(const FaultOptions& options);

  /// The fate of the next packet.
  Fate next(size_t size);

 private:
  enum Draw : uint64_t { loss, duplicate, reorder, delay, corrupt, place, bit, draws };

  uint64_t word(Draw draw) const;
  bool falls(Draw draw) const { return word(draw) >> 11 < limits_[draw]; }
  /// From 0 to bound - 1.
  uint64_t below(Draw draw, uint64_t bound) const {
    return static_cast<uint64_t>(static_cast<unsigned __int128>(word(draw)) * bound >> 64);
  }

  uint64_t seed_;
  uint64_t packet_ = 0;
  uint32_t reorderWithin_;
  /// Shares of 2^53, by draw.
  uint64_t limits_[place];
};

}  // namespace hotlap
