#include "core/socket/accelerator.h"

#include <dlfcn.h>
#include <sys/socket.h>

#include <cstdlib>

#include "core/host/host.h"
#include "core/socket/accelerator_traps.h"
#include "core/socket/onload_abi.h"

namespace hotlap {

namespace {

/// SO_VMA_GET_API of vma_extra.h, the same number in xlio_extra.h; asked of a descriptor that no socket has.
constexpr int optionGetApi = 2800;
/// In VMA's table of functions, since 8.4: register_recv_callback, recvfrom_zcopy, free_packets,
/// add_conf_rule, thread_offload, socketxtreme_poll, get_socket_rings_num.
constexpr size_t vmaRingsNumAt = 6;
/// XLIO's table begins with this number instead (XLIO_MAGIC_NUMBER).
constexpr uint64_t xlioMagic = 0x4f494c584144564e;

using RingsNum = int (*)(int fd);

struct Loaded {
  Accelerator found;
  onload::FdStat fdStat = nullptr;
  onload::FdCheckFeature fdCheckFeature = nullptr;
  onload::SetStackName setStackName = nullptr;
  onload::ThreadSetSpin threadSetSpin = nullptr;
  RingsNum vmaRingsNum = nullptr;
};

template <typename Function>
Function symbol(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

bool findOnload(Loaded& loaded) {
  const auto* version = static_cast<const unsigned*>(dlsym(RTLD_DEFAULT, "onload_lib_ext_version"));
  if (version == nullptr) return false;
  loaded.found.library = Accelerator::Library::onload;
  loaded.found.version =
      std::to_string(version[0]) + "." + std::to_string(version[1]) + "." + std::to_string(version[2]);
  if (version[0] != onload::majorVersion) {
    loaded.found.problem =
        "Onload is preloaded with version " + loaded.found.version +
        " of its extension API, and hotlap knows " + std::to_string(onload::majorVersion) +
        ".x: sockets are not asked and count as the kernel's; use an Onload with that version.";
    return true;
  }
  loaded.fdStat = symbol<onload::FdStat>("onload_fd_stat");
  loaded.fdCheckFeature = symbol<onload::FdCheckFeature>("onload_fd_check_feature");
  loaded.setStackName = symbol<onload::SetStackName>("onload_set_stackname");
  loaded.threadSetSpin = symbol<onload::ThreadSetSpin>("onload_thread_set_spin");
  return true;
}

const void* extraApi() {
  // XLIO and newer VMA answer to -2, older VMA to -1; the kernel refuses both (EBADF).
  for (const int nobody : {-2, -1}) {
    const void* api = nullptr;
    socklen_t length = sizeof api;
    if (getsockopt(nobody, SOL_SOCKET, optionGetApi, &api, &length) == 0 && api != nullptr) return api;
  }
  return nullptr;
}

void findVma(Loaded& loaded) {
  const void* api = extraApi();
  if (api == nullptr) return;
  if (*static_cast<const uint64_t*>(api) == xlioMagic) {
    loaded.found.library = Accelerator::Library::xlio;
    return;
  }
  loaded.found.library = Accelerator::Library::vma;
  loaded.vmaRingsNum = static_cast<const RingsNum*>(api)[vmaRingsNumAt];
}

const Loaded& loaded() {
  static const Loaded once = [] {
    Loaded found;
    if (!findOnload(found)) findVma(found);
    if (found.found.library == Accelerator::Library::none) found.found.problem = missedPreload();
    return found;
  }();
  return once;
}

/// What is said of a socket that the library did take over; empty: it did not.
std::string takenOver(int fd) {
  const Loaded& here = loaded();
  if (here.fdStat != nullptr) {
    onload::Stat stat = {};
    if (here.fdStat(fd, &stat) <= 0) return {};
    std::string said =
        "Onload (extension API " + here.found.version + "), stack " + std::to_string(stat.stackId);
    if (stat.stackName != nullptr && stat.stackName[0] != 0) said += std::string(" `") + stat.stackName + "`";
    std::free(stat.stackName);
    return said;
  }
  if (here.vmaRingsNum == nullptr) return {};
  const int rings = here.vmaRingsNum(fd);
  if (rings <= 0) return {};
  return "VMA, " + std::to_string(rings) + (rings == 1 ? " ring" : " rings");
}

std::string notTakenOver(Accelerator::Library library) {
  switch (library) {
    case Accelerator::Library::onload:
      return "Onload is preloaded and has not taken this socket over: its interface is none of Onload's "
             "cards, or the address is one of this host (see `onload_stackdump lots`)";
    case Accelerator::Library::vma:
      return "VMA is preloaded and has not taken this socket over: its interface is none of VMA's cards, or "
             "libvma.conf leaves it out (see `vma_stats -v 4`)";
    case Accelerator::Library::xlio:
      return "XLIO is preloaded, which does not tell of a socket whether it has taken it over: it counts as "
             "the kernel's (see `xlio_stats -v 4`)";
    case Accelerator::Library::none:
      return {};
  }
  return {};
}

TransportFacts factsOf(const std::string& backend, const std::string& reason, bool accelerated) {
  TransportFacts facts = {};
  facts.backend = backend;
  facts.timestampSource = "application";
  facts.reason = reason;
  facts.accelerated = accelerated;
  return facts;
}

std::string withoutStop(const std::string& sentence) { return sentence.substr(0, sentence.size() - 1); }

}  // namespace

const Accelerator& accelerator() { return loaded().found; }

const char* nameOf(Accelerator::Library library) {
  switch (library) {
    case Accelerator::Library::onload:
      return "Onload";
    case Accelerator::Library::vma:
      return "VMA";
    case Accelerator::Library::xlio:
      return "XLIO";
    case Accelerator::Library::none:
      return "";
  }
  return "";
}

void enterAccelerator() {
  static thread_local bool entered = false;
  if (entered) return;
  entered = true;
  constexpr char stackName[] = "hotlap";
  static_assert(sizeof stackName - 1 <= onload::stackNameCharacters);
  const Loaded& here = loaded();
  if (here.setStackName != nullptr) here.setStackName(onload::thisThread, onload::scopeThread, stackName);
  if (here.threadSetSpin != nullptr) here.threadSetSpin(onload::spinAll, 0);
}

TransportFacts kernelSocketFacts(int fd, const std::string& plain, pid_t madeOn) {
  const Accelerator& here = accelerator();
  const std::string taken = takenOver(fd);
  if (taken.empty()) {
    const std::string why = here.problem.empty() ? notTakenOver(here.library) : withoutStop(here.problem);
    return factsOf("kernel", why.empty() ? plain : plain + "; " + why, false);
  }
  std::string reason = taken + ", in place of " + plain;
  if (madeOn != threadId()) {
    reason += "; the socket was made on another thread than this one, whose stack it is: both contend for it";
  }
  return factsOf(here.library == Accelerator::Library::onload ? "onload" : "vma", reason, true);
}

TransportFacts kernelSocketFacts(const std::string& plain) {
  const Accelerator& here = accelerator();
  if (!here.problem.empty()) return factsOf("kernel", plain + "; " + withoutStop(here.problem), false);
  if (here.library == Accelerator::Library::none) return factsOf("kernel", plain, false);
  return factsOf("kernel",
                 plain + "; " + nameOf(here.library) +
                     " is preloaded, and is asked of each connection once it stands whether it carries it",
                 false);
}

bool mayWarm(int fd) {
  const Loaded& here = loaded();
  return here.fdCheckFeature != nullptr && here.fdCheckFeature(fd, onload::featureMessageWarm) > 0;
}

}  // namespace hotlap
