#include "core/link/af_xdp/bpf.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace hotlap::bpf {

namespace {

// The kernel refuses attributes with anything but zeros behind what it knows.
bpf_attr zeroed() {
  bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  return attributes;
}

int call(bpf_cmd command, bpf_attr& attributes) {
  return static_cast<int>(syscall(__NR_bpf, command, &attributes, sizeof attributes));
}

/// The verifier gives up with EAGAIN where a signal is waiting for the thread (kernel/bpf/verifier.c,
/// do_check): Node has some.
Descriptor load(bpf_attr& attributes) {
  int program = -1;
  for (int attempt = 0; attempt < 10; ++attempt) {
    program = call(BPF_PROG_LOAD, attributes);
    if (program >= 0 || errno != EAGAIN) break;
  }
  return Descriptor(program);
}

uint64_t address(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer); }

void nameIt(char (&name)[BPF_OBJ_NAME_LEN]) { memcpy(name, "hotlap", sizeof "hotlap"); }

}  // namespace

Descriptor createMap(bpf_map_type type, uint32_t keyBytes, uint32_t valueBytes, uint32_t entries,
                     uint32_t flags) {
  bpf_attr attributes = zeroed();
  attributes.map_type = type;
  attributes.key_size = keyBytes;
  attributes.value_size = valueBytes;
  attributes.max_entries = entries;
  attributes.map_flags = flags;
  nameIt(attributes.map_name);
  return Descriptor(call(BPF_MAP_CREATE, attributes));
}

Descriptor loadXdp(const std::vector<bpf_insn>& program, uint32_t flags, std::string& log) {
  static constexpr char license[] = "MIT";
  bpf_attr attributes = zeroed();
  attributes.prog_type = BPF_PROG_TYPE_XDP;
  attributes.expected_attach_type = BPF_XDP;
  attributes.insns = address(program.data());
  attributes.insn_cnt = static_cast<uint32_t>(program.size());
  attributes.license = address(license);
  attributes.prog_flags = flags;
  nameIt(attributes.prog_name);
  Descriptor loaded = load(attributes);
  if (loaded.isOpen() || errno == EPERM) return loaded;

  // Once more, to hear why. A log that does not fit is an error of its own, so the first one is kept.
  const int error = errno;
  log.assign(size_t{64} << 10, '\0');
  attributes.log_buf = address(log.data());
  attributes.log_size = static_cast<uint32_t>(log.size());
  attributes.log_level = 1;
  loaded = load(attributes);
  log.resize(strlen(log.c_str()));
  if (!loaded.isOpen()) errno = error;
  return loaded;
}

Descriptor attachXdp(int program, uint32_t interfaceIndex, uint32_t xdpFlags) {
  bpf_attr attributes = zeroed();
  attributes.link_create.prog_fd = static_cast<uint32_t>(program);
  attributes.link_create.target_ifindex = interfaceIndex;
  attributes.link_create.attach_type = BPF_XDP;
  attributes.link_create.flags = xdpFlags;
  return Descriptor(call(BPF_LINK_CREATE, attributes));
}

int replaceProgram(int link, int program) {
  bpf_attr attributes = zeroed();
  attributes.link_update.link_fd = static_cast<uint32_t>(link);
  attributes.link_update.new_prog_fd = static_cast<uint32_t>(program);
  return call(BPF_LINK_UPDATE, attributes) == 0 ? 0 : errno;
}

int setEntry(int map, uint32_t key, uint32_t value) {
  bpf_attr attributes = zeroed();
  attributes.map_fd = static_cast<uint32_t>(map);
  attributes.key = address(&key);
  attributes.value = address(&value);
  return call(BPF_MAP_UPDATE_ELEM, attributes) == 0 ? 0 : errno;
}

}  // namespace hotlap::bpf
