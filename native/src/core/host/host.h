// The calling thread and its processor.
#pragma once

#include <sched.h>
#include <sys/types.h>

#include <vector>

#include "core/host/failure.h"

namespace hotlap {

pid_t threadId();

/// CPUs that the calling thread may run on, ascending.
std::vector<int> affinity();

/// Restricts the calling thread.
Failure setAffinity(const std::vector<int>& cpus);

/// Tells the core that this is a spin loop: frees the sibling hyperthread, saves power, no system call.
inline void pauseCpu() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield" ::: "memory");
#endif
}

}  // namespace hotlap
