// The XDP program's verdict over mutated frames, as the kernel runs it (BPF_PROG_TEST_RUN), against a
// classifier that was written down on its own. Arguments: frames, seed.
#include <errno.h>
#include <linux/if_xdp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

#include "check.h"
#include "core/host/mapping.h"
#include "core/link/af_xdp/bpf.h"
#include "core/link/af_xdp/flow_program.h"
#include "core/link/big_endian.h"
#include "veth.h"

using namespace hotlap;
using namespace hotlap::test;

namespace {

constexpr uint32_t maxFrameBytes = 1'792;

const FlowFilter wanted = {
    {{0xef360c6f, 26'477}, {0xef360c6f, 26'478}, {0xef360c70, 26'477}, {0x0a000002, 80}},
    {{0x0a000001, 0x0a000002, 9'876, 40'000}, {0x0a000001, 0x0a000002, 9'877, 40'001}},
    {0x0a000003, 0x0a000004},
};

enum class Verdict { pass, take, fragment, oversized };

bool isHost(const FlowFilter& flows, uint32_t address) {
  return std::find(flows.hosts.begin(), flows.hosts.end(), address) != flows.hosts.end();
}

/// What the program is to do, read from the RFCs (IEEE 802.1Q, RFC 826, 791, 792, 768, 793).
Verdict classify(const Bytes& frame, const FlowFilter& flows) {
  const uint8_t* at = frame.data();
  size_t left = frame.size();
  const auto skip = [&](size_t bytes) {
    at += bytes;
    left -= bytes;
  };
  if (left < 14) return Verdict::pass;
  uint16_t type = be16(at + 12);
  skip(14);
  for (int tag = 0; tag < 2 && (type == 0x8100 || type == 0x88a8 || type == 0x9100); ++tag) {
    if (left < 4) return Verdict::pass;
    type = be16(at + 2);
    skip(4);
  }
  const Verdict taken = frame.size() > maxFrameBytes ? Verdict::oversized : Verdict::take;
  if (type == 0x0806) return left >= 28 && isHost(flows, be32(at + 24)) ? taken : Verdict::pass;
  if (type != 0x0800 || left < 20 || at[0] >> 4 != 4) return Verdict::pass;
  const size_t header = size_t{at[0] & 15u} * 4;
  if (header < 20) return Verdict::pass;
  const uint8_t protocol = at[9];
  const bool part = (be16(at + 6) & 0x3fff) != 0;
  const uint32_t source = be32(at + 12), destination = be32(at + 16);
  if ((protocol == 1 || protocol == 6) && isHost(flows, destination)) return taken;
  bool take = false;
  if (protocol == 17) {
    if (part) {
      for (const UdpFlow& flow : flows.udp) {
        if (flow.address == destination) return Verdict::fragment;
      }
      return Verdict::pass;
    }
    if (left < header + 8) return Verdict::pass;
    for (const UdpFlow& flow : flows.udp) {
      take |= flow.address == destination && flow.port == be16(at + header + 2);
    }
  } else if (protocol == 6 && !part && left >= header + 20) {
    for (const TcpFlow& flow : flows.tcp) {
      take |= flow.remoteAddress == source && flow.localAddress == destination &&
              flow.remotePort == be16(at + header) && flow.localPort == be16(at + header + 2);
    }
  }
  return take ? taken : Verdict::pass;
}

/// A question for the address of a host, or an answer to it.
Bytes arpFrame(uint32_t target) {
  Bytes frame(12, 0xff);
  put16(frame, 0x0806);
  put16(frame, 1);
  put16(frame, 0x0800);
  put16(frame, 0x0604);
  put16(frame, 1);
  frame.insert(frame.end(), 16, 2);
  put32(frame, target);
  return frame;
}

Bytes icmpFrame(uint32_t host) {
  Bytes frame = frameOf({host, 0, Bytes(56, 0)});
  frame[14 + 9] = 1;
  return frame;
}

Bytes tcpFrame(const TcpFlow& flow) {
  Bytes frame = frameOf({flow.localAddress, 0, Bytes(12, 0)});
  const size_t ip = 14;
  frame[ip + 9] = 6;
  Bytes fields;
  put32(fields, flow.remoteAddress);
  put32(fields, flow.localAddress);
  put16(fields, flow.remotePort);
  put16(fields, flow.localPort);
  std::copy(fields.begin(), fields.end(), frame.begin() + ip + 12);
  return frame;
}

/// A frame that is wanted, or nearly.
Bytes baseFrame(Random& random) {
  static const std::vector<std::vector<uint16_t>> tags = {
      {}, {}, {}, {0x8100}, {0x88a8, 0x8100}, {0x9100}, {0x8100, 0x8100, 0x8100}};
  if (random.below(4) == 0) return tcpFrame(wanted.tcp[random.below(2)]);
  const uint32_t host = wanted.hosts[random.below(2)];
  switch (random.below(8)) {
    case 0:
      return arpFrame(host);
    case 1:
      return icmpFrame(host);
    case 2:
      return tcpFrame({0x0a000009, host, 443, 50'000});
    default:
      break;
  }
  const UdpFlow& flow = wanted.udp[random.below(4)];
  UdpFrame udp = {flow.address, flow.port, Bytes(random.below(1'500), 9)};
  udp.vlanTypes = tags[random.below(static_cast<uint32_t>(tags.size()))];
  if (random.below(4) == 0) udp.ipOptionBytes = static_cast<int>(random.below(11)) * 4;
  static constexpr uint16_t fragments[] = {0x2000, 0x0001, 0x4000, 0x8000, 0x1fff};
  if (random.below(4) == 0) udp.fragment = fragments[random.below(5)];
  if (random.below(8) == 0) udp.payload.resize(maxFrameBytes - 44 + random.below(6));
  return frameOf(udp);
}

void mutate(Bytes& frame, Random& random) {
  const uint32_t headers = static_cast<uint32_t>(std::min<size_t>(frame.size(), 100));
  for (uint32_t count = random.below(4); count > 0; --count) {
    switch (random.below(4)) {
      case 0:
        frame[random.below(headers)] ^= static_cast<uint8_t>(1u << random.below(8));
        break;
      case 1:
        frame[random.below(headers)] = static_cast<uint8_t>(random.next());
        break;
      case 2:
        // The kernel's test takes no less than an Ethernet header.
        frame.resize(14 + random.below(static_cast<uint32_t>(frame.size() - 13)));
        return;
      default:
        frame.insert(frame.end(), random.below(600), 0);
    }
  }
}

struct Loaded {
  Descriptor sockets, counts, socket, program;
  Mapping counted;
  bool usable = false;
  uint64_t fragments() const { return reinterpret_cast<const FlowCounts*>(counted.data())->fragments; }
  uint64_t oversized() const { return reinterpret_cast<const FlowCounts*>(counted.data())->oversized; }
};

Loaded load(const FlowFilter& flows, bool multiBuffer) {
  Loaded made;
  made.sockets = bpf::createMap(BPF_MAP_TYPE_XSKMAP, 4, 4, 4, 0);
  made.counts = bpf::createMap(BPF_MAP_TYPE_ARRAY, 4, sizeof(FlowCounts), 1, BPF_F_MMAPABLE);
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  made.counted = Mapping(mmap(nullptr, page, PROT_READ, MAP_SHARED, made.counts.get(), 0), page);
  made.socket = Descriptor(socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0));
  CHECK(bpf::setEntry(made.sockets.get(), 0, static_cast<uint32_t>(made.socket.get())) == 0);
  std::string log;
  made.program = bpf::loadXdp(
      emitFlowProgram(flows, {made.sockets.get(), made.counts.get(), maxFrameBytes, multiBuffer}),
      multiBuffer ? uint32_t{BPF_F_XDP_HAS_FRAGS} : 0, log);
  CHECK(made.program.isOpen() && made.counted);
  if (!made.program.isOpen()) std::printf("%s\n", log.c_str());
  made.usable = made.program.isOpen() && made.counted;
  return made;
}

struct TestRun {
  uint32_t verdict;
  /// 0, or an errno.
  int error;
};

/// BPF_PROG_TEST_RUN: the program over one frame, as if it came in.
TestRun testRun(int program, const uint8_t* frame, size_t size) {
  bpf_attr attributes;
  memset(&attributes, 0, sizeof attributes);
  attributes.test.prog_fd = static_cast<uint32_t>(program);
  attributes.test.data_in = reinterpret_cast<uintptr_t>(frame);
  attributes.test.data_size_in = static_cast<uint32_t>(size);
  attributes.test.repeat = 1;
  if (syscall(__NR_bpf, BPF_PROG_TEST_RUN, &attributes, sizeof attributes) != 0) return {0, errno};
  return {attributes.test.retval, 0};
}

void agreesWithTheClassifier(uint32_t frames, uint64_t seed, bool multiBuffer) {
  const Loaded loaded = load(wanted, multiBuffer);
  if (!loaded.usable) return;
  Random random(seed);
  uint64_t seen[4] = {};
  for (uint32_t index = 0; index < frames; ++index) {
    Bytes frame = baseFrame(random);
    mutate(frame, random);
    const Verdict expected = classify(frame, wanted);
    ++seen[static_cast<int>(expected)];
    const TestRun result = testRun(loaded.program.get(), frame.data(), frame.size());
    CHECK(result.error == 0);
    CHECK(result.verdict == (expected == Verdict::take ? XDP_REDIRECT : XDP_PASS));
    CHECK(loaded.fragments() == seen[static_cast<int>(Verdict::fragment)]);
    CHECK(loaded.oversized() == seen[static_cast<int>(Verdict::oversized)]);
  }
  std::printf("%s: passed %lu, taken %lu, fragments %lu, oversized %lu\n",
              multiBuffer ? "several buffers" : "one buffer", seen[0], seen[1], seen[2], seen[3]);
  // Nothing is shown by frames that all end the same way.
  for (const uint64_t count : seen) CHECK(count > frames / 100);
}

/// All that comes to an address of one's own, and nothing that comes to the neighbour's.
void takesTheHostsOnly() {
  for (const FlowFilter& flows :
       {FlowFilter{{}, {}, {0x0a000003}}, FlowFilter{{}, wanted.tcp, {0x0a000003}}}) {
    const Loaded loaded = load(flows, false);
    if (!loaded.usable) continue;
    const auto verdict = [&](const Bytes& frame) {
      return testRun(loaded.program.get(), frame.data(), frame.size()).verdict;
    };
    for (const uint32_t host : {0x0a000003, 0x0a000005}) {
      const auto expected = static_cast<uint32_t>(host == 0x0a000003 ? XDP_REDIRECT : XDP_PASS);
      CHECK(verdict(arpFrame(host)) == expected);
      CHECK(verdict(icmpFrame(host)) == expected);
      CHECK(verdict(tcpFrame({0x0a000009, host, 443, 50'000})) == expected);
      CHECK(verdict(frameOf({host, 53, Bytes(20, 1)})) == XDP_PASS);
    }
  }
}

/// As many flows as there may be, the last of each kind still found, and each kind alone.
void takesEveryNumberOfFlows() {
  FlowFilter many;
  for (uint32_t index = 0; index < kMaxFlows / 2; ++index) {
    many.udp.push_back({0xef000000 + index, static_cast<uint16_t>(1'000 + index)});
    many.tcp.push_back({0x0a000100 + index, 0x0a000002, 443, static_cast<uint16_t>(2'000 + index)});
  }
  for (const FlowFilter& flows : {many, FlowFilter{many.udp, {}, {}}, FlowFilter{{}, many.tcp, {}}}) {
    const Loaded loaded = load(flows, false);
    if (!loaded.usable) continue;
    for (const UdpFlow& flow : many.udp) {
      const Bytes frame = frameOf({flow.address, flow.port, Bytes(20, 1)});
      CHECK(testRun(loaded.program.get(), frame.data(), frame.size()).verdict ==
            (flows.udp.empty() ? XDP_PASS : XDP_REDIRECT));
    }
    for (const TcpFlow& flow : many.tcp) {
      const Bytes frame = tcpFrame(flow);
      CHECK(testRun(loaded.program.get(), frame.data(), frame.size()).verdict ==
            (flows.tcp.empty() ? XDP_PASS : XDP_REDIRECT));
    }
  }
}

/// A frame in several buffers is measured whole.
void measuresJumboFrames() {
  const Loaded loaded = load(wanted, true);
  if (!loaded.usable) return;
  const Bytes jumbo = frameOf({wanted.udp[0].address, wanted.udp[0].port, Bytes(60'000, 1)});
  const TestRun result = testRun(loaded.program.get(), jumbo.data(), jumbo.size());
  CHECK(result.error == 0);
  CHECK(result.verdict == XDP_PASS);
  CHECK(loaded.oversized() == 1);
}

}  // namespace

int main(int argc, char** argv) {
  const auto frames = static_cast<uint32_t>(argc > 1 ? std::atol(argv[1]) : 50'000);
  const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
  agreesWithTheClassifier(frames, seed, false);
  agreesWithTheClassifier(frames, seed + 1, true);
  takesTheHostsOnly();
  takesEveryNumberOfFlows();
  measuresJumboFrames();
  return finish("flow_program_check");
}
