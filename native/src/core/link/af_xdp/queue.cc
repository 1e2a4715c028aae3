#include "core/link/af_xdp/queue.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/host/clock.h"
#include "core/link/af_xdp/release.h"

#ifndef SO_PREFER_BUSY_POLL
#define SO_PREFER_BUSY_POLL 69
#define SO_BUSY_POLL_BUDGET 70
#endif

namespace hotlap::xsk {

namespace {

/// Of a sleeping wait for the socket, which we never do; what counts is that it is not 0.
constexpr int busyPollUs = 20;
/// The driver's receive handler gives up after so many frames; more than one burst would be work that waits.
constexpr int busyPollBudget = Link::burst;
/// Frames of one sendto at least: the kernel's TX_BATCH_SIZE is 32.
constexpr uint32_t framesPerCall = 16;

uint32_t powerOfTwo(uint32_t least) {
  uint32_t size = 1;
  while (size < least) size <<= 1;
  return size;
}

template <typename Value>
bool setOption(int fd, int level, int option, const Value& value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

/// A ring's parts, mapped, with every page there before the first packet.
template <typename Entry>
bool mapRing(int fd, uint64_t pageOffset, const xdp_ring_offset& offsets, uint32_t size, Mapping& mapping,
             RingMemory<Entry>& ring) {
  const size_t bytes = offsets.desc + size_t{size} * sizeof(Entry);
  mapping = Mapping(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd,
                         static_cast<off_t>(pageOffset)),
                    bytes);
  if (!mapping) return false;
  uint8_t* const start = mapping.data();
  ring = {reinterpret_cast<uint32_t*>(start + offsets.producer),
          reinterpret_cast<uint32_t*>(start + offsets.consumer),
          reinterpret_cast<uint32_t*>(start + offsets.flags), reinterpret_cast<Entry*>(start + offsets.desc),
          size};
  return true;
}

/// 0: none, or not known yet.
int napiId(int fd) {
  int id = 0;
  socklen_t length = sizeof id;
  return getsockopt(fd, SOL_SOCKET, SO_INCOMING_NAPI_ID, &id, &length) == 0 ? id : 0;
}

}  // namespace

QueueError Queue::open(const QueueOptions& options) {
  options_ = options;
  socket_ = Descriptor(::socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0));
  if (!socket_.isOpen()) return {Step::socket, errno};
  if (!reserveMemory()) return {Step::memory, errno};

  // Zeroed to the last byte of padding, in which later kernels look for more.
  xdp_umem_reg memory;
  memset(&memory, 0, sizeof memory);
  memory.addr = reinterpret_cast<uintptr_t>(memory_.data());
  memory.len = memory_.size();
  memory.chunk_size = options_.frameBytes;
  if (!setOption(socket_.get(), SOL_XDP, XDP_UMEM_REG, memory)) return {Step::registerMemory, errno};
  if (!makeRings()) return {Step::rings, errno};
  if (options_.busyPoll && !setBusyPoll()) return {Step::busyPoll, errno};
  return bindTo();
}

bool Queue::reserveMemory() {
  const size_t bytes = (size_t{receiveFrames()} + options_.transmitFrames) * options_.frameBytes;
  memory_ = Mapping(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), bytes);
  if (!memory_) return false;
  // Fewer entries of the processor's address cache; and a child process, which would copy memory that devices
  // write to, gets none of it.
  madvise(memory_.data(), bytes, MADV_HUGEPAGE);
  madvise(memory_.data(), bytes, MADV_DONTFORK);
  return true;
}

bool Queue::makeRings() {
  const int fd = socket_.get();
  // Both rings of the memory are needed to bind, also by who only sends. The fill ring has room for every
  // frame.
  const uint32_t fillSize = powerOfTwo(receiveFrames() + 1);
  const uint32_t sentSize = powerOfTwo(options_.transmitFrames + 1);
  if (!setOption(fd, SOL_XDP, XDP_UMEM_FILL_RING, fillSize) ||
      !setOption(fd, SOL_XDP, XDP_UMEM_COMPLETION_RING, sentSize) ||
      (options_.ringFrames > 0 && !setOption(fd, SOL_XDP, XDP_RX_RING, options_.ringFrames)) ||
      (options_.transmitFrames > 0 && !setOption(fd, SOL_XDP, XDP_TX_RING, sentSize))) {
    return false;
  }
  xdp_mmap_offsets offsets;
  socklen_t length = sizeof offsets;
  if (getsockopt(fd, SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &length) != 0) return false;

  RingMemory<uint64_t> addresses;
  RingMemory<xdp_desc> frames;
  if (!mapRing(fd, XDP_UMEM_PGOFF_FILL_RING, offsets.fr, fillSize, mappings_[0], addresses)) return false;
  fill_ = ProducerRing<uint64_t>(addresses);
  if (!mapRing(fd, XDP_UMEM_PGOFF_COMPLETION_RING, offsets.cr, sentSize, mappings_[1], addresses))
    return false;
  completed_ = ConsumerRing<uint64_t>(addresses);
  if (options_.ringFrames > 0) {
    if (!mapRing(fd, XDP_PGOFF_RX_RING, offsets.rx, options_.ringFrames, mappings_[2], frames)) return false;
    received_ = ConsumerRing<xdp_desc>(frames);
  }
  if (options_.transmitFrames > 0) {
    if (!mapRing(fd, XDP_PGOFF_TX_RING, offsets.tx, sentSize, mappings_[3], frames)) return false;
    sent_ = ProducerRing<xdp_desc>(frames);
  }

  uint64_t address = 0;
  for (uint32_t frame = 0; frame < receiveFrames(); ++frame, address += options_.frameBytes) {
    fill_.put(address);
  }
  fill_.publish();
  free_.reserve(options_.transmitFrames);
  for (uint32_t frame = 0; frame < options_.transmitFrames; ++frame, address += options_.frameBytes) {
    free_.push_back(address);
  }
  return true;
}

bool Queue::setBusyPoll() {
  return setOption(socket_.get(), SOL_SOCKET, SO_PREFER_BUSY_POLL, 1) &&
         setOption(socket_.get(), SOL_SOCKET, SO_BUSY_POLL, busyPollUs) &&
         setOption(socket_.get(), SOL_SOCKET, SO_BUSY_POLL_BUDGET, busyPollBudget);
}

QueueError Queue::bindTo() {
  sockaddr_xdp address = {};
  address.sxdp_family = AF_XDP;
  address.sxdp_flags = static_cast<uint16_t>(options_.bindFlags | XDP_USE_NEED_WAKEUP);
  address.sxdp_ifindex = options_.interfaceIndex;
  address.sxdp_queue_id = options_.queue;
  // The kernel takes a queue from a socket some time after it was closed, in a work item
  // (xp_release_deferred): whoever starts again at once finds it taken by nobody.
  const int64_t deadlineNs = monotonicNs() + releaseNs;
  while (bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    if (errno != EBUSY || monotonicNs() > deadlineNs) return {Step::bind, errno};
    usleep(retryUs);
  }
  xdp_options given = {};
  socklen_t length = sizeof given;
  zeroCopy_ = getsockopt(socket_.get(), SOL_XDP, XDP_OPTIONS, &given, &length) == 0 &&
              (given.flags & XDP_OPTIONS_ZEROCOPY) != 0;
  if (options_.busyPoll) busyPoll_ = napiId(socket_.get()) != 0 ? BusyPoll::on : BusyPoll::untried;
  return {};
}

int Queue::receive(Frame* frames, int most) {
  const uint32_t available = received_.available();
  const int count = available < static_cast<uint32_t>(most) ? static_cast<int>(available) : most;
  const uint64_t frameMask = ~uint64_t{options_.frameBytes - 1};
  for (int index = 0; index < count; ++index) {
    const xdp_desc& entry = received_.take();
    // Where the kernel put the first byte; behind what it left free in front of it.
    const uint8_t* data = memory_.data() + entry.addr;
    __builtin_prefetch(data);
    frames[index] = {data, entry.len};
    held_[heldCount_++] = entry.addr & frameMask;
  }
  if (count == 0) return 0;
  received_.release();
  if (busyPoll_ == BusyPoll::untried) tryBusyPoll();
  return count;
}

void Queue::giveBack() {
  if (heldCount_ == 0) return;
  for (int index = 0; index < heldCount_; ++index) fill_.put(held_[index]);
  heldCount_ = 0;
  fill_.publish();
}

// The driver's instance (NAPI) that a poll would run is named when the socket is bound, or (up to Linux 6.13)
// with the first frame. Where it never is, a poll does nothing: frames come by softirq.
void Queue::tryBusyPoll() { busyPoll_ = napiId(socket_.get()) != 0 ? BusyPoll::on : BusyPoll::off; }

int Queue::prod() {
  if (busyPoll_ != BusyPoll::on && !fill_.needsWakeup()) return 0;
  recvfrom(socket_.get(), nullptr, 0, MSG_DONTWAIT, nullptr, nullptr);
  return 1;
}

void Queue::reap() {
  const uint32_t count = completed_.available();
  for (uint32_t index = 0; index < count; ++index) free_.push_back(completed_.take());
  if (count > 0) completed_.release();
}

uint8_t* Queue::reserve() {
  if (free_.empty()) reap();
  return free_.empty() ? nullptr : memory_.data() + free_.back();
}

void Queue::commit(size_t size) {
  // The ring has more entries than there are frames.
  sent_.put({free_.back(), static_cast<uint32_t>(size), 0});
  free_.pop_back();
}

int Queue::flush(uint64_t& calls) {
  if (!sent_.isPublished()) sent_.publish();
  uint32_t waiting = sent_.waiting();
  for (uint32_t attempts = waiting / framesPerCall + 2; waiting > 0 && attempts > 0;
       waiting = sent_.waiting()) {
    if (!sent_.needsWakeup()) return 0;
    ++calls;
    if (sendto(socket_.get(), nullptr, 0, MSG_DONTWAIT, nullptr, 0) >= 0) return 0;
    if (errno == EBUSY && !zeroCopy_) {
      // The device has thrown this one away, for want of room (NET_XMIT_DROP); the next may fare better.
      ++transmitDropped_;
      if (sent_.waiting() == waiting) --attempts;
    } else if (errno == EAGAIN || errno == EBUSY || errno == ENOBUFS) {
      // More than the kernel takes in one call, or than the device has room for.
      --attempts;
    } else {
      return errno;
    }
  }
  return waiting == 0 ? 0 : EAGAIN;
}

uint64_t Queue::dropped() const {
  xdp_statistics statistics = {};
  socklen_t length = sizeof statistics;
  if (getsockopt(socket_.get(), SOL_XDP, XDP_STATISTICS, &statistics, &length) != 0) return 0;
  return statistics.rx_dropped + statistics.rx_ring_full;
}

}  // namespace hotlap::xsk
