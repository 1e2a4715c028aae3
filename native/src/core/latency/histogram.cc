#include "core/latency/histogram.h"

#include <algorithm>
#include <cmath>

namespace hotlap {

int64_t Histogram::lowestOf(int index) {
  if (index < 2 * halfCount) return index;
  const int row = index / halfCount - 1;
  return static_cast<int64_t>(index - row * halfCount) << row;
}

int64_t Histogram::highestOf(int index) { return lowestOf(index + 1) - 1; }

int64_t Histogram::percentileNs(double percentile) const {
  if (count_ == 0) return 0;
  // One step down keeps 99.9 % of 1,000 from becoming the 1,000th record by rounding (as HdrHistogram does).
  const double asked = std::nextafter(std::clamp(percentile, 0.0, 100.0), -INFINITY);
  const double wanted = std::max(1.0, std::ceil(asked * static_cast<double>(count_) / 100.0));
  const uint64_t target = std::min(static_cast<uint64_t>(wanted), count_);
  uint64_t seen = 0;
  for (int index = 0; index < buckets; ++index) {
    seen += counts_[index];
    if (seen >= target) return std::clamp(highestOf(index), min_, max_);
  }
  return max_;
}

void Histogram::reset() {
  std::fill_n(counts_.get(), buckets, 0);
  count_ = 0;
  sum_ = 0;
  min_ = INT64_MAX;
  max_ = 0;
}

}  // namespace hotlap
