// bpf(2) without a library: maps, the program, its link to an interface. Descriptors that it returns are
// closed by exec, so no child process keeps a program attached.
#pragma once

#include <linux/bpf.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/host/descriptor.h"

// Linux 5.18; the headers may be older than the kernel.
#ifndef BPF_F_XDP_HAS_FRAGS
#define BPF_F_XDP_HAS_FRAGS (1U << 5)
#endif

namespace hotlap::bpf {

/// All: a descriptor that is not open, and errno.
Descriptor createMap(bpf_map_type type, uint32_t keyBytes, uint32_t valueBytes, uint32_t entries,
                     uint32_t flags);
/// @param log what the verifier said, where it refused
Descriptor loadXdp(const std::vector<bpf_insn>& program, uint32_t flags, std::string& log);
Descriptor attachXdp(int program, uint32_t interfaceIndex, uint32_t xdpFlags);
/// Another program in place of the one that a link holds, between two frames. @returns 0, or an errno
int replaceProgram(int link, int program);

/// @returns 0, or an errno
int setEntry(int map, uint32_t key, uint32_t value);

}  // namespace hotlap::bpf
