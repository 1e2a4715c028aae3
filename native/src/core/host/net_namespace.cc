#include "core/host/net_namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

namespace hotlap {

namespace {

constexpr const char* needsRoot = "run as root, in a container with CAP_SYS_ADMIN";

struct Made {
  int descriptor = -1;
  int error = 0;
};

// unshare() moves the thread that calls it: one that ends right after it has no way back to find.
void* makeHere(void* argument) {
  auto* made = static_cast<Made*>(argument);
  if (unshare(CLONE_NEWNET) == 0) made->descriptor = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  if (made->descriptor < 0) made->error = errno;
  return nullptr;
}

}  // namespace

Failure makeNetworkNamespace(int& descriptor) {
  Made made;
  pthread_t thread;
  if (const int error = pthread_create(&thread, nullptr, makeHere, &made)) {
    return failureOf(error, "A thread that makes a network namespace could not be started");
  }
  pthread_join(thread, nullptr);
  descriptor = made.descriptor;
  if (made.error == 0) return {};
  const std::string remedy = made.error == EPERM    ? needsRoot
                             : made.error == ENOSPC ? "raise `sysctl user.max_net_namespaces`"
                             : made.error == EINVAL ? "this kernel was built without CONFIG_NET_NS"
                                                    : "";
  return failureOf(made.error, "A network namespace could not be made", remedy);
}

Failure enterNetworkNamespace(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return failureOf(errno, "The network namespace " + path + " could not be opened",
                     "its process may have ended; `ip netns` and `lsns -t net` list those that there are");
  }
  const int result = setns(descriptor, CLONE_NEWNET);
  const int error = errno;
  close(descriptor);
  if (result == 0) return {};
  return failureOf(error, "The network namespace " + path + " could not be entered",
                   error == EPERM ? needsRoot : "name a network namespace's file, such as /run/netns/NAME");
}

}  // namespace hotlap
