#include "core/link/af_xdp/refusal.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include <cstdio>

#ifndef ENOTSUPP
#define ENOTSUPP 524  // Of the kernel alone; drivers let it through.
#endif

namespace hotlap::refusal {

namespace {

constexpr const char* privileges =
    "run as root, or give the program its rights: CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF and CAP_IPC_LOCK "
    "(`hotlap doctor` names the command)";

std::string contentOf(const std::string& path) {
  char text[1'024];
  FILE* file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return {};
  const size_t size = std::fread(text, 1, sizeof text, file);
  std::fclose(file);
  return std::string(text, size);
}

/// Names in a folder that are numbers.
template <typename Visit>
void eachNumber(const std::string& folder, Visit visit) {
  DIR* directory = opendir(folder.c_str());
  if (directory == nullptr) return;
  while (const dirent* entry = readdir(directory)) {
    if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9' && !visit(std::string(entry->d_name))) break;
  }
  closedir(directory);
}

std::string on(const NetworkDevice& device) { return device.name + " (" + device.driver + ")"; }

bool unprivileged(int error) { return error == EPERM || error == EACCES; }

}  // namespace

std::string holderOf(uint32_t program) {
  if (program == 0) return {};
  const std::string wanted = "prog_id:\t" + std::to_string(program) + "\n";
  std::string holder;
  eachNumber("/proc", [&](const std::string& process) {
    eachNumber("/proc/" + process + "/fdinfo", [&](const std::string& fd) {
      const std::string info = contentOf("/proc/" + process + "/fdinfo/" + fd);
      if (info.find("link_type:\txdp") == std::string::npos || info.find(wanted) == std::string::npos) {
        return true;
      }
      std::string name = contentOf("/proc/" + process + "/comm");
      while (!name.empty() && name.back() == '\n') name.pop_back();
      holder = "process " + process + " (" + name + ")";
      return false;
    });
    return holder.empty();
  });
  return holder;
}

Failure noMap(int error) {
  if (unprivileged(error)) return failureOf(error, "The kernel keeps AF_XDP from this process", privileges);
  return failureOf(error, "The kernel made no map for the XDP program",
                   "AF_XDP needs Linux 5.15 or later with CONFIG_XDP_SOCKETS and CONFIG_BPF_SYSCALL");
}

Failure notLoaded(int error, const NetworkDevice& device, const std::string& verifierLog) {
  if (unprivileged(error) && verifierLog.empty()) {
    return failureOf(error, "The kernel keeps this process from loading an XDP program for " + device.name,
                     privileges);
  }
  const size_t tail = verifierLog.size() > 300 ? verifierLog.size() - 300 : 0;
  return failureOf(error, "The kernel refused the XDP program for " + on(device),
                   "receive by `kernel` and report this: " + verifierLog.substr(tail));
}

Failure notAttached(int error, const NetworkDevice& device, bool generic) {
  if (unprivileged(error)) {
    return failureOf(error, "The kernel keeps this process from attaching an XDP program to " + device.name,
                     privileges);
  }
  if (generic) {
    return failureOf(error, "No generic XDP program can be attached to " + on(device), "receive by `kernel`");
  }
  if (error == EOPNOTSUPP || error == ENOTSUPP) {
    return {"EOPNOTSUPP",
            "The driver of " + on(device) +
                " has no XDP, or not with large receive offload on (`ethtool -K " + device.name +
                " lro off rx-gro-hw off`); set `afXdp.mode: generic` (slower), or receive by `kernel`."};
  }
  return failureOf(
      error, "The driver of " + on(device) + " refused the XDP program",
      "its MTU is " + std::to_string(device.mtuBytes) + ": try 1500 on both ends (`ip link set dev " +
          device.name +
          " mtu 1500`), fewer queues, and large receive offload off, or set `afXdp.mode: generic` "
          "or receive by `kernel`");
}

Failure alreadyAttached(const NetworkDevice& device, bool generic) {
  const std::string holder = holderOf(device.xdpProgram);
  const std::string what =
      "Another XDP program" +
      (device.xdpProgram == 0 ? std::string() : " (number " + std::to_string(device.xdpProgram) + ")") +
      " is attached to " + device.name;
  if (!holder.empty()) return {"EBUSY", what + " by " + holder + "; stop that, or use another interface."};
  return {"EBUSY", what + "; detach it with `ip link set dev " + device.name + " xdp off`" +
                       (generic ? "" : " (`xdpgeneric off` for a generic one)") +
                       ", or stop the program that attached it."};
}

Failure noQueue(const xsk::QueueError& error, const NetworkDevice& device, uint32_t queue,
                const AfXdpOptions& options) {
  const std::string which = "queue " + std::to_string(queue) + " of " + on(device);
  const std::string bytes =
      std::to_string((uint64_t{options.ringFrames} * options.frameBytes + (1 << 20) - 1) >> 20) + " MB";
  if (unprivileged(error.error)) {
    return failureOf(error.error, "The kernel keeps AF_XDP sockets from this process", privileges);
  }
  switch (error.step) {
    case xsk::Step::socket:
      return failureOf(error.error, "No AF_XDP socket could be made",
                       error.error == EAFNOSUPPORT
                           ? "this kernel was built without CONFIG_XDP_SOCKETS: receive by `kernel`"
                           : "");
    case xsk::Step::memory:
    case xsk::Step::registerMemory:
      // ENOBUFS: RLIMIT_MEMLOCK, which binds whoever lacks CAP_IPC_LOCK (xdp_umem_account_pages).
      return failureOf(
          error.error, "The " + bytes + " of frames for " + which + " could not be locked in memory",
          "raise the limit (`ulimit -l`, LimitMEMLOCK= of systemd), give the process CAP_IPC_LOCK, "
          "or choose fewer `afXdp.ringFrames`");
    case xsk::Step::busyPoll:
      return failureOf(error.error, "The kernel offers no preferred busy polling",
                       "it needs Linux 5.11 with CONFIG_NET_RX_BUSY_POLL: set `afXdp.delivery: softirq`");
    case xsk::Step::bind:
      break;
    default:
      return failureOf(error.error, "The rings for " + which + " could not be made",
                       "choose fewer `afXdp.ringFrames`");
  }
  switch (error.error) {
    case EBUSY:
      return failureOf(EBUSY, "Another AF_XDP socket has " + which,
                       "stop the program that uses it, or choose other `afXdp.queues`");
    case EINVAL:
      return noSuchQueue(device, queue);
    case EOPNOTSUPP:
    case ENOTSUPP:
      return {"EOPNOTSUPP", "The driver offers no zero-copy for " + which +
                                "; set `afXdp.zeroCopy: prefer`, and frames are copied once."};
    case ENETDOWN:
      return isDown(device);
    default:
      return failureOf(error.error, "An AF_XDP socket could not be bound to " + which,
                       options.zeroCopy == AfXdpOptions::ZeroCopy::off
                           ? "receive by `kernel`"
                           : "set `afXdp.zeroCopy: off`, or receive by `kernel`");
  }
}

Failure notJoined(int error, const NetworkDevice& device, const std::string& group) {
  return failureOf(error, "The group " + group + " could not be joined on " + device.name,
                   "check that the interface is up and takes multicast (`ip link set dev " + device.name +
                       " multicast on`)");
}

Failure notSteered(int error, const NetworkDevice& device) {
  return failureOf(error,
                   "The XDP program on " + on(device) + " could not be replaced by the one for the new flows",
                   "Linux 5.9 or newer is needed; with lwip, give the stack an address of its own instead");
}

Failure isDown(const NetworkDevice& device) {
  return failureOf(ENETDOWN, "The interface " + device.name + " is down",
                   "bring it up: `ip link set dev " + device.name + " up`");
}

Failure noSuchQueue(const NetworkDevice& device, uint32_t queue) {
  return {"EINVAL", "The interface " + on(device) + " has no receive queue " + std::to_string(queue) +
                        ", only " + std::to_string(device.receiveQueues) +
                        " of them, counted from 0; choose from these in `afXdp.queues`, or all."};
}

}  // namespace hotlap::refusal
