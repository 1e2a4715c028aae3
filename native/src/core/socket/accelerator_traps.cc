#include "core/socket/accelerator_traps.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>

#include <string_view>

namespace hotlap {

namespace {

struct Known {
  std::string_view file;
  const char* name;
};
constexpr Known libraries[] = {{"libonload", "Onload"}, {"libvma", "VMA"}, {"libxlio", "XLIO"}};

const char* namedIn(std::string_view preload) {
  for (const Known& each : libraries) {
    if (preload.find(each.file) != std::string_view::npos) return each.name;
  }
  return nullptr;
}

/// LD_PRELOAD as the kernel was given it: in secure execution the loader takes it out of the environment.
std::string initialPreload() {
  FILE* file = fopen("/proc/self/environ", "re");
  if (file == nullptr) return {};
  std::string all(64 << 10, '\0');
  all.resize(fread(all.data(), 1, all.size(), file));
  fclose(file);
  constexpr std::string_view key = "LD_PRELOAD=";
  for (size_t at = 0; at < all.size();) {
    const size_t end = all.find('\0', at);
    const std::string_view entry(all.data() + at, (end == std::string::npos ? all.size() : end) - at);
    if (entry.substr(0, key.size()) == key) return std::string(entry.substr(key.size()));
    if (end == std::string::npos) break;
    at = end + 1;
  }
  return {};
}

}  // namespace

bool isSecureExecution() { return getauxval(AT_SECURE) != 0; }

std::string missedPreload() {
  if (isSecureExecution()) {
    const char* name = namedIn(initialPreload());
    if (name == nullptr) return {};
    return std::string(name) +
           " is named in LD_PRELOAD, and the loader ignores that for a program with file capabilities: run "
           "`setcap -r` on node and give the rights as ambient capabilities (`hotlap doctor` says how).";
  }
  const char* preload = getenv("LD_PRELOAD");
  const char* name = preload == nullptr ? nullptr : namedIn(preload);
  if (name == nullptr) return {};
  return std::string(name) +
         " is named in LD_PRELOAD and is not loaded: see what the loader says with `LD_DEBUG=libs`, and give "
         "the full path of a library of this architecture.";
}

}  // namespace hotlap
