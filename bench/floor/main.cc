#include <cstdio>
#include <string>

#include "bench/floor/harness.h"
#include "bench/floor/live.h"
#include "bench/floor/options.h"
#ifdef HOTLAP_LWIP
#include "lwip/open_lwip.h"
#endif
#ifdef HOTLAP_DPDK
#include "dpdk/open_dpdk.h"
#endif

int main(int count, char** arguments) {
#ifdef HOTLAP_LWIP
  hotlap::provideLwip(hotlap::openLwip);
#endif
#ifdef HOTLAP_DPDK
  hotlap::provideDpdk(hotlap::openDpdkLink);
#endif
  hotlap::floor::Options options;
  const std::string wrong = hotlap::floor::parseOptions(count, arguments, options);
  if (!wrong.empty()) {
    fprintf(stderr, "%s\n", wrong.c_str());
    return 2;
  }
  return options.memory ? hotlap::floor::runHarness(options) : hotlap::floor::runLive(options);
}
