// Small checks without a framework: what is false is printed with its place, and the program ends with 1.
#pragma once

#include <cstdint>
#include <cstdio>

namespace hotlap::test {

inline int failures = 0;
inline int checks = 0;

inline void check(bool holds, const char* what, const char* file, int line) {
  ++checks;
  if (holds) return;
  ++failures;
  if (failures <= 20) std::printf("%s:%d: not true: %s\n", file, line, what);
}

inline int finish(const char* name) {
  std::printf("%s: %d checks, %d failures\n", name, checks, failures);
  return failures == 0 ? 0 : 1;
}

/** xorshift64*: the same numbers on every machine. */
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ull + 1) {}
  uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545f4914f6cdd1dull;
  }
  /** From 0 to bound - 1. */
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>((next() >> 32) * bound >> 32); }

 private:
  uint64_t state_;
};

}  // namespace hotlap::test

#define CHECK(condition) ::hotlap::test::check((condition), #condition, __FILE__, __LINE__)
