#include "dpdk/eal.h"

#include <rte_alarm.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "dpdk/hugepages.h"
#include "dpdk/log_tail.h"

namespace hotlap::dpdk {

namespace {

/// 2 MiB each: two ports with the longest rings, and what the PMDs take.
constexpr uint32_t hugepages = 128;
constexpr const char* ordinaryMegabytes = "256";

std::mutex guard;
bool started = false;
/// Why it did not start: a second attempt is not possible (rte_eal_init(3)).
Failure refused;
bool huge = false;
uint64_t addedPages = 0;
bool cards = false;

/// EAL pins the caller to its lcore, and its own threads (they sleep on the PMDs' sockets) to the CPUs that
/// the caller may use beside it: for that long those are the process's, and then the caller's again.
class CallersCpus {
 public:
  CallersCpus() {
    known_ = sched_getaffinity(0, sizeof own_, &own_) == 0;
    cpu_set_t all;
    if (!known_ || sched_getaffinity(getpid(), sizeof all, &all) != 0) return;
    CPU_OR(&all, &all, &own_);
    sched_setaffinity(0, sizeof all, &all);
  }
  ~CallersCpus() {
    if (known_) sched_setaffinity(0, sizeof own_, &own_);
  }
  CallersCpus(const CallersCpus&) = delete;
  CallersCpus& operator=(const CallersCpus&) = delete;

  int first() const {
    for (int cpu = 0; known_ && cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &own_)) return cpu;
    }
    return 0;
  }

 private:
  cpu_set_t own_;
  bool known_;
};

Failure initialise(bool pci) {
  const CallersCpus cpus;
  std::vector<std::string> arguments = {"hotlap", "--no-telemetry",
                                        "--lcores=0@" + std::to_string(cpus.first()),
                                        "--log-level=lib.*:error", "--log-level=pmd.*:error"};
  // With an allowed address that no card has, EAL looks for cards but takes none of them: each is added when
  // a setting names it.
  arguments.push_back(pci ? "--allow=ffff:ff:1f.7" : "--no-pci");
  if (huge) {
    arguments.insert(arguments.end(), {"--in-memory", "--single-file-segments"});
  } else {
    // --no-huge excludes --in-memory; no files under /run/dpdk either way.
    arguments.insert(arguments.end(), {"--no-huge", "--no-shconf", "-m", ordinaryMegabytes});
  }
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  if (rte_eal_init(static_cast<int>(pointers.size()), pointers.data()) >= 0) return {};
  const std::string said = complaint();
  return failureOf(rte_errno, "DPDK could not be initialised" + (said.empty() ? "" : " (" + said + ")"),
                   "`hotlap doctor` looks at hugepages and rights; start the process again afterwards");
}

/// DPDK's places for threads are few: each is given back when its thread ends.
struct Registration {
  bool held = false;
  ~Registration() {
    if (held) rte_thread_unregister();
  }
};

thread_local Registration registration;

struct Errand {
  void (*work)(void*);
  void* argument;
  std::atomic<bool> done{false};
};

void run(void* errand) {
  auto* const asked = static_cast<Errand*>(errand);
  asked->work(asked->argument);
  asked->done.store(true, std::memory_order_release);
}

}  // namespace

Failure startEal(DpdkOptions::Memory memory, bool pci) {
  const std::lock_guard<std::mutex> lock(guard);
  if (refused) return refused;
  if (!started) {
    huge = memory != DpdkOptions::Memory::ordinary && reserveHugepages(hugepages, addedPages);
    if (!huge && memory == DpdkOptions::Memory::hugepages) {
      return {"ENOMEM",
              "DPDK's frames are to lie in hugepages, and fewer than 128 of 2 MiB are free: reserve them "
              "(`echo 128 > /proc/sys/vm/nr_hugepages` as root), or set `dpdk.memory: prefer`."};
    }
    cards = pci;
    catchLog();
    refused = initialise(pci);
    if (refused) return refused;
    started = true;
  }
  if (pci && !cards) {
    return {"EBUSY",
            "DPDK runs in this process without PCI, since its first port was a virtual one: name the card's "
            "port first."};
  }
  if (!huge && memory == DpdkOptions::Memory::hugepages) {
    return {"EBUSY",
            "DPDK runs in this process without hugepages, as its first port asked: set the same "
            "`dpdk.memory` for all ports."};
  }
  return {};
}

std::string memoryInWords() {
  if (!huge) return "ordinary memory";
  return addedPages == 0 ? "hugepages"
                         : "hugepages (vm.nr_hugepages was raised by " + std::to_string(addedPages) +
                               " for it, and stays so)";
}

void adoptThread() {
  if (rte_lcore_id() == LCORE_ID_ANY && rte_thread_register() == 0) registration.held = true;
}

void onInterruptThread(void (*work)(void*), void* argument) {
  Errand errand = {work, argument};
  // An alarm is DPDK's way to that thread; where there is none, nobody is in the way.
  if (rte_eal_alarm_set(1, run, &errand) != 0) return work(argument);
  while (!errand.done.load(std::memory_order_acquire)) usleep(20);
}

}  // namespace hotlap::dpdk
