// The XDP program: takes the wanted datagrams and segments to the sockets of an XSKMAP and passes everything
// else to the kernel's stack.
#pragma once

#include <linux/bpf.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/link/flow_filter.h"

namespace hotlap {

/// What the program itself counts, in one array map that is mapped into the process.
struct FlowCounts {
  uint64_t fragments;
  uint64_t oversized;
};

struct FlowProgram {
  /// Sockets by receive queue. A queue without one: its frames go to the kernel.
  int sockets;
  /// One entry of FlowCounts.
  int counts;
  /// A wanted frame longer than this is counted and passed on.
  uint32_t maxFrameBytes;
  /// Frames may come in several buffers (BPF_F_XDP_HAS_FRAGS, from Linux 5.18 on).
  bool multiBuffer;
};

/// Every flow is some instructions; this many keep every jump within its 16 bits.
inline constexpr size_t kMaxFlows = 256;

std::vector<bpf_insn> emitFlowProgram(const FlowFilter& flows, const FlowProgram& program);

}  // namespace hotlap
