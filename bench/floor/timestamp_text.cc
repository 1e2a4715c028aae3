#include "bench/floor/timestamp_text.h"

#include <cstring>
#include <ctime>

namespace hotlap::floor {

void TimestampText::setSecond(int64_t epochMs) {
  const time_t seconds = static_cast<time_t>(epochMs / 1000);
  secondMs_ = static_cast<int64_t>(seconds) * 1000;
  tm utc;
  gmtime_r(&seconds, &utc);
  strftime(text_, sizeof text_, "%Y%m%d-%H:%M:%S.000", &utc);
  sum_ = 0;
  for (int i = 0; i < width; ++i) sum_ += static_cast<uint8_t>(text_[i]);
  setMillisecond(static_cast<int>(epochMs - secondMs_));
}

void TimestampText::setMillisecond(int millisecond) {
  char* const digits = text_ + 18;
  const int before = digits[0] + digits[1] + digits[2];
  digits[0] = static_cast<char>('0' + millisecond / 100);
  digits[1] = static_cast<char>('0' + millisecond / 10 % 10);
  digits[2] = static_cast<char>('0' + millisecond % 10);
  sum_ += static_cast<uint32_t>(digits[0] + digits[1] + digits[2] - before);
}

}  // namespace hotlap::floor
