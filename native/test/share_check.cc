// Several shares of one device: every frame to the one that wants it, in order, none lost, none twice; and
// what a share that comes, goes or wants something else means to the others.
#include <memory>
#include <vector>

#include "check.h"
#include "core/link/big_endian.h"
#include "core/link/shared_device.h"
#include "core/link/udp_frame.h"
#include "memory_link.h"
#include "veth.h"

using namespace hotlap;
using namespace hotlap::test;

namespace {

constexpr UdpFlow feed = {0xef360c6f, 26'477};
constexpr uint32_t host = 0x0a000003;

/// Remembers what it was told to take.
class SteeredLink final : public Link {
 public:
  SteeredLink(MemoryLink& frames, FlowFilter& taken) : wire_(frames), taken_(taken) {}
  int rxBurst() override {
    const int count = wire_.rxBurst();
    for (int index = 0; index < count; ++index) frames_[index] = wire_.frame(index);
    return count;
  }
  uint8_t* txReserve() override { return wire_.txReserve(); }
  void txCommit(size_t size) override { wire_.txCommit(size); }
  int flush() override { return 0; }
  size_t maxFrameBytes() const override { return wire_.maxFrameBytes(); }
  LinkFacts facts() const override { return wire_.facts(); }
  Failure steer(const FlowFilter& flows) override {
    if (flows.hosts.size() > 1) return {"EINVAL", "Only one host."};
    taken_ = flows;
    return {};
  }

 private:
  MemoryLink& wire_;
  FlowFilter& taken_;
};

struct Fixture {
  explicit Fixture(uint64_t seed) : wire(seed) {
    device = std::make_shared<SharedDevice>(std::make_unique<SteeredLink>(wire, taken));
  }
  std::unique_ptr<LinkShare> share(const FlowFilter& flows) {
    return std::make_unique<LinkShare>(device, flows);
  }

  MemoryLink wire;
  FlowFilter taken;
  std::shared_ptr<SharedDevice> device;
};

Bytes numbered(uint32_t number, bool toHost) {
  Bytes payload(20, 0);
  putBe32(payload.data(), number);
  Bytes frame = frameOf({toHost ? host : feed.address, feed.port, payload});
  if (toHost) frame[14 + 9] = 6;
  return frame;
}

void put(Fixture& fixture, const Bytes& frame) { fixture.wire.put(frame.data(), frame.size()); }

uint32_t numberOf(const Frame& frame) { return be32(frame.data + kUdpFrameHeaders); }

/// Polled in any order, one more often than the other: nothing lost, nothing twice, in order, and what was
/// shown stays as it is until its own share is polled again.
void dealsEachFrameOnce(uint64_t seed) {
  constexpr uint32_t frames = 20'000;
  Fixture fixture(seed);
  const auto datagrams = fixture.share({{feed}, {}, {}});
  const auto segments = fixture.share({{}, {}, {host}});
  LinkShare* const shares[] = {datagrams.get(), segments.get()};
  Random random(seed);
  std::vector<uint32_t> sent[2], shown[2];
  int held[2] = {0, 0};
  uint32_t put = 0;
  for (int idle = 0; idle < 1'000;) {
    if (put < frames) {
      const int to = random.below(5) == 0;
      sent[to].push_back(put);
      ::put(fixture, numbered(put++, to == 1));
    }
    const int which = random.below(3) == 0;
    const int other = 1 - which;
    // The sanitizer sees a frame that went too soon.
    if (held[other] != 0) {
      CHECK(numberOf(shares[other]->frame(held[other] - 1)) == shown[other].back());
    }
    held[which] = shares[which]->rxBurst();
    for (int index = 0; index < held[which]; ++index)
      shown[which].push_back(numberOf(shares[which]->frame(index)));
    idle = held[which] == 0 && put == frames ? idle + 1 : 0;
  }
  for (const int which : {0, 1}) {
    CHECK(sent[which] == shown[which]);
    CHECK(shares[which]->counters().rxFrames == sent[which].size());
  }
}

/// Who only sends is never waited for, and is dealt nothing.
void sendersHoldNobodyUp() {
  Fixture fixture(3);
  const auto sender = fixture.share({});
  const auto datagrams = fixture.share({{feed}, {}, {}});
  uint32_t shown = 0;
  for (uint32_t number = 0; number < 500; ++number) put(fixture, numbered(number, number % 2 == 0));
  for (int poll = 0; poll < 2'000; ++poll) shown += static_cast<uint32_t>(datagrams->rxBurst());
  CHECK(shown == 500);
  CHECK(sender->rxBurst() == 0);
}

/// Frames of a share that is closed go with it; the others go on.
void closedSharesAreOut() {
  Fixture fixture(4);
  const auto datagrams = fixture.share({{feed}, {}, {}});
  auto segments = fixture.share({{}, {}, {host}});
  for (uint32_t number = 0; number < 200; ++number) put(fixture, numbered(number, number % 2 == 0));
  uint32_t shown = 0;
  for (int poll = 0; poll < 100; ++poll) shown += static_cast<uint32_t>(datagrams->rxBurst());
  // The other one never gave up its frames.
  CHECK(shown < 100 && !fixture.wire.empty());
  segments.reset();
  for (int poll = 0; poll < 400; ++poll) shown += static_cast<uint32_t>(datagrams->rxBurst());
  CHECK(fixture.wire.empty() && shown >= 100);
}

/// The device takes what all want together; what it refuses changes nothing.
void steersForAll() {
  Fixture fixture(5);
  const auto datagrams = fixture.share({{feed}, {}, {}});
  auto segments = fixture.share({});
  CHECK(!segments->steer({{}, {{1, 2, 3, 4}}, {host}}));
  CHECK(fixture.taken.udp.size() == 1 && fixture.taken.tcp.size() == 1 && fixture.taken.hosts.size() == 1);
  CHECK(segments->steer({{}, {}, {host, host + 1}}).code == "EINVAL");
  CHECK(segments->flows().tcp.size() == 1 && fixture.taken.hosts.size() == 1);
  segments.reset();
  CHECK(fixture.taken.udp.size() == 1 && fixture.taken.tcp.empty() && fixture.taken.hosts.empty());
}

}  // namespace

int main() {
  for (uint64_t seed = 1; seed <= 3; ++seed) dealsEachFrameOnce(seed);
  sendersHoldNobodyUp();
  closedSharesAreOut();
  steersForAll();
  return finish("share_check");
}
