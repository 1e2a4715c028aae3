// A NewOrderSingle (FIX 4.4) that lies ready: a send patches five values of fixed width and follows the
// checksum by difference. Numbers have leading zeros, which FIX allows (data types int and float), so that
// nothing moves and BodyLength(9) is a constant: what a native program with one kind of order would do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "bench/floor/timestamp_text.h"

namespace hotlap::floor {

struct SessionNames {
  std::string senderCompId;
  std::string targetCompId;
};

/// Writes exactly `width` digits. @returns the sum of the bytes written
inline uint32_t writeDigits(char* at, uint64_t value, int width) {
  uint32_t sum = 0;
  for (char* digit = at + width; digit-- > at; value /= 10) {
    const char byte = static_cast<char>('0' + value % 10);
    *digit = byte;
    sum += static_cast<uint8_t>(byte);
  }
  return sum;
}

class OrderTemplate {
 public:
  static constexpr int sequenceDigits = 9;
  static constexpr int ordinalDigits = 9;

  /// @param bytes where the message lies; it stays there
  OrderTemplate(char* bytes, size_t capacity, const SessionNames& names, const std::string& clOrdIdPrefix,
                const std::string& symbol, uint32_t quantity);

  /// False when the message did not fit.
  bool usable() const { return length_ != 0; }
  size_t length() const { return length_; }

  /// @param side 1 buy, 2 sell @param price in 1/10,000
  void patch(uint32_t msgSeqNum, uint32_t ordinal, int side, uint32_t price, const TimestampText& now) {
    set(msgSeqNum_, writeDigits(msgSeqNum_.at, msgSeqNum, sequenceDigits));
    set(clOrdId_, writeDigits(clOrdId_.at, ordinal, ordinalDigits));
    side_.at[0] = static_cast<char>('0' + side);
    set(side_, static_cast<uint8_t>(side_.at[0]));
    const uint32_t whole = writeDigits(price_.at, price / 10'000, wholeDigits);
    set(price_, whole + writeDigits(price_.at + wholeDigits + 1, price % 10'000, 4));
    stamp(sendingTime_, now);
    stamp(transactTime_, now);
    writeDigits(checkSumAt_, sum_ & 0xff, 3);
  }

 private:
  /// 2^32 / 10,000 has six digits.
  static constexpr int wholeDigits = 6;

  struct Slot {
    char* at = nullptr;
    uint32_t sum = 0;
  };

  void set(Slot& slot, uint32_t sum) {
    sum_ += sum - slot.sum;
    slot.sum = sum;
  }
  void stamp(Slot& slot, const TimestampText& now) {
    __builtin_memcpy(slot.at, now.text(), TimestampText::width);
    set(slot, now.sum());
  }

  Slot msgSeqNum_;
  Slot clOrdId_;
  Slot side_;
  Slot price_;
  Slot sendingTime_;
  Slot transactTime_;
  char* checkSumAt_ = nullptr;
  uint32_t sum_ = 0;
  size_t length_ = 0;
};

}  // namespace hotlap::floor
