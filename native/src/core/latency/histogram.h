// A high dynamic range histogram (Gil Tene's HdrHistogram, three significant digits): 1 ns to 100 s in 28
// rows of 1,024 buckets, each row twice as coarse as the one before (the first two rows exact to the ns).
#pragma once

#include <bit>
#include <cstdint>
#include <memory>

namespace hotlap {

class Histogram {
 public:
  static constexpr int subBucketBits = 11;  // 2,048 sub-buckets keep three digits in the upper half
  static constexpr int halfCount = 1 << (subBucketBits - 1);
  static constexpr int64_t highestNs = INT64_C(100'000'000'000);
  static constexpr int buckets = 28 * halfCount;  // 2,048 << 26 is the first power above 100 s

  Histogram() : counts_(std::make_unique<uint64_t[]>(buckets)) {}

  /// O(1), no allocation. Values outside 0 ns .. 100 s are counted at the nearest end.
  void record(int64_t ns, uint64_t count = 1) {
    const int64_t value = ns < 0 ? 0 : ns > highestNs ? highestNs : ns;
    counts_[indexOf(value)] += count;
    count_ += count;
    sum_ += static_cast<uint64_t>(value) * count;
    if (value < min_) min_ = value;
    if (value > max_) max_ = value;
  }

  static int indexOf(int64_t value) {
    const int row = 64 - subBucketBits - std::countl_zero(static_cast<uint64_t>(value) | (2 * halfCount - 1));
    return row * halfCount + static_cast<int>(value >> row);
  }
  /// Smallest and largest value that share the bucket.
  static int64_t lowestOf(int index);
  static int64_t highestOf(int index);

  uint64_t count() const { return count_; }
  uint64_t countAt(int index) const { return counts_[index]; }
  /// Of an empty histogram: 0.
  int64_t minNs() const { return count_ == 0 ? 0 : min_; }
  int64_t maxNs() const { return max_; }
  uint64_t sumNs() const { return sum_; }
  /// Smallest value, to its bucket's upper end, with at least `percentile` percent of the records at or below
  /// it.
  int64_t percentileNs(double percentile) const;
  void reset();

 private:
  std::unique_ptr<uint64_t[]> counts_;
  uint64_t count_ = 0;
  uint64_t sum_ = 0;
  int64_t min_ = INT64_MAX;
  int64_t max_ = 0;
};

}  // namespace hotlap
