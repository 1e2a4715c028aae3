// A process is one end.
#pragma once

#include "bench/transport/ends/options.h"
#include "core/feed/packet_source.h"
#include "core/latency/histogram.h"
#include "core/socket/datagram_sender.h"

namespace hotlap::bench {

/// Set by SIGTERM and SIGINT.
bool stopRequested();
/// Written before and behind what is measured: one system call each, by which a trace is cut.
void mark(const char* text);
/// Count, sum and (lowest value, records) of each bucket: what bench/samples.ts adds up over legs.
void printHistogram(const char* name, const Histogram& histogram);

/// Prints what it counted as one line of JSON. @returns the exit status
int receive(PacketSource& source);
int send(const Options& options, DatagramSender& sender);

}  // namespace hotlap::bench
