// The two clocks. Through the vDSO a reading is no system call; the time stamp counter is never read
// directly, since neither its rate nor its agreement between cores is promised (and arm64 has another).
#pragma once

#include <time.h>

#include <cstdint>

namespace hotlap {

inline int64_t toNs(const timespec& time) { return time.tv_sec * INT64_C(1'000'000'000) + time.tv_nsec; }

inline int64_t monotonicNs() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return toNs(time);
}

inline int64_t realtimeNs() {
  timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return toNs(time);
}

}  // namespace hotlap
