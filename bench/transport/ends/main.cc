#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include "bench/transport/ends/ends.h"
#include "bench/transport/ends/roles.h"
#include "core/host/host.h"
#ifdef HOTLAP_DPDK
#include "dpdk/open_dpdk.h"
#endif

namespace hotlap::bench {

namespace {

volatile std::sig_atomic_t stop = 0;
void requestStop(int) { stop = 1; }

int run(const Options& options) {
  if (options.cpu >= 0) {
    if (const Failure failure = setAffinity({options.cpu})) {
      fprintf(stderr, "%s\n", failure.sentence.c_str());
      return 1;
    }
  }
  std::unique_ptr<PacketSource> source;
  std::unique_ptr<DatagramSender> sender;
  const Failure failure = options.sends ? openSender(options, sender) : openSource(options, source);
  if (failure) {
    fprintf(stderr, "%s\n", failure.sentence.c_str());
    return 1;
  }
  return options.sends ? send(options, *sender) : receive(*source);
}

}  // namespace

bool stopRequested() { return stop != 0; }

void mark(const char* text) {
  if (write(STDERR_FILENO, text, strlen(text)) < 0) stop = 1;
}

void printHistogram(const char* name, const Histogram& histogram) {
  printf("\"%s\":{\"count\":%llu,\"sum\":%.0f,\"max\":%lld,\"buckets\":[", name,
         static_cast<unsigned long long>(histogram.count()), static_cast<double>(histogram.sumNs()),
         static_cast<long long>(histogram.maxNs()));
  const char* comma = "";
  for (int index = 0; index < Histogram::buckets; ++index) {
    if (histogram.countAt(index) == 0) continue;
    printf("%s%lld,%llu", comma, static_cast<long long>(Histogram::lowestOf(index)),
           static_cast<unsigned long long>(histogram.countAt(index)));
    comma = ",";
  }
  printf("]}");
}

}  // namespace hotlap::bench

int main(int count, char** arguments) {
#ifdef HOTLAP_DPDK
  hotlap::provideDpdk(hotlap::openDpdkLink);
#endif
  hotlap::bench::Options options;
  const std::string wrong = hotlap::bench::parseOptions(count, arguments, options);
  if (!wrong.empty()) {
    fprintf(stderr, "%s\n", wrong.c_str());
    return 2;
  }
  // Whoever measures may be killed: its ends do not spin on.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGTERM, hotlap::bench::requestStop);
  std::signal(SIGINT, hotlap::bench::requestStop);
  return hotlap::bench::run(options);
}
