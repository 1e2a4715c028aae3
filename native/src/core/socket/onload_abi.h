// Of Onload's extension API (onload/extensions.h, major version 1) what hotlap asks: layouts and numbers of
// our own, so that nothing is needed to compile and nothing is linked.
#pragma once

#include <cstdint>

namespace hotlap::onload {

/// `onload_lib_ext_version`: major, minor, micro. Another major means other layouts.
constexpr unsigned majorVersion = 1;

/// A socket on which this flag stands for "walk the path, send nothing" is one that fdCheckFeature affirms;
/// the kernel ignores the flag, and sends.
constexpr int messageWarm = 0x400;
constexpr int featureMessageWarm = 0;

constexpr int thisThread = 0;
constexpr int scopeThread = 1;
constexpr int spinAll = 0;
/// Of a stack's name, without its end.
constexpr int stackNameCharacters = 8;

struct Stat {
  int32_t stackId;
  /// To be freed by who asked.
  char* stackName;
  int32_t endpointId;
  int32_t endpointState;
};
static_assert(sizeof(Stat) == 2 * sizeof(void*) + 8);

using FdStat = int (*)(int fd, Stat* stat);
using FdCheckFeature = int (*)(int fd, int feature);
using SetStackName = int (*)(int who, int scope, const char* name);
using ThreadSetSpin = int (*)(int type, int on);

}  // namespace hotlap::onload
