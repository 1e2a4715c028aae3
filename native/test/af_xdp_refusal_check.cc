// What an interface that cannot be opened says, and that a process that was killed leaves nothing attached.
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "af_xdp_test.h"

using namespace hotlap;
using namespace hotlap::test;

namespace {

/// @returns whether it was refused with this code and these words
bool refused(const AfXdpOptions& options, const std::string& code, const std::vector<std::string>& words) {
  std::unique_ptr<Link> link;
  const Failure failure = openAfXdp(options, link);
  bool as = link == nullptr && failure.code == code && failure.sentence.back() == '.';
  for (const std::string& word : words) as = as && failure.sentence.find(word) != std::string::npos;
  if (!as) std::printf("said instead: %s: %s\n", failure.code.c_str(), failure.sentence.c_str());
  return as;
}

/// In a process of its own. @returns whether it ended with 0
template <typename Work>
bool apart(Work work) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    const bool good = work();
    std::fflush(stdout);
    _exit(good ? 0 : 1);
  }
  int status = 1;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

void saysWhatTheInterfaceLacks() {
  VethPair pair("lack", 2);
  const AfXdpOptions good = receivingOn(pair.near());
  AfXdpOptions options = good;
  options.interface = "nowhere0";
  CHECK(refused(options, "ENODEV", {"nowhere0", "ip -br addr"}));
  options.interface = "192.0.2.77";
  CHECK(refused(options, "ENODEV", {"192.0.2.77"}));
  options.interface = "a-name-longer-than-any-interface-has";
  CHECK(refused(options, "ENODEV", {"a-name-longer"}));
  options.interface = "lo";
  CHECK(refused(options, "EOPNOTSUPP", {"lo", "afXdp.mode: generic", "kernel"}));

  options = good;
  options.queues = {0, 2};
  CHECK(refused(options, "EINVAL", {"no receive queue 2", "only 2", pair.near()}));
  options = good;
  options.zeroCopy = AfXdpOptions::ZeroCopy::require;
  CHECK(refused(options, "EOPNOTSUPP", {"zero-copy", "veth", "afXdp.zeroCopy: prefer"}));
  options.mode = AfXdpOptions::Mode::generic;
  CHECK(refused(options, "EINVAL", {"always copies", "afXdp.zeroCopy: prefer"}));
  options = good;
  options.flows.udp.assign(257, {hotlap::test::group, port});
  CHECK(refused(options, "EINVAL", {"256"}));

  CHECK(run("ip link set " + pair.near() + " down"));
  CHECK(refused(good, "ENETDOWN", {"is down", "ip link set dev " + pair.near() + " up"}));
  CHECK(run("ip link set " + pair.near() + " up multicast off"));
  // What was refused left nothing behind.
  CHECK(opened(good) != nullptr);
}

void takesAnAddressForAnInterface() {
  VethPair pair("addr");
  CHECK(run("ip addr add 10.77.1.2/24 dev " + pair.near()));
  auto link = opened(receivingOn("10.77.1.2"));
  if (link == nullptr) return;
  CHECK(pair.send(numbered(1)));
  CHECK(drain(*link).size() == 1);
}

void saysWhoHasIt() {
  VethPair pair("taken");
  auto link = opened(receivingOn(pair.near()));
  const std::string me = "process " + std::to_string(getpid()) + " (";
  CHECK(refused(receivingOn(pair.near()), "EBUSY", {pair.near(), me, "stop that"}));
  AfXdpOptions generic = receivingOn(pair.near());
  generic.mode = AfXdpOptions::Mode::generic;
  CHECK(refused(generic, "EBUSY", {pair.near(), me}));
  // A queue, by a socket that has no program.
  AfXdpOptions sending;
  sending.interface = pair.far();
  auto sender = opened(sending);
  CHECK(refused(receivingOn(pair.far()), "EBUSY", {"queue 0 of " + pair.far(), "afXdp.queues"}));
  sender.reset();
  CHECK(opened(receivingOn(pair.far())) != nullptr);
  // The first owner was not disturbed.
  CHECK(pair.send(numbered(1)));
  if (link != nullptr) CHECK(drain(*link).size() == 1);
}

bool without(std::initializer_list<int> capabilities) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  if (syscall(SYS_capget, &header, data) != 0) return false;
  for (const int capability : capabilities) {
    data[capability / 32].effective &= ~(1u << capability % 32);
    data[capability / 32].permitted &= ~(1u << capability % 32);
  }
  return syscall(SYS_capset, &header, data) == 0;
}

void saysWhichRightsItNeeds() {
  VethPair pair("rights");
  const AfXdpOptions good = receivingOn(pair.near());
  CHECK(apart([&] {
    return setgroups(0, nullptr) == 0 && setgid(65'534) == 0 && setuid(65'534) == 0 &&
           refused(good, "EPERM", {"run as root", "CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF"});
  }));
  CHECK(apart([&] {
    const rlimit megabyte = {1 << 20, 1 << 20};
    return setrlimit(RLIMIT_MEMLOCK, &megabyte) == 0 && without({CAP_IPC_LOCK}) &&
           refused(good, "ENOBUFS", {"2 MB of frames", "ulimit -l", "CAP_IPC_LOCK", "afXdp.ringFrames"});
  }));
  // These are enough for everything.
  CHECK(apart([&] {
    return without({CAP_SYS_ADMIN, CAP_PERFMON, CAP_SYS_RESOURCE}) && opened(good) != nullptr;
  }));
}

void leavesNothingWhenKilled() {
  VethPair pair("kill");
  for (int round = 0; round < 3; ++round) {
    int ready[2];
    CHECK(pipe(ready) == 0);
    const pid_t child = fork();
    if (child == 0) {
      auto link = opened(receivingOn(pair.near()));
      const char byte = link == nullptr ? 'n' : 'y';
      if (write(ready[1], &byte, 1) != 1) _exit(1);
      for (;;) pause();
    }
    char byte = 0;
    CHECK(read(ready[0], &byte, 1) == 1 && byte == 'y');
    kill(child, SIGKILL);
    int status;
    CHECK(waitpid(child, &status, 0) == child);
    close(ready[0]);
    close(ready[1]);
    auto link = opened(receivingOn(pair.near()));
    if (link == nullptr) continue;
    CHECK(pair.send(numbered(round)));
    CHECK(drain(*link).size() == 1);
  }
  usleep(50'000);
  CHECK(!run("ip -d link show " + pair.near() + " | grep -q prog/xdp"));
}

/// A child process that lives on must not keep the interface.
void isNotInherited() {
  VethPair pair("child");
  auto link = opened(receivingOn(pair.near()));
  const pid_t child = fork();
  if (child == 0) {
    execlp("sleep", "sleep", "30", nullptr);
    _exit(1);
  }
  // Until it has become the other program.
  for (int turn = 0; turn < 200 && !run("grep -q sleep /proc/" + std::to_string(child) + "/comm"); ++turn) {
    usleep(5'000);
  }
  link.reset();
  CHECK(opened(receivingOn(pair.near())) != nullptr);
  kill(child, SIGKILL);
  int status;
  waitpid(child, &status, 0);
}

}  // namespace

int main() {
  enterNamespace();
  saysWhatTheInterfaceLacks();
  takesAnAddressForAnInterface();
  saysWhoHasIt();
  saysWhichRightsItNeeds();
  leavesNothingWhenKilled();
  isNotInherited();
  return finish("af_xdp_refusal_check");
}
