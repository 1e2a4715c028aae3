#include "core/link/af_xdp/flow_program.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>

#include <algorithm>

#include "core/link/af_xdp/bpf_emitter.h"
#include "core/link/frame_layout.h"

namespace hotlap {

namespace {

// Linux 5.18.
constexpr int32_t kHelperGetBufferLength = 188;

constexpr BpfEmitter::Register r0 = 0, r1 = 1, r2 = 2, r3 = 3, r4 = 4, r5 = 5;
/// Kept over the whole program: the context, first byte and end of the frame, its IP header, what follows it,
/// and an address.
constexpr BpfEmitter::Register context = 6, ip = 7, transport = 8, address = 9, begin = 2, end = 3;

struct Exits {
  BpfEmitter::Label pass, fragment, oversized, take;
};

/// 802.1Q, QinQ and the tag type that came before QinQ's: two tags, like the parser behind it
/// (link/udp_frame.h).
void skipVlanTags(BpfEmitter& emit, Exits& exits) {
  BpfEmitter::Label untagged;
  for (int tag = 0; tag < 2; ++tag) {
    BpfEmitter::Label tagged;
    for (const uint16_t type : kVlanTagTypes) emit.ifEqual32(r1, htons(type), tagged);
    emit.jump(untagged);
    emit.place(tagged);
    emit.add(ip, kVlanTag);
    emit.ifGreater(ip, end, exits.pass);
    emit.load16(r1, ip, -2);
  }
  emit.place(untagged);
}

void emitUdp(BpfEmitter& emit, const FlowFilter& flows, Exits& exits) {
  emit.load32(address, ip, 16);
  // Any part of a datagram to a wanted address: later parts have no port to know them by.
  BpfEmitter::Label whole;
  emit.ifEqual32(r4, 0, whole);
  std::vector<uint32_t> addresses;
  for (const UdpFlow& flow : flows.udp) addresses.push_back(flow.address);
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
  for (const uint32_t wanted : addresses) emit.ifEqual32(address, htonl(wanted), exits.fragment);
  emit.jump(exits.pass);

  emit.place(whole);
  emit.move(r1, transport);
  emit.add(r1, kUdpHeader);
  emit.ifGreater(r1, end, exits.pass);
  emit.load16(r4, transport, 2);
  for (const UdpFlow& flow : flows.udp) {
    BpfEmitter::Label next;
    emit.ifNotEqual32(address, htonl(flow.address), next);
    emit.ifEqual32(r4, htons(flow.port), exits.take);
    emit.place(next);
  }
  emit.jump(exits.pass);
}

/// ARP that asks for an address of ours, or answers to it (RFC 826: the target's protocol address).
void emitArp(BpfEmitter& emit, const FlowFilter& flows, Exits& exits) {
  emit.move(transport, ip);
  emit.add(transport, kArpPacket);
  emit.ifGreater(transport, end, exits.pass);
  emit.load32(address, ip, kArpTarget);
  for (const uint32_t host : flows.hosts) emit.ifEqual32(address, htonl(host), exits.take);
  emit.jump(exits.pass);
}

/// Parts of a datagram, too: whoever has an address to himself has all that comes to it.
void emitIcmp(BpfEmitter& emit, const FlowFilter& flows, Exits& exits) {
  emit.load32(r5, ip, 16);
  for (const uint32_t host : flows.hosts) emit.ifEqual32(r5, htonl(host), exits.take);
  emit.jump(exits.pass);
}

void emitTcp(BpfEmitter& emit, const FlowFilter& flows, Exits& exits) {
  emit.load32(r5, ip, 16);
  for (const uint32_t host : flows.hosts) emit.ifEqual32(r5, htonl(host), exits.take);
  if (flows.tcp.empty()) return emit.jump(exits.pass);
  emit.ifNotEqual32(r4, 0, exits.pass);
  emit.move(r1, transport);
  emit.add(r1, kTcpHeader);
  emit.ifGreater(r1, end, exits.pass);
  emit.load32(address, ip, 12);
  emit.load16(r1, transport, 0);
  emit.load16(r4, transport, 2);
  for (const TcpFlow& flow : flows.tcp) {
    BpfEmitter::Label next;
    emit.ifNotEqual32(address, htonl(flow.remoteAddress), next);
    emit.ifNotEqual32(r5, htonl(flow.localAddress), next);
    emit.ifNotEqual32(r1, htons(flow.remotePort), next);
    emit.ifEqual32(r4, htons(flow.localPort), exits.take);
    emit.place(next);
  }
  emit.jump(exits.pass);
}

void emitTake(BpfEmitter& emit, const FlowProgram& program, Exits& exits) {
  if (program.multiBuffer) {
    // What lies between begin and end is the first buffer only.
    emit.move(r1, context);
    emit.call(kHelperGetBufferLength);
    emit.ifGreater32(r0, program.maxFrameBytes, exits.oversized);
  } else {
    emit.add(begin, static_cast<int32_t>(program.maxFrameBytes));
    emit.ifGreater(end, begin, exits.oversized);
  }
  emit.loadMap(r1, program.sockets);
  emit.load32(r2, context, offsetof(xdp_md, rx_queue_index));
  // The verdict where the map has no socket for the queue.
  emit.set(r3, XDP_PASS);
  emit.call(BPF_FUNC_redirect_map);
  emit.exit();
}

}  // namespace

std::vector<bpf_insn> emitFlowProgram(const FlowFilter& flows, const FlowProgram& program) {
  BpfEmitter emit;
  if (flows.empty()) {
    emit.set(r0, XDP_PASS);
    emit.exit();
    return emit.take();
  }
  Exits exits;
  emit.move(context, r1);
  emit.load32(end, context, offsetof(xdp_md, data_end));
  emit.load32(begin, context, offsetof(xdp_md, data));
  emit.move(ip, begin);
  emit.add(ip, kEthernetHeader);
  emit.ifGreater(ip, end, exits.pass);
  emit.load16(r1, ip, -2);
  skipVlanTags(emit, exits);
  BpfEmitter::Label arp;
  if (!flows.hosts.empty()) emit.ifEqual32(r1, htons(kEtherTypeArp), arp);
  emit.ifNotEqual32(r1, htons(kEtherTypeIpv4), exits.pass);

  emit.move(transport, ip);
  emit.add(transport, kIpv4Header);
  emit.ifGreater(transport, end, exits.pass);
  emit.load8(r1, ip, 0);
  emit.move(r4, r1);
  emit.shiftRight(r4, 4);
  emit.ifNotEqual32(r4, 4, exits.pass);
  emit.mask(r1, 15);
  emit.ifLess32(r1, 5, exits.pass);
  // IHL counts words of 4 bytes, from 5 to 15. Constants only: adding a register to a packet's address would
  // need CAP_PERFMON beside CAP_BPF.
  BpfEmitter::Label headerEnds;
  for (uint32_t words = 6; words <= 15; ++words) {
    emit.ifLess32(r1, words, headerEnds);
    emit.add(transport, 4);
  }
  emit.place(headerEnds);
  emit.load8(r5, ip, 9);
  emit.load16(r4, ip, 6);
  // More fragments, or an offset (RFC 791, 3.1).
  emit.mask(r4, htons(0x3fff));
  const bool wantsTcp = !flows.tcp.empty() || !flows.hosts.empty();
  BpfEmitter::Label udp, tcp, icmp;
  if (!flows.udp.empty()) emit.ifEqual32(r5, IPPROTO_UDP, udp);
  if (wantsTcp) emit.ifEqual32(r5, IPPROTO_TCP, tcp);
  if (!flows.hosts.empty()) emit.ifEqual32(r5, IPPROTO_ICMP, icmp);
  emit.jump(exits.pass);

  if (!flows.udp.empty()) {
    emit.place(udp);
    emitUdp(emit, flows, exits);
  }
  if (wantsTcp) {
    emit.place(tcp);
    emitTcp(emit, flows, exits);
  }
  if (!flows.hosts.empty()) {
    emit.place(icmp);
    emitIcmp(emit, flows, exits);
    emit.place(arp);
    emitArp(emit, flows, exits);
  }

  emit.place(exits.take);
  emitTake(emit, program, exits);

  BpfEmitter::Label count;
  // The verifier refuses code that nothing jumps to.
  if (!exits.fragment.empty()) {
    emit.place(exits.fragment);
    emit.loadMapValue(r1, program.counts);
    emit.jump(count);
  }
  emit.place(exits.oversized);
  emit.loadMapValue(r1, program.counts);
  emit.add(r1, offsetof(FlowCounts, oversized));
  emit.place(count);
  emit.set(r2, 1);
  emit.atomicAdd64(r1, r2, 0);
  emit.place(exits.pass);
  emit.set(r0, XDP_PASS);
  emit.exit();
  return emit.take();
}

}  // namespace hotlap
