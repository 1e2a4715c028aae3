// Playback and what lies beneath it: rings between threads, pending bytes, stamps, and a flat-out run under
// credit into a small receive buffer, in which nothing may be lost.
#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "check.h"
#include "core/host/clock.h"
#include "core/host/host.h"
#include "core/latency/latency_recorder.h"
#include "core/playback/gathering.h"
#include "core/playback/playback.h"
#include "core/recording/binaryfile_source.h"
#include "core/ring/layout.h"
#include "core/socket/pending_bytes.h"
#include "core/socket/udp_receiver.h"

using namespace hotlap;

namespace {

void pendingBytesKeepOrderAndMarks() {
  std::mt19937 random(1);
  PendingBytes pending;
  pending.allocate(1000);
  std::string oracle;
  size_t appended = 0, taken = 0, marksSeen = 0;
  std::vector<size_t> marks;
  for (int step = 0; step < 20'000; ++step) {
    if (random() % 2 == 0) {
      const std::string bytes(1 + random() % 200, static_cast<char>(random()));
      if (bytes.size() > pending.free() || !pending.marksLeft()) continue;
      pending.append(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
      pending.mark(layout::cause::tick, static_cast<int64_t>(marks.size()));
      oracle += bytes;
      marks.push_back(appended += bytes.size());
    } else {
      const size_t length = random() % (pending.size() + 1);
      CHECK(std::memcmp(pending.data(), oracle.data(), length) == 0);
      pending.take(length);
      oracle.erase(0, length);
      taken += length;
      while (const PendingBytes::Mark* mark = pending.nextTaken()) {
        CHECK(mark->endOffset == marks[marksSeen]);
        CHECK(mark->startNs == static_cast<int64_t>(marksSeen++));
      }
      CHECK(marksSeen == marks.size() || marks[marksSeen] > taken);
    }
    CHECK(pending.size() == oracle.size());
  }
  CHECK(marksSeen > 1000);
}

void tapHandsOverWhatWasPut() {
  PlaybackTap tap(4096);
  tap.attach();
  constexpr uint32_t packets = 50'000;
  std::thread producer([&] {
    std::mt19937 random(2);
    for (uint32_t number = 0; number < packets; ++number) {
      std::vector<uint8_t> payload(4 + random() % 900, static_cast<uint8_t>(number));
      std::memcpy(payload.data(), &number, sizeof number);
      while (tap.full(payload.size())) std::this_thread::yield();
      tap.put(payload.data(), payload.size(), number);
    }
    tap.end();
  });
  std::mt19937 random(2);
  for (uint32_t number = 0; number < packets;) {
    const uint8_t* payload;
    size_t size;
    int64_t intendedNs;
    if (!tap.next(&payload, &size, &intendedNs)) {
      std::this_thread::yield();
      continue;
    }
    CHECK(size == 4 + random() % 900);
    CHECK(std::memcmp(payload, &number, sizeof number) == 0);
    if (size > 4) CHECK(payload[size - 1] == static_cast<uint8_t>(number));
    CHECK(intendedNs == number);
    ++number;
  }
  producer.join();
  CHECK(tap.ended());
}

void stampsEndInTheirHistograms() {
  namespace h = layout::histogram;
  LatencyRecorder recorder;
  const auto count = [&](int histogram) { return recorder.histogram(histogram).count(); };
  recorder.eventStart(monotonicNs() - 5000, true);
  recorder.decoded();
  recorder.applied();
  recorder.stamp(layout::stamp::strategyDone);
  recorder.stamp(layout::stamp::riskDone);
  recorder.stamp(layout::stamp::encodeDone);
  recorder.beforeSend();
  recorder.afterSend(layout::cause::tick);
  recorder.commit(layout::cause::tick);
  for (const int stage : {h::decode, h::book, h::strategy, h::risk, h::encode, h::send, h::tickToOrder}) {
    CHECK(count(stage) == 1u);
  }
  CHECK(recorder.histogram(h::tickToOrder).minNs() >= 5000);
  // Not sampled: the order counts, its stages do not.
  recorder.eventStart(monotonicNs(), false);
  recorder.decoded();
  recorder.stamp(layout::stamp::riskDone);
  recorder.beforeSend();
  recorder.afterSend(layout::cause::tick);
  recorder.commit(layout::cause::tick);
  CHECK(count(h::tickToOrder) == 2u);
  CHECK(count(h::decode) + count(h::risk) + count(h::send) == 3u);
  // Timers start at the turn, reports at the recv (at the turn where no transport stamps).
  recorder.turnStart(1'000);
  CHECK(recorder.startNs(layout::cause::report) == 1'000);
  recorder.reportStart(2'000);
  CHECK(recorder.startNs(layout::cause::timer) == 1'000);
  CHECK(recorder.startNs(layout::cause::report) == 2'000);
  CHECK(recorder.startNs(layout::cause::control) == 0);
  recorder.recordOrder(layout::cause::timer, 1'000, 1'300);
  recorder.recordOrder(layout::cause::report, 2'000, 2'600);
  CHECK(recorder.histogram(h::timerToOrder).maxNs() == 300);
  CHECK(recorder.histogram(h::reportToOrder).maxNs() == 600);
}

void idleTurnsShowStalls() {
  LatencyRecorder recorder;
  int64_t now = 1'000'000;
  for (int turn = 0; turn < 10'000; ++turn) recorder.idle(now += 2'400 + turn % 3 * 100);
  // 2.4 µs is this loop's own turn: no stall, although longer than 1 µs.
  CHECK(recorder.stallTotalNs() == 0);
  CHECK(recorder.watchedNs() == now - 1'002'400);
  recorder.idle(now += 52'500);
  CHECK(recorder.stallTotalNs() > 49'000 && recorder.stallTotalNs() < 51'000);
  CHECK(recorder.histogram(layout::histogram::stall).count() == 1u);
  // Work in between is no stall.
  recorder.busy();
  recorder.idle(now += 1'000'000);
  CHECK(recorder.histogram(layout::histogram::stall).count() == 1u);
}

/// A BinaryFILE recording of so many system events, as a ring that has been written and ended.
std::vector<double> recordingOf(uint32_t messages) {
  constexpr size_t block = 14;
  const size_t size = block * messages;
  const size_t capacity = std::max(size, ByteRingReader::kMinCapacity);
  std::vector<double> ring((layout::byte_ring::headerBytes + capacity + 7) / 8);
  auto* bytes = reinterpret_cast<uint8_t*>(ring.data()) + layout::byte_ring::headerBytes;
  for (uint32_t message = 0; message < messages; ++message, bytes += block) {
    bytes[1] = 12;
    bytes[2] = 'S';
    std::memcpy(bytes + 7, &message, sizeof message);
    bytes[13] = 'O';
  }
  ring[layout::byte_ring::written] = static_cast<double>(size);
  ring[layout::byte_ring::ended] = 1;
  return ring;
}

/// The receiver reads on, and what was lost in front of it is in none of its counters.
void creditGivesUpWhatNobodyCounts() {
  const std::string creditFile = "/dev/shm/hotlap-window-" + std::to_string(getpid());
  Credit page;
  CHECK(!page.open(creditFile));
  page->generation.store(1);
  CreditWindow window;
  CHECK(!window.open(creditFile, 4));
  uint64_t sent = 0;
  window.rebase(sent);
  while (window.allows(sent, 100)) ++sent;
  CHECK(sent == 4u);
  const auto waits = [&](useconds_t us) {
    const int64_t untilNs = monotonicNs() + int64_t{us} * 1'000;
    while (monotonicNs() < untilNs) {
      if (window.allows(sent, 100)) return false;
      usleep(1'000);
    }
    return true;
  };
  // A receiver that stands still may be paused: all of it may lie in front of it.
  CHECK(waits(1'300'000));
  ++sent;
  CHECK(waits(300'000));
  // It reads again, one by one, and is not done yet.
  for (int packet = 0; packet < 3; ++packet) {
    page->consumed.fetch_add(1);
    CHECK(packet != 0 || waits(30'000));
    if (packet == 0) continue;
    CHECK(!waits(30'000));
    ++sent;
  }
  // Only the heartbeat arrives, and everything else has gone.
  CHECK(waits(10'000));
  ++sent;
  CHECK(waits(300'000));
  page->consumed.fetch_add(1);
  CHECK(waits(500'000));
  CHECK(!waits(600'000));
  unlink(creditFile.c_str());
}

/// A link that had no room for a while.
class BusySender final : public DatagramSender {
 public:
  int send(const uint8_t*, size_t) override {
    if (waiting == room) return EAGAIN;
    ++waiting;
    return 0;
  }
  int flush() override {
    if (busy != 0) {
      --busy;
      return EAGAIN;
    }
    longest = std::max(longest, waiting);
    waiting = 0;
    return lasting;
  }
  size_t maxDatagramBytes() const override { return 1472; }

  static constexpr int room = 1'000;
  int busy = 0;
  int lasting = 0;
  int waiting = 0;
  int longest = 0;
};

void gathersNoMoreThanItShould() {
  BusySender sender;
  Gathering gathering;
  const uint8_t byte = 0;
  const auto send = [&] {
    CHECK(gathering.send(sender, &byte, 1) == 0);
    if (gathering.isFull()) CHECK(gathering.flush(sender) == 0);
  };
  sender.busy = 3;
  for (int sent = 0; sent < 1'000; ++sent) send();
  CHECK(sender.longest == Gathering::most + 3);
  CHECK(sender.waiting < Gathering::most);
  sender.longest = 0;
  for (int sent = 0; sent < 1'000; ++sent) send();
  CHECK(sender.longest == Gathering::most);
  // A full ring is spoken to, although nothing of ours waits.
  CHECK(gathering.flush(sender) == 0);
  sender.waiting = BusySender::room;
  CHECK(gathering.isEmpty());
  CHECK(gathering.send(sender, &byte, 1) == EAGAIN);
  CHECK(gathering.flush(sender) == 0);
  CHECK(sender.waiting == 0);
  // What lasts is told, and what waits still does.
  send();
  sender.lasting = ENETDOWN;
  CHECK(gathering.flush(sender) == ENETDOWN);
  CHECK(!gathering.isEmpty());
}

void flatOutUnderCreditLosesNothing() {
  constexpr uint32_t messages = 60'000;
  const std::string creditFile = "/dev/shm/hotlap-check-" + std::to_string(getpid());
  UdpReceiver receiver;
  // A dozen packets fill this buffer.
  CHECK(!receiver.open({"239.255.77.3", 46'803, "127.0.0.1", 16'384, creditFile}));

  std::vector<double> ring = recordingOf(messages);
  PlaybackOptions options;
  options.datagrams = {"239.255.77.3", 46'803, "127.0.0.1", {}};
  options.messagesPerPacket = 5;
  options.creditFile = creditFile;
  options.tcpHost = "127.0.0.1";
  uint8_t rx[1024], tx[1024];
  int32_t cells[layout::stream_cells] = {};
  Playback playback(options,
                    std::make_unique<BinaryFileSource>(reinterpret_cast<uint8_t*>(ring.data()),
                                                       ring.size() * sizeof(double)),
                    {rx, sizeof rx, tx, sizeof tx, cells});
  playback.tap()->attach();
  CHECK(!playback.start());
  CHECK(!playback.start());
  playback.go();

  uint64_t expected = 1, tapped = 1;
  bool ended = false;
  const int64_t deadlineNs = monotonicNs() + INT64_C(60'000'000'000);
  for (uint64_t turn = 0; (!ended || tapped <= messages) && monotonicNs() < deadlineNs; ++turn) {
    // A receiver that pauses now and then.
    if (turn % 1000 == 999) usleep(2000);
    const int count = receiver.receive(0);
    for (int index = 0; index < count; ++index) {
      MoldHeader header;
      CHECK(readMoldHeader(receiver.data(index), receiver.size(index), header));
      CHECK(header.sequence == expected);
      if (header.count == kMoldEndOfSession) {
        ended = true;
      } else {
        expected += header.count;
      }
    }
    const uint8_t* payload;
    size_t size;
    int64_t intendedNs;
    while (playback.tap()->next(&payload, &size, &intendedNs)) {
      MoldHeader header;
      CHECK(readMoldHeader(payload, size, header));
      CHECK(header.sequence == tapped);
      if (header.count != kMoldEndOfSession) {
        CHECK(playback.intendedNs(tapped) == intendedNs);
        tapped += header.count;
      }
    }
  }
  CHECK(expected == messages + 1u);
  CHECK(receiver.refreshKernelDrops() == 0u);
  const Playback::Stats stats = playback.stats();
  CHECK(stats.messages == messages);
  CHECK(stats.packets == messages / 5);
  CHECK(stats.sendErrors == 0u);
  CHECK(stats.creditWaits > 0);
  while (playback.phase() != Playback::sent && monotonicNs() < deadlineNs) usleep(1000);
  CHECK(playback.phase() == Playback::sent);
  CHECK(playback.tap()->ended());
  playback.stop();
  unlink(creditFile.c_str());
}

}  // namespace

int main() {
  pendingBytesKeepOrderAndMarks();
  tapHandsOverWhatWasPut();
  stampsEndInTheirHistograms();
  idleTurnsShowStalls();
  creditGivesUpWhatNobodyCounts();
  gathersNoMoreThanItShould();
  flatOutUnderCreditLosesNothing();
  return hotlap::test::finish("playback_check");
}
