// A wire between two interfaces that loses, doubles and changes the order of TCP segments:
// `lossy_wire NAMESPACE:INTERFACE NAMESPACE:INTERFACE SEED LOSS DUPLICATE REORDER`, shares from 0 to 1. Of
// everything else it is an ordinary wire.
//
// On stdin `lose 0` (or `lose 1`): the next new segment with data that comes in by that interface is lost;
// once the same bytes come again, `repaired 0 NANOSECONDS` is said. At the end of stdin each direction's
// counts are.
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "core/faults/fault_line.h"
#include "core/host/clock.h"
#include "core/host/descriptor.h"
#include "core/host/net_namespace.h"

namespace {

using hotlap::FaultLine;
using hotlap::FaultOptions;
using hotlap::LinePacket;

constexpr size_t kMaxFrame = 1 << 16;
constexpr int kBufferBytes = 64 << 20;
constexpr int kTurnMs = 1;

int fail(const std::string& sentence) {
  fprintf(stderr, "%s\n", sentence.c_str());
  return 1;
}

/// The TCP segment of an Ethernet frame: its sequence number and how many bytes of data it has.
struct Segment {
  bool isTcp = false;
  uint32_t sequence = 0;
  size_t data = 0;
};

uint32_t bigEndian(const uint8_t* bytes, int count) {
  uint32_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 8 | bytes[i];
  return value;
}

Segment segmentOf(const uint8_t* frame, size_t size) {
  if (size < 54 || bigEndian(frame + 12, 2) != ETH_P_IP || frame[23] != IPPROTO_TCP) return {};
  const size_t header = 4 * (frame[14] & 15u);
  const size_t end = 14 + bigEndian(frame + 16, 2);
  if (14 + header + 20 > size || end > size) return {};
  const uint8_t* tcp = frame + 14 + header;
  const size_t taken = 14 + header + 4 * (tcp[12] >> 4u);
  return {true, bigEndian(tcp + 4, 4), end > taken ? end - taken : 0};
}

class Direction {
 public:
  Direction(int number, const FaultOptions& faults) : line_(faults), number_(number) {}

  void connect(int from, int to) {
    from_ = from;
    to_ = to;
  }

  void loseNext() { isArmed_ = true; }

  /// One frame, where there is one. @returns whether there was
  bool forward() {
    const ssize_t size = recv(from_, frame_, sizeof frame_, MSG_DONTWAIT);
    const int64_t nowNs = hotlap::monotonicNs();
    LinePacket out;
    if (size < 0) {
      while (line_.overdue(nowNs, out)) send(out);
      return false;
    }
    const Segment segment = segmentOf(frame_, static_cast<size_t>(size));
    if (!segment.isTcp) {
      send({frame_, static_cast<size_t>(size)});
      return true;
    }
    if (isLostOnPurpose(segment, nowNs)) return true;
    ++segments_;
    if (line_.pass({frame_, static_cast<size_t>(size)}, nowNs, out)) send(out);
    while (line_.follows(out)) send(out);
    return true;
  }

  void tell() const {
    const hotlap::FaultCounters& counted = line_.counters();
    printf("segments %" PRIu64 " lost %" PRIu64 " duplicated %" PRIu64 " reordered %" PRIu64 "\n", segments_,
           counted.lost, counted.duplicated, counted.reordered);
  }

 private:
  bool isLostOnPurpose(const Segment& segment, int64_t nowNs) {
    if (segment.data == 0) return false;
    // What is sent again may hold more than was lost, and begin where that began.
    if (lostNs_ != 0 && segment.sequence == lostSequence_) {
      printf("repaired %d %" PRId64 "\n", number_, nowNs - lostNs_);
      fflush(stdout);
      lostNs_ = 0;
      return false;
    }
    if (!isArmed_) return false;
    isArmed_ = false;
    lostSequence_ = segment.sequence;
    lostNs_ = nowNs;
    return true;
  }

  // A queue that is full for a moment is no loss of this wire's.
  void send(const LinePacket& packet) const {
    while (::send(to_, packet.data, packet.size, 0) < 0 && errno == ENOBUFS) usleep(10);
  }

  FaultLine line_;
  const int number_;
  int from_ = -1;
  int to_ = -1;
  bool isArmed_ = false;
  uint32_t lostSequence_ = 0;
  int64_t lostNs_ = 0;
  uint64_t segments_ = 0;
  uint8_t frame_[kMaxFrame];
};

/// @param place NAMESPACE:INTERFACE
int openInterface(const std::string& place) {
  const size_t colon = place.rfind(':');
  if (hotlap::enterNetworkNamespace(place.substr(0, colon))) return -1;
  const int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
  sockaddr_ll address = {};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(if_nametoindex(place.c_str() + colon + 1));
  const int on = 1;
  setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kBufferBytes, sizeof kBufferBytes);
  return bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? fd : -1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 7) return fail("usage: lossy_wire PLACE PLACE SEED LOSS DUPLICATE REORDER");
  FaultOptions faults;
  faults.seed = strtoull(arguments[3], nullptr, 10);
  faults.loss = atof(arguments[4]);
  faults.duplicate = atof(arguments[5]);
  faults.reorder = atof(arguments[6]);
  const hotlap::Descriptor ends[] = {hotlap::Descriptor(openInterface(arguments[1])),
                                     hotlap::Descriptor(openInterface(arguments[2]))};
  if (!ends[0].isOpen() || !ends[1].isOpen())
    return fail(std::string("an interface cannot be opened: ") + strerror(errno));
  auto there = std::make_unique<Direction>(0, faults);
  faults.seed += 1;
  auto back = std::make_unique<Direction>(1, faults);
  there->connect(ends[0].get(), ends[1].get());
  back->connect(ends[1].get(), ends[0].get());
  printf("ready\n");
  fflush(stdout);
  for (;;) {
    pollfd waiting[] = {{ends[0].get(), POLLIN, 0}, {ends[1].get(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    poll(waiting, 3, kTurnMs);
    for (bool more = true; more;) {
      more = there->forward();
      more |= back->forward();
    }
    if (waiting[2].revents == 0) continue;
    char command[64];
    const ssize_t read = ::read(STDIN_FILENO, command, sizeof command);
    if (read <= 0) break;
    if (std::string(command, static_cast<size_t>(read)) == "lose 0\n") there->loseNext();
    if (std::string(command, static_cast<size_t>(read)) == "lose 1\n") back->loseNext();
  }
  there->tell();
  back->tell();
  return 0;
}
