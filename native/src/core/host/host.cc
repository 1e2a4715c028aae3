#include "core/host/host.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>

namespace hotlap {

pid_t threadId() { return static_cast<pid_t>(syscall(SYS_gettid)); }

std::vector<int> affinity() {
  // Machines beyond cpu_set_t's 1,024 CPUs answer EINVAL until the set is large enough.
  for (int cpus = CPU_SETSIZE; cpus <= 64 * CPU_SETSIZE; cpus *= 2) {
    const size_t bytes = CPU_ALLOC_SIZE(cpus);
    cpu_set_t* set = CPU_ALLOC(cpus);
    if (set == nullptr) return {};
    std::vector<int> found;
    const bool read = sched_getaffinity(0, bytes, set) == 0;
    const int error = errno;
    for (int cpu = 0; read && cpu < cpus; ++cpu) {
      if (CPU_ISSET_S(cpu, bytes, set)) found.push_back(cpu);
    }
    CPU_FREE(set);
    if (read || error != EINVAL) return found;
  }
  return {};
}

Failure setAffinity(const std::vector<int>& cpus) {
  int highest = 0;
  for (int cpu : cpus) {
    if (cpu < 0 || cpu >= 64 * CPU_SETSIZE) {
      return {"EINVAL", "CPU " + std::to_string(cpu) + " does not exist; `lscpu -e` lists those that do."};
    }
    if (cpu > highest) highest = cpu;
  }
  const size_t bytes = CPU_ALLOC_SIZE(highest + 1);
  cpu_set_t* set = CPU_ALLOC(highest + 1);
  if (set == nullptr) return failureOf(ENOMEM, "The thread could not be pinned");
  CPU_ZERO_S(bytes, set);
  std::string list;
  for (int cpu : cpus) {
    CPU_SET_S(cpu, bytes, set);
    list += (list.empty() ? "" : ",") + std::to_string(cpu);
  }
  const int result = sched_setaffinity(0, bytes, set);
  const int error = errno;
  CPU_FREE(set);
  if (result == 0) return {};
  return failureOf(error, "The thread could not be restricted to CPU " + (list.empty() ? "(none)" : list),
                   "choose online CPUs of this process's cpuset (see `taskset -cp $$`)");
}

}  // namespace hotlap
