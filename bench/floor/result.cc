#include "bench/floor/result.h"

#include <cstdio>

#include "core/ring/layout.h"

namespace hotlap::floor {

namespace cell = layout::cell;

namespace {

/// Count, mean and (lowest value, records) of each bucket that has any: what bench/samples.ts adds up over
/// legs.
void printLatency(const char* name, const Histogram& histogram) {
  const auto count = static_cast<double>(histogram.count());
  printf("\"%s\":{\"count\":%.0f,\"sum\":%.0f,\"max\":%lld,\"buckets\":[", name, count,
         static_cast<double>(histogram.sumNs()), static_cast<long long>(histogram.maxNs()));
  const char* comma = "";
  for (int index = 0; index < Histogram::buckets; ++index) {
    if (histogram.countAt(index) == 0) continue;
    printf("%s%lld,%llu", comma, static_cast<long long>(Histogram::lowestOf(index)),
           static_cast<unsigned long long>(histogram.countAt(index)));
    comma = ",";
  }
  printf("]}");
}

}  // namespace

void printResult(const Result& result) {
  const double* const cells = result.cells;
  const ReportCounts& reports = result.reports;
  printf(
      "{\"packets\":%.0f,\"messages\":%.0f,\"gaps\":%.0f,\"lostMessages\":%.0f,\"drops\":%.0f,"
      "\"events\":%.0f,",
      cells[cell::packets], cells[cell::messages], cells[cell::gaps], cells[cell::lostMessages],
      cells[cell::drops], cells[cell::events]);
  printf(
      "\"orders\":{\"sent\":%zu,\"acknowledged\":%llu,\"filled\":%llu,\"cancelled\":%llu,\"rejected\":%llu},",
      result.causes.size(), static_cast<unsigned long long>(reports.acknowledged),
      static_cast<unsigned long long>(reports.filled), static_cast<unsigned long long>(reports.cancelled),
      static_cast<unsigned long long>(reports.rejected));
  printf("\"systemCalls\":{\"feedReceive\":%.0f,\"fixReceive\":%d,\"fixSend\":%d},",
         cells[cell::receiveCalls], result.fixReceiveCalls, result.fixSendCalls);
  printLatency("tickToOrder", result.latency.histogram(layout::histogram::tickToOrder));
  printf(",");
  printLatency("stalls", result.latency.histogram(layout::histogram::stall));
  const int64_t watchedNs = result.latency.watchedNs();
  printf(",\"stallLostShare\":%.6f",
         watchedNs > 0 ? static_cast<double>(result.latency.stallTotalNs()) / static_cast<double>(watchedNs)
                       : 0);
  // causes[i] is the sequence number of the message that caused the order with ordinal i + 1.
  printf(",\"causes\":[");
  const char* comma = "";
  for (const uint64_t sequence : result.causes) {
    printf("%s%llu", comma, static_cast<unsigned long long>(sequence));
    comma = ",";
  }
  printf("]}\n");
}

}  // namespace hotlap::floor
