// Puts frames as they are into a port of DPDK's, beside a receiver that takes them: a ring holds fewer than a
// test has. What is in the ring goes with this process, so it stays until it is killed.
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <memory>

#include "core/host/host.h"
#include "dpdk/open_dpdk.h"
#include "frames_of_stdin.h"

namespace {

constexpr int mostSeconds = 30;

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alarm(mostSeconds);
  hotlap::DpdkOptions options;
  options.device = arguments[1];
  options.memory = hotlap::DpdkOptions::Memory::ordinary;
  std::unique_ptr<hotlap::Link> link;
  if (const hotlap::Failure failure = hotlap::openDpdkLink(options, link)) {
    fprintf(stderr, "%s\n", failure.sentence.c_str());
    return 1;
  }
  for (const auto& frame : framesOfStdin()) {
    if (frame.size() > link->maxFrameBytes()) continue;
    uint8_t* room;
    while ((room = link->txReserve()) == nullptr) hotlap::pauseCpu();
    std::memcpy(room, frame.data(), frame.size());
    link->txCommit(frame.size());
  }
  for (;;) {
    link->flush();
    usleep(100);
  }
}
