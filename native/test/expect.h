// A check program's only word: what does not hold is printed, and the program fails in the end.
#pragma once

#include <cstdio>
#include <type_traits>

namespace hotlap {

inline int failures = 0;

template <typename Value, typename Wanted>
void expectEqual(const Value& value, const Wanted& wanted, const char* text, const char* file, int line) {
  if (value == static_cast<Value>(wanted)) return;
  ++failures;
  std::fprintf(stderr, "%s:%d: %s does not hold", file, line, text);
  if constexpr (std::is_arithmetic_v<Value>) {
    std::fprintf(stderr, ": %.17g instead of %.17g", static_cast<double>(value), static_cast<double>(wanted));
  }
  std::fputc('\n', stderr);
}

inline int result(const char* program) {
  std::printf("%s: %s\n", program, failures == 0 ? "ok" : "FAILED");
  return failures == 0 ? 0 : 1;
}

}  // namespace hotlap

#define EXPECT_EQUAL(value, wanted) \
  hotlap::expectEqual((value), (wanted), #value " == " #wanted, __FILE__, __LINE__)
#define EXPECT(condition) \
  hotlap::expectEqual(static_cast<bool>(condition), true, #condition, __FILE__, __LINE__)
