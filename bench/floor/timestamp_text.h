// The time of sending as FIX writes it, rewritten only as far as it changed.
#pragma once

#include <cstdint>

namespace hotlap::floor {

/// `YYYYMMDD-HH:MM:SS.mmm` (UTCTimestamp with milliseconds).
class TimestampText {
 public:
  static constexpr int width = 21;

  /// @param epochMs milliseconds since 1970
  void set(int64_t epochMs) {
    if (epochMs == epochMs_) return;
    epochMs_ = epochMs;
    const int64_t inSecond = epochMs - secondMs_;
    if (inSecond < 0 || inSecond >= 1000) {
      setSecond(epochMs);
    } else {
      setMillisecond(static_cast<int>(inSecond));
    }
  }

  const char* text() const { return text_; }
  /// Sum of the bytes, for CheckSum(10).
  uint32_t sum() const { return sum_; }

 private:
  void setSecond(int64_t epochMs);
  void setMillisecond(int millisecond);

  char text_[width + 1] = "19700101-00:00:00.000";
  uint32_t sum_ = 0;
  int64_t epochMs_ = -1;
  int64_t secondMs_ = -1000;
};

}  // namespace hotlap::floor
