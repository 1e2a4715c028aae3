// Faults on purpose against what their plan says of each packet: nothing invented, nothing unaccounted for,
// delays and reorderings exact, memory bounded, the same again from the same seed.
//
//   faults_check [ROUNDS] [SEED]
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "check.h"
#include "core/faults/faulty_link.h"
#include "core/faults/faulty_source.h"
#include "memory_link.h"

using namespace hotlap;
using namespace hotlap::test;

namespace {

using Bytes = std::vector<uint8_t>;
constexpr size_t kCopies = 3;
constexpr int64_t kStepNs = 1'000;

/// Packet `number` of a line: its number three times, so that one turned bit does not hide it, and its own
/// noise.
Bytes packetOf(uint32_t number) {
  Random noise(number + 1);
  Bytes bytes(kCopies * sizeof number + noise.below(300));
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(noise.next());
  for (size_t copy = 0; copy < kCopies; ++copy)
    std::memcpy(&bytes[copy * sizeof number], &number, sizeof number);
  return bytes;
}

uint32_t numberOf(const uint8_t* data) {
  uint32_t copies[kCopies];
  std::memcpy(copies, data, sizeof copies);
  return copies[0] == copies[1] || copies[0] == copies[2] ? copies[0] : copies[1];
}

int turnedBits(const uint8_t* data, const Bytes& whole) {
  int bits = 0;
  for (size_t at = 0; at < whole.size(); ++at) bits += __builtin_popcount(data[at] ^ whole[at]);
  return bits;
}

struct Arrival {
  int64_t timeNs;
  Bytes bytes;
};

/// Gives each packet out at its time.
class TimedSource final : public PacketSource {
 public:
  explicit TimedSource(const std::vector<Arrival>& arrivals) : arrivals_(arrivals) {}
  NextPacket next(int64_t nowNs, Packet& packet) override {
    if (at_ == arrivals_.size()) return NextPacket::ended;
    const Arrival& arrival = arrivals_[at_];
    if (arrival.timeNs > nowNs) return NextPacket::none;
    // Of its own size, so that a look behind its end is seen.
    exact_ = std::make_unique<uint8_t[]>(arrival.bytes.size());
    std::copy(arrival.bytes.begin(), arrival.bytes.end(), exact_.get());
    packet = {exact_.get(), arrival.bytes.size(), 0, nowNs};
    ++at_;
    return NextPacket::packet;
  }
  TransportFacts transport() const override { return {"test", "application", "timed", false, false, 0}; }

 private:
  const std::vector<Arrival>& arrivals_;
  std::unique_ptr<uint8_t[]> exact_;
  size_t at_ = 0;
};

struct Departure {
  uint32_t number;
  int64_t timeNs;
  bool corrupted;
  bool atEnd;
};

FaultOptions randomOptions(Random& random) {
  const auto share = [&] {
    const uint32_t kind = random.below(6);
    return kind < 2 ? 0 : kind == 2 ? 1 : random.below(1000) / 2000.0;
  };
  FaultOptions options;
  options.seed = random.next() & UINT32_MAX;
  options.loss = random.below(4) == 0 ? share() : random.below(100) / 500.0;
  options.duplicate = share();
  options.reorder = share();
  options.delay = share();
  options.corrupt = share();
  options.reorderWithin = 1 + random.below(FaultOptions::kMaxReorderWithin);
  options.delayNs = kStepNs * random.below(200);
  return options;
}

std::vector<Arrival> randomArrivals(Random& random) {
  std::vector<Arrival> arrivals(1 + random.below(400));
  int64_t timeNs = kStepNs;
  for (uint32_t number = 0; number < arrivals.size(); ++number) {
    arrivals[number] = {timeNs, packetOf(number)};
    if (random.below(4) == 0) timeNs += kStepNs * (random.below(40) == 0 ? 150'000 : random.below(60));
  }
  return arrivals;
}

std::vector<Departure> departures(const std::vector<Arrival>& arrivals, const FaultOptions& options,
                                  size_t delayedBytes, FaultCounters& counters) {
  FaultySource line(std::make_unique<TimedSource>(arrivals), options, false, delayedBytes);
  std::vector<Departure> left;
  int64_t nowNs = kStepNs;
  for (;;) {
    Packet packet;
    const NextPacket next = line.next(nowNs, packet);
    CHECK(line.faults()->held <= arrivals.size());
    if (next == NextPacket::ended) break;
    if (next == NextPacket::none) nowNs += kStepNs;
    if (next != NextPacket::packet) continue;
    const uint32_t number = numberOf(packet.data);
    CHECK(number < arrivals.size());
    if (number >= arrivals.size()) break;
    const Bytes& whole = arrivals[number].bytes;
    CHECK(packet.size == whole.size());
    const int bits = turnedBits(packet.data, whole);
    CHECK(bits <= 1);
    CHECK(packet.burstNs <= nowNs && packet.burstNs >= arrivals[number].timeNs);
    left.push_back({number, nowNs, bits == 1, nowNs >= arrivals.back().timeNs});
  }
  counters = *line.faults();
  return left;
}

/// Each packet as its fate says, and the counts of all.
void checkFates(const std::vector<Arrival>& arrivals, const std::vector<Departure>& left,
                const FaultOptions& options, const FaultCounters& counters) {
  FaultPlan plan(options);
  FaultCounters expected;
  size_t known = 0;
  for (uint32_t number = 0; number < arrivals.size(); ++number) {
    const Fate fate = plan.next(arrivals[number].bytes.size());
    const auto first = std::find_if(left.begin(), left.end(),
                                    [&](const Departure& departure) { return departure.number == number; });
    if (fate.lost) {
      ++expected.lost;
      CHECK(first == left.end());
      continue;
    }
    CHECK(first != left.end());
    if (first == left.end()) continue;
    ++known;
    CHECK(first->corrupted == (fate.turnedBit >= 0));
    expected.corrupted += first->corrupted;
    if (fate.duplicated) {
      ++expected.duplicated;
      ++known;
      CHECK(first + 1 != left.end() && (first + 1)->number == number &&
            (first + 1)->corrupted == first->corrupted);
    }
    const int64_t waitedNs = first->timeNs - arrivals[number].timeNs;
    if (fate.delayed) {
      ++expected.delayed;
      // Exact to the poll; at the end nothing is waited for.
      CHECK(first->atEnd || waitedNs == options.delayNs);
      continue;
    }
    uint32_t overtaken = 0;
    for (auto before = left.begin(); before != first; ++before) {
      overtaken +=
          before->number > number && (before == left.begin() || (before - 1)->number != before->number);
    }
    expected.reordered += overtaken != 0;
    CHECK(overtaken <= fate.overtakenBy);
    // Fewer only where the line was silent, all places were taken, or the end came.
    if (overtaken < fate.overtakenBy) {
      CHECK(first->atEnd || waitedNs >= FaultLine::kReorderWaitNs || waitedNs == 0);
    } else {
      CHECK(fate.overtakenBy != 0 || waitedNs == 0);
    }
  }
  CHECK(known == left.size());
  CHECK(arrivals.size() + counters.duplicated == left.size() + counters.lost);
  CHECK(counters.held == 0);
  CHECK(counters.lost == expected.lost);
  CHECK(counters.duplicated == expected.duplicated);
  CHECK(counters.corrupted == expected.corrupted);
  CHECK(counters.delayed == expected.delayed);
  CHECK(counters.reordered == expected.reordered);
}

bool equal(const std::vector<Departure>& a, const std::vector<Departure>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Departure& x, const Departure& y) {
    return x.number == y.number && x.timeNs == y.timeNs && x.corrupted == y.corrupted;
  });
}

void round(Random& random) {
  const FaultOptions options = randomOptions(random);
  const std::vector<Arrival> arrivals = randomArrivals(random);
  FaultCounters counters;
  const auto left = departures(arrivals, options, FaultLine::kDelayedBytes, counters);
  checkFates(arrivals, left, options, counters);
  CHECK(equal(left, departures(arrivals, options, FaultLine::kDelayedBytes, counters)));

  // Room for a few delayed packets only: the others come at once, none is lost for it.
  FaultCounters cramped;
  const auto few = departures(arrivals, options, 1'024 + random.below(2'048), cramped);
  CHECK(cramped.lost == counters.lost && cramped.held == 0);
  CHECK(arrivals.size() + cramped.duplicated == few.size() + cramped.lost);
  CHECK(cramped.duplicated == counters.duplicated && cramped.corrupted == counters.corrupted);
}

/// A higher share loses the same packets and more.
void sharesNest() {
  FaultOptions low, high;
  low.loss = 0.1;
  high.loss = 0.2;
  high.corrupt = high.reorder = high.delay = 1;
  FaultPlan few(low), many(high);
  uint32_t lost = 0;
  for (int n = 0; n < 100'000; ++n) {
    const bool isLost = few.next(100).lost;
    lost += isLost;
    CHECK(many.next(100).lost || !isLost);
  }
  CHECK(lost > 9'500 && lost < 10'500);
}

void frames(Random& random) {
  FaultOptions options = randomOptions(random);
  options.delayNs = 1'000;
  auto device = std::make_unique<MemoryLink>(random.next());
  MemoryLink& memory = *device;
  FaultyLink link(std::move(device), options);
  const uint32_t count = 1 + random.below(500);
  for (uint32_t number = 0; number < count; ++number) {
    const Bytes bytes = packetOf(number);
    memory.put(bytes.data(), bytes.size());
  }
  uint64_t received = 0;
  uint64_t corrupted = 0;
  // What was reordered last waits for others that never come: these do, and count for themselves.
  for (uint32_t more = 0; !memory.empty() || link.faults()->held > FaultOptions::kMaxReorderWithin;) {
    const int burst = link.rxBurst();
    received += static_cast<uint64_t>(burst);
    for (int index = 0; index < burst; ++index) {
      const Frame& frame = link.frame(index);
      const Bytes whole = packetOf(numberOf(frame.data));
      CHECK(frame.size == whole.size());
      corrupted += turnedBits(frame.data, whole) != 0;
    }
    CHECK(++more < 1'000'000);
  }
  // The rest of the last burst.
  for (int idle = 0; idle < 2;) {
    const int burst = link.rxBurst();
    received += static_cast<uint64_t>(burst);
    idle += burst == 0;
  }
  const FaultCounters& counters = *link.faults();
  CHECK(count + counters.duplicated == received + counters.lost + counters.held);
  CHECK(corrupted <= 2 * counters.corrupted);
  CHECK(link.counters().rxFrames == count);
}

}  // namespace

int main(int count, char** arguments) {
  const long rounds = count > 1 ? std::strtol(arguments[1], nullptr, 10) : 300;
  Random random(count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1);
  sharesNest();
  for (long n = 0; n < rounds; ++n) {
    round(random);
    frames(random);
  }
  return finish("faults_check");
}
