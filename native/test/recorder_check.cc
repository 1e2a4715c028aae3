// Frames on their way into a recording: blocks are whole and add up with what was lost, through rings that
// are too small, whatever comes in; headers that are rebuilt are read back by the parser.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "check.h"
#include "core/link/big_endian.h"
#include "core/link/mac_addresses.h"
#include "core/link/udp_headers.h"
#include "core/recorder/link_input.h"
#include "core/recorder/packet_recorder.h"
#include "core/recorder/socket_input.h"
#include "memory_link.h"

using namespace hotlap;
using hotlap::test::MemoryLink;
using hotlap::test::Random;

namespace {

/// Of the whole process: nothing may be allocated while packets are taken.
std::atomic<uint64_t> allocations{0};

}  // namespace

void* operator new(size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  std::abort();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace {

using Bytes = std::vector<uint8_t>;

constexpr uint32_t groupA = 0xef010203, groupB = 0xefff0102;
constexpr uint16_t portA = 26'477, portB = 9;

Bytes frameTo(uint32_t group, uint16_t port, const Bytes& payload, uint8_t timeToLive = 3) {
  FrameAddresses addresses{};
  addresses.source = 0x0a000001;
  addresses.destination = group;
  addresses.port = port;
  multicastMac(group, addresses.destinationMac);
  UdpHeaders headers;
  headers.address(addresses, 40'000, timeToLive);
  Bytes frame(kUdpFrameHeaders + payload.size());
  headers.write(frame.data(), payload.data(), payload.size());
  if (!payload.empty()) std::memcpy(frame.data() + kUdpFrameHeaders, payload.data(), payload.size());
  return frame;
}

Bytes randomBytes(Random& random, uint32_t most) {
  Bytes bytes(random.below(most + 1));
  for (uint8_t& each : bytes) each = static_cast<uint8_t>(random.next());
  return bytes;
}

void rebuiltHeadersAreRead() {
  Random random(1);
  for (int round = 0; round < 2'000; ++round) {
    Bytes payload = randomBytes(random, 1'500);
    if (round == 0) payload = Bytes(UdpHeaders::mostDatagramBytes, 0xff);
    const Bytes frame = frameTo(groupA, portA, payload);
    UdpDatagram datagram;
    CHECK(parseUdpFrame(frame.data(), frame.size(), kLinkTypeEthernet, datagram) == FrameResult::datagram);
    CHECK(checksumsMatch(datagram));
    CHECK(datagram.group == groupA && datagram.port == portA && datagram.size == payload.size());
    CHECK(std::memcmp(datagram.payload, payload.data(), payload.size()) == 0);
    CHECK(datagram.ip[8] == 3 && be32(datagram.ip + 12) == 0x0a000001);
    CHECK(be16(datagram.payload - kUdpHeader) == 40'000);
    CHECK(frame[0] == 0x01 && frame[2] == 0x5e && frame[3] == 0x01 && (frame[3] & 0x80) == 0);
  }
}

uint32_t le32(const uint8_t* at) {
  uint32_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

struct ReadBlock {
  uint32_t interface;
  int64_t timeNs;
  Bytes frame;
  uint64_t lost;
};

std::vector<ReadBlock> readBlocks(const uint8_t* bytes, size_t size) {
  std::vector<ReadBlock> blocks;
  for (size_t at = 0; at < size;) {
    CHECK(size - at >= 32);
    const uint8_t* const block = bytes + at;
    const uint32_t length = le32(block + 4);
    CHECK(le32(block) == 6 && length % 4 == 0 && length <= size - at && le32(block + length - 4) == length);
    ReadBlock read{le32(block + 8), static_cast<int64_t>(uint64_t{le32(block + 12)} << 32 | le32(block + 16)),
                   Bytes(block + 28, block + 28 + le32(block + 20)), 0};
    CHECK(le32(block + 20) == le32(block + 24));
    const size_t options = 28 + ((read.frame.size() + 3) & ~size_t{3});
    if (options + 4 != length) {
      CHECK(options + 20 == length && le32(block + options) == (8u << 16 | 4u));
      read.lost = le32(block + options + 4) | uint64_t{le32(block + options + 8)} << 32;
      CHECK(read.lost != 0 && le32(block + options + 12) == 0);
    }
    blocks.push_back(std::move(read));
    at += length;
  }
  return blocks;
}

/// What goes in comes out, or is told as lost, in whatever pieces it is taken.
void ringsThatAreTooSmallTellWhatTheyLost() {
  Random random(2);
  BlockRing ring(BlockRing::kLeastBytes);
  Bytes out(BlockRing::kLongestBlock + 1'000);
  std::vector<Bytes> kept[2];
  std::vector<Bytes> seen[2];
  uint64_t untold[2] = {}, lost[2] = {}, packets[2] = {}, told[2] = {}, read[2] = {};
  for (int step = 0; step < 40'000; ++step) {
    if (random.below(100) != 0) {
      const uint32_t which = random.below(2);
      Bytes frame = randomBytes(random, random.below(50) == 0 ? 65'557 : 1'514);
      const size_t head = frame.empty() ? 0 : random.below(static_cast<uint32_t>(frame.size()));
      if (ring.put(which, 1'700'000'000'000'000'000 + step, untold[which],
                   {frame.data(), head, frame.data() + head, frame.size() - head})) {
        untold[which] = 0;
        kept[which].push_back(std::move(frame));
      } else {
        ++untold[which];
        ++lost[which];
      }
      continue;
    }
    for (int more = 0; more < 4; ++more) {
      const TakenBlocks taken = ring.take(out.data(), out.size(), INT64_MAX, packets, told, 2);
      CHECK(!taken.limited && taken.bytes <= out.size());
      const auto blocks = readBlocks(out.data(), taken.bytes);
      CHECK(blocks.size() == taken.packets);
      for (const ReadBlock& block : blocks) {
        seen[block.interface].push_back(block.frame);
        read[block.interface] += block.lost;
      }
      if (taken.packets > 0) CHECK(le32(out.data() + taken.lastAt + 4) == taken.bytes - taken.lastAt);
    }
  }
  while (ring.size() > 0) {
    const TakenBlocks taken = ring.take(out.data(), out.size(), INT64_MAX, packets, told, 2);
    for (const ReadBlock& block : readBlocks(out.data(), taken.bytes)) {
      seen[block.interface].push_back(block.frame);
      read[block.interface] += block.lost;
    }
  }
  for (int which = 0; which < 2; ++which) {
    CHECK(lost[which] > 100 && seen[which] == kept[which]);
    CHECK(packets[which] == seen[which].size());
    CHECK(told[which] == lost[which] - untold[which] && told[which] == read[which]);
  }
}

void timesAreLimits() {
  BlockRing ring(BlockRing::kLeastBytes, 3);
  Bytes out(BlockRing::kLongestBlock);
  uint64_t packets = 0, lost = 0;
  const uint8_t byte = 7;
  for (const int64_t time : {10, 30, 20}) CHECK(ring.put(0, time, 0, {&byte, 1, nullptr, 0}));
  CHECK(ring.isClosed());
  TakenBlocks taken = ring.take(out.data(), out.size(), 30, &packets, &lost, 1);
  CHECK(taken.packets == 1 && taken.limited);
  CHECK(ring.take(out.data(), out.size(), 30, &packets, &lost, 1).bytes == 0);
  taken = ring.take(out.data(), out.size(), 31, &packets, &lost, 1);
  CHECK(taken.packets == 2 && !taken.limited && packets == 3 && ring.size() == 0);
}

/// Frames of two groups among what is nobody's, cut and mutated: nothing is read beyond its end, and every
/// frame is counted once.
void everyFrameIsCountedOnce() {
  Random random(3);
  BlockRing ring(1 << 20);
  auto owned = std::make_unique<MemoryLink>(4);
  MemoryLink& link = *owned;
  LinkInput input(0, ring);
  input.open(std::move(owned), {groupA, portA}, 5);
  CHECK(!input.add({groupB, portB}));
  Bytes out(1 << 20);
  std::vector<Bytes> wanted, seen;
  uint64_t put = 0, packets = 0, lost = 0, untold = 0;
  for (int round = 0; round < 30'000; ++round) {
    const uint32_t kind = random.below(8);
    Bytes frame =
        frameTo(kind % 2 == 0 ? groupA : groupB, kind % 2 == 0 ? portA : portB, randomBytes(random, 1'400));
    // What only looks wrong to a receiver, a recording keeps: checksums are not its business.
    if (kind == 2) frame[kEthernetHeader + 10] ^= 1;
    if (kind == 3) frame[kEthernetHeader + 6] = 0x20;
    if (kind == 4) frame.resize(random.below(static_cast<uint32_t>(frame.size())));
    if (kind == 5) frame = frameTo(groupA, portB, {1, 2, 3});
    if (kind == 6)
      frame[random.below(static_cast<uint32_t>(frame.size()))] ^= static_cast<uint8_t>(random.next());
    if (kind < 3 || kind == 7) wanted.push_back(frame);
    link.put(frame.data(), frame.size());
    ++put;
    if (random.below(40) != 0 && round != 29'999) continue;
    while (!link.empty()) {
      CHECK(input.poll(0));
      const TakenBlocks taken = ring.take(out.data(), out.size(), INT64_MAX, &packets, &lost, 1);
      for (ReadBlock& block : readBlocks(out.data(), taken.bytes)) {
        CHECK(block.timeNs > 5);
        seen.push_back(std::move(block.frame));
      }
    }
  }
  const InputTallies& tallies = input.tallies();
  for (uint32_t index = 0; index < input.groups(); ++index) untold += input.group(index).crowdedOut.value();
  CHECK(untold == 0 && lost == 0);
  CHECK(seen.size() == input.group(0).packets.value() + input.group(1).packets.value());
  CHECK(seen.size() + tallies.fragments.value() + tallies.oversized.value() + tallies.malformed.value() +
            tallies.foreign.value() ==
        put);
  // Mutated frames may be anything; the others are there, in order.
  size_t at = 0;
  for (const Bytes& frame : wanted) {
    while (at < seen.size() && seen[at] != frame) ++at;
    CHECK(at < seen.size());
  }
  CHECK(tallies.fragments.value() > 3'000 && tallies.foreign.value() > 3'000 &&
        tallies.malformed.value() > 1'000);
}

/// Two senders by turns to one socket: each frame says who sent it, and nothing is allocated on the way.
void socketsTellWhoSent() {
  BlockRing ring(1 << 20);
  SocketInput input(0, ring);
  UdpReceiverOptions options;
  options.group = "127.0.0.1";
  options.receiveBufferBytes = 1 << 20;
  CHECK(!input.open(options, 0));
  const RecordedGroup& group = input.group(0);
  CHECK(group.port != 0);
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(group.port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int senders[2];
  uint16_t ports[2];
  for (int each = 0; each < 2; ++each) {
    senders[each] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    CHECK(connect(senders[each], reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
    sockaddr_in own;
    socklen_t length = sizeof own;
    getsockname(senders[each], reinterpret_cast<sockaddr*>(&own), &length);
    ports[each] = ntohs(own.sin_port);
  }
  Bytes out(1 << 20);
  uint64_t packets = 0, lost = 0;
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  for (int n = 0; n < 300; ++n) {
    const Bytes payload(static_cast<size_t>(n), static_cast<uint8_t>(n));
    CHECK(send(senders[n % 2], payload.data(), payload.size(), 0) == n);
    const uint64_t before = allocations.load();
    while (!input.poll(0)) {
    }
    CHECK(allocations.load() == before);
    const TakenBlocks taken = ring.take(out.data(), out.size(), INT64_MAX, &packets, &lost, 1);
    const auto blocks = readBlocks(out.data(), taken.bytes);
    CHECK(blocks.size() == 1);
    const Bytes& frame = blocks[0].frame;
    UdpDatagram datagram;
    CHECK(parseUdpFrame(frame.data(), frame.size(), kLinkTypeEthernet, datagram) == FrameResult::datagram);
    CHECK(checksumsMatch(datagram) && be16(datagram.payload - kUdpHeader) == ports[n % 2]);
    CHECK(datagram.size == payload.size() && datagram.group == INADDR_LOOPBACK && datagram.ip[8] == 64);
    CHECK(blocks[0].timeNs / 1'000'000'000 - now.tv_sec < 60 &&
          blocks[0].timeNs / 1'000'000'000 >= now.tv_sec);
  }
  for (const int sender : senders) close(sender);
}

/// The thread, from its first turn to its last.
void theThreadAllocatesNothing() {
  PacketRecorder recorder({BlockRing::kLeastBytes, -1, false, UINT64_MAX});
  UdpReceiverOptions options;
  options.group = "127.0.0.1";
  uint32_t index = 9;
  CHECK(!recorder.addSocket(options, false, index) && index == 0);
  CHECK(recorder.addSocket(options, true, index).code == "ERR_TRANSPORT_NOT_ACCELERATED");
  CHECK(recorder.addGroup(0, {groupA, portA}).code == "EINVAL" && recorder.inputs() == 1);
  const RecordedGroup& group = recorder.input(0).group(0);
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(group.port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const uint8_t payload[1'000] = {};
  CHECK(!recorder.start());
  const auto send = [&](uint64_t upTo) {
    for (uint64_t n = 0; n < upTo; ++n) {
      sendto(sender, payload, sizeof payload, 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
      while (group.packets.value() + group.crowdedOut.value() + recorder.input(0).tallies().dropped.value() <
             n) {
        recorder.askLosses();
      }
    }
  };
  const uint64_t before = allocations.load();
  send(2'000);
  CHECK(allocations.load() == before);
  recorder.stop();
  CHECK(recorder.phase() == PacketRecorder::stopped);
  // The ring was full, and says so to the packet.
  CHECK(group.crowdedOut.value() > 1'000);
  CHECK(recorder.input(0).lost() + group.packets.value() == 2'000);
  close(sender);
  recorder.close();
  CHECK(recorder.inputs() == 0 && recorder.ring().size() > 0);
}

}  // namespace

int main() {
  rebuiltHeadersAreRead();
  ringsThatAreTooSmallTellWhatTheyLost();
  timesAreLimits();
  everyFrameIsCountedOnce();
  socketsTellWhoSent();
  theThreadAllocatesNothing();
  return test::finish("recorder_check");
}
