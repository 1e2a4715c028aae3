// A wire that loses, doubles and changes the order of TCP segments:
// `lossy_wire END END SEED LOSS DUPLICATE REORDER`, shares from 0 to 1. Of everything else it is an ordinary
// wire. An END is an interface (`NAMESPACE:INTERFACE`) or one end of shared memory (`shm-venue:FILE`,
// `shm-engine:FILE`).
//
// On stdin `lose 0` (or `lose 1`): the next new segment with data that comes in by that end is lost; once the
// same bytes come again, `repaired 0 NANOSECONDS` is said. At the end of stdin each direction's counts are.
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
#include <utility>

#include "core/faults/fault_line.h"
#include "core/host/clock.h"
#include "core/host/descriptor.h"
#include "core/host/net_namespace.h"
#include "core/link/shm/shm.h"

namespace {

using hotlap::FaultLine;
using hotlap::FaultOptions;
using hotlap::LinePacket;

constexpr size_t kMaxFrame = 1 << 16;
constexpr int kBufferBytes = 64 << 20;
/// Shared memory does not wake anybody.
constexpr timespec kTurn = {0, 50'000};

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

class End {
 public:
  virtual ~End() = default;
  /// The next frame, until the next call. @returns whether there was one
  virtual bool receive(LinePacket& frame) = 0;
  virtual void send(const LinePacket& frame) = 0;
  /// For poll(2); -1: nothing says when a frame is there.
  virtual int descriptor() const = 0;
};

class InterfaceEnd : public End {
 public:
  /// @param place NAMESPACE:INTERFACE
  bool open(const std::string& place) {
    const size_t colon = place.rfind(':');
    if (hotlap::enterNetworkNamespace(place.substr(0, colon))) return false;
    socket_ = hotlap::Descriptor(socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)));
    sockaddr_ll address = {};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = static_cast<int>(if_nametoindex(place.c_str() + colon + 1));
    const int on = 1;
    setsockopt(socket_.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on);
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kBufferBytes, sizeof kBufferBytes);
    return bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  bool receive(LinePacket& frame) override {
    const ssize_t size = recv(socket_.get(), bytes_, sizeof bytes_, MSG_DONTWAIT);
    if (size < 0) return false;
    frame = {bytes_, static_cast<size_t>(size)};
    return true;
  }

  // A queue that is full for a moment is no loss of this wire's.
  void send(const LinePacket& frame) override {
    while (::send(socket_.get(), frame.data, frame.size, 0) < 0 && errno == ENOBUFS) usleep(10);
  }

  int descriptor() const override { return socket_.get(); }

 private:
  hotlap::Descriptor socket_;
  uint8_t bytes_[kMaxFrame];
};

class SharedMemoryEnd : public End {
 public:
  bool open(const std::string& file, hotlap::ShmOptions::End which) {
    hotlap::ShmOptions options;
    options.file = file;
    options.end = which;
    return !hotlap::openShm(options, link_);
  }

  bool receive(LinePacket& frame) override {
    if (at_ == count_) {
      at_ = 0;
      count_ = link_->rxBurst();
      if (count_ == 0) return false;
    }
    const hotlap::Frame& next = link_->frame(at_++);
    frame = {next.data, next.size};
    return true;
  }

  void send(const LinePacket& frame) override {
    uint8_t* room = link_->txReserve();
    while (room == nullptr) {
      usleep(10);
      room = link_->txReserve();
    }
    memcpy(room, frame.data, frame.size);
    link_->txCommit(frame.size);
    link_->flush();
  }

  int descriptor() const override { return -1; }

 private:
  std::unique_ptr<hotlap::Link> link_;
  int at_ = 0;
  int count_ = 0;
};

/// @returns null, with errno, where it cannot be had
std::unique_ptr<End> openEnd(const std::string& name) {
  using Which = hotlap::ShmOptions::End;
  const std::string file = name.substr(name.find(':') + 1);
  for (const auto& [prefix, which] :
       {std::pair("shm-venue:", Which::venue), std::pair("shm-engine:", Which::engine)}) {
    if (name.rfind(prefix, 0) != 0) continue;
    auto end = std::make_unique<SharedMemoryEnd>();
    return end->open(file, which) ? std::move(end) : nullptr;
  }
  auto end = std::make_unique<InterfaceEnd>();
  return end->open(name) ? std::move(end) : nullptr;
}

class Direction {
 public:
  Direction(int number, const FaultOptions& faults, End& from, End& to)
      : line_(faults), from_(from), to_(to), number_(number) {}

  void loseNext() { isArmed_ = true; }

  /// One frame, where there is one. @returns whether there was
  bool forward() {
    LinePacket frame;
    LinePacket out;
    const bool isThere = from_.receive(frame);
    const int64_t nowNs = hotlap::monotonicNs();
    if (!isThere) {
      while (line_.overdue(nowNs, out)) to_.send(out);
      return false;
    }
    const Segment segment = segmentOf(frame.data, frame.size);
    if (!segment.isTcp) {
      to_.send(frame);
      return true;
    }
    if (isLostOnPurpose(segment, nowNs)) return true;
    ++segments_;
    if (line_.pass(frame, nowNs, out)) to_.send(out);
    while (line_.follows(out)) to_.send(out);
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
    // What is sent again may hold more than was lost, and begins where that began.
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

  FaultLine line_;
  End& from_;
  End& to_;
  const int number_;
  bool isArmed_ = false;
  uint32_t lostSequence_ = 0;
  int64_t lostNs_ = 0;
  uint64_t segments_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 7) return fail("usage: lossy_wire END END SEED LOSS DUPLICATE REORDER");
  FaultOptions faults;
  faults.seed = strtoull(arguments[3], nullptr, 10);
  faults.loss = atof(arguments[4]);
  faults.duplicate = atof(arguments[5]);
  faults.reorder = atof(arguments[6]);
  const std::unique_ptr<End> left = openEnd(arguments[1]);
  const std::unique_ptr<End> right = openEnd(arguments[2]);
  if (!left || !right) return fail(std::string("an end cannot be opened: ") + strerror(errno));
  Direction there(0, faults, *left, *right);
  faults.seed += 1;
  Direction back(1, faults, *right, *left);
  printf("ready\n");
  fflush(stdout);
  for (;;) {
    pollfd waiting[] = {
        {left->descriptor(), POLLIN, 0}, {right->descriptor(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    ppoll(waiting, 3, &kTurn, nullptr);
    for (bool more = true; more;) {
      more = there.forward();
      more |= back.forward();
    }
    if (waiting[2].revents == 0) continue;
    char command[64];
    const ssize_t read = ::read(STDIN_FILENO, command, sizeof command);
    if (read <= 0) break;
    const std::string said(command, static_cast<size_t>(read));
    if (said == "lose 0\n") there.loseNext();
    if (said == "lose 1\n") back.loseNext();
  }
  there.tell();
  back.tell();
  return 0;
}
