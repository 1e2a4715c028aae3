#include "core/socket/open_stack.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "core/socket/kernel_tcp.h"

namespace hotlap {

namespace {

std::atomic<LwipOpener> provided{nullptr};

/// The one stack of lwIP, while somebody has it.
struct Running {
  std::mutex mutex;
  std::weak_ptr<TcpStack> stack;
  /// Expired later than `stack`: once its end, which sends and waits, is over.
  std::weak_ptr<void> tenure;
  std::string name;
  std::thread::id thread;
  StackUse use = StackUse::byThisThread;
};

Running running;

/// Everything that makes one stack another.
std::string nameOf(const LwipOptions& options) {
  std::string device;
  switch (options.link.kind) {
    case LinkOptions::Kind::afXdp:
      device = "af_xdp on " + options.link.afXdp.interface;
      break;
    case LinkOptions::Kind::shm:
      device = "shm in " + options.link.shm.file;
      break;
    case LinkOptions::Kind::dpdk:
      device = "dpdk on " + options.link.dpdk.device;
      break;
  }
  const std::string address = options.address.empty() ? "the interface's address" : options.address;
  return device + " with " + address + (options.gateway.empty() ? "" : " and gateway " + options.gateway);
}

/// The last of its users may be closing it on another thread.
bool hasEnded() {
  for (int tries = 0; !running.tenure.expired(); ++tries) {
    if (tries == 500) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

Failure openLwip(const LwipOptions& options, StackUse use, std::shared_ptr<TcpStack>& stack) {
  const LwipOpener opener = provided.load(std::memory_order_acquire);
  if (opener == nullptr) {
    return {"ERR_LWIP_MISSING",
            "TCP by lwIP needs an addon that is not loaded: run `npm run setup:bypass`, or install "
            "liblwip-dev (`apt-get install`) and run `npm rebuild hotlap`."};
  }
  const std::lock_guard<std::mutex> alone(running.mutex);
  const std::string name = nameOf(options);
  const std::thread::id thread = std::this_thread::get_id();
  if (std::shared_ptr<TcpStack> there = running.stack.lock()) {
    if (running.name != name) {
      return {"EBUSY", "TCP by lwIP runs once in a process, and here it runs over " + running.name +
                           "; open nothing over " + name + " beside it, or do it in another process."};
    }
    if (running.thread != thread || running.use != StackUse::byThisThread || use != running.use) {
      return {"EBUSY", "TCP by lwIP over " + name +
                           " belongs to another thread of this process; close its connections there first, "
                           "or use another process."};
    }
    stack = std::move(there);
    return {};
  }
  if (!hasEnded()) {
    return {"EBUSY", "TCP by lwIP over " + running.name +
                         " is being closed by another thread of this process; try again in a moment."};
  }
  std::unique_ptr<Link> link;
  if (Failure failure = openLink(options.link, {}, link)) return failure;
  std::shared_ptr<TcpStack> opened;
  if (Failure failure = opener(options, std::move(link), opened)) return failure;
  const auto tenure = std::make_shared<int>();
  opened->keepToTheEnd(tenure);
  running.tenure = tenure;
  running.stack = opened;
  running.name = name;
  running.thread = thread;
  running.use = use;
  stack = std::move(opened);
  return {};
}

}  // namespace

void provideLwip(LwipOpener opener) { provided.store(opener, std::memory_order_release); }

Failure openStack(const TcpStackOptions& options, std::shared_ptr<TcpStack>& stack, StackUse use) {
  if (options.kind == TcpStackOptions::Kind::lwip) return openLwip(options.lwip, use, stack);
  stack = std::make_shared<KernelStack>();
  return {};
}

}  // namespace hotlap
