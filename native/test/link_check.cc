// Frames to packets and back: headers, checksums, and what LinkSource makes of frames that are not for it.
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "check.h"
#include "core/link/big_endian.h"
#include "core/link/frame_addresses.h"
#include "core/link/frame_sender.h"
#include "core/link/internet_checksum.h"
#include "core/link/link_source.h"

using namespace hotlap;

namespace {

using Bytes = std::vector<uint8_t>;

constexpr uint16_t port = 26'477;
const char* const group = "239.54.12.111";

/// What is sent on it comes back; what it counts, and whether it is full, the test says.
class ScriptedLink final : public Link {
 public:
  int rxBurst() override {
    held_.clear();
    while (!frames.empty() && held_.size() < burst) {
      held_.push_back(std::move(frames.front()));
      frames.pop_front();
    }
    for (size_t n = 0; n < held_.size(); ++n) frames_[n] = {held_[n].data(), held_[n].size()};
    counters_.rxFrames += held_.size();
    return static_cast<int>(held_.size());
  }
  uint8_t* txReserve() override { return full ? nullptr : room_.data(); }
  void txCommit(size_t size) override {
    ++counters_.txFrames;
    frames.emplace_back(room_.begin(), room_.begin() + static_cast<ptrdiff_t>(size));
  }
  int flush() override { return 0; }
  size_t maxFrameBytes() const override { return room_.size(); }
  LinkFacts facts() const override { return {"memory", "", true, true, 256}; }
  LinkCounters& mine() { return counters_; }
  void refresh() override {
    ++asked;
    counters_.rxDropped = dropped;
  }

  std::deque<Bytes> frames;
  bool full = false;
  /// What only a refresh() tells.
  uint64_t dropped = 0;
  int asked = 0;

 private:
  Bytes room_ = Bytes(1514);
  std::vector<Bytes> held_;
};

sockaddr_in peer(const char* address = group) {
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  inet_pton(AF_INET, address, &to.sin_addr);
  return to;
}

/// RFC 1071 as it stands there: 16-bit words in network order, one by one.
uint16_t naiveSum(const Bytes& bytes) {
  uint32_t sum = 0;
  for (size_t n = 0; n < bytes.size(); n += 2) {
    sum += uint32_t{bytes[n]} << 8 | (n + 1 < bytes.size() ? bytes[n + 1] : 0u);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<uint16_t>(sum);
}

void sumsAsTheRfcDoes() {
  test::Random random(1);
  for (int round = 0; round < 3'000; ++round) {
    Bytes bytes(random.below(1'600));
    for (uint8_t& byte : bytes) byte = random.below(4) == 0 ? 0xff : static_cast<uint8_t>(random.next());
    CHECK(__builtin_bswap16(internetFold(internetSum(bytes.data(), bytes.size()))) == naiveSum(bytes));
  }
  const Bytes all(65'535, 0xff);
  CHECK(internetFold(internetSum(all.data(), 65'534)) == 0xffff);
}

struct Setting {
  ScriptedLink* link;
  std::unique_ptr<FrameSender> sender;
};

Setting sending(const char* address = group) {
  auto link = std::make_unique<ScriptedLink>();
  ScriptedLink* raw = link.get();
  return {raw, std::make_unique<FrameSender>(std::move(link), addressesOnWire(peer(address)))};
}

void sendsWholeFrames() {
  Setting setting = sending();
  test::Random random(2);
  CHECK(setting.sender->maxDatagramBytes() == 1'472);
  for (size_t size = 0; size <= 1'472; size += size < 70 ? 1 : 37) {
    Bytes payload(size);
    for (uint8_t& byte : payload) byte = static_cast<uint8_t>(random.next());
    CHECK(setting.sender->send(payload.data(), size) == 0);
    const Bytes frame = setting.link->frames.back();
    CHECK(frame.size() == size + 42);
    const uint8_t mac[6] = {0x01, 0x00, 0x5e, 54, 12, 111};
    CHECK(std::memcmp(frame.data(), mac, 6) == 0);
    UdpDatagram datagram;
    CHECK(parseUdpFrame(frame.data(), frame.size(), kLinkTypeEthernet, datagram) == FrameResult::datagram);
    CHECK(datagram.group == ntohl(peer().sin_addr.s_addr) && datagram.port == port);
    CHECK(datagram.size == size && (size == 0 || std::memcmp(datagram.payload, payload.data(), size) == 0));
    CHECK(be16(datagram.payload - 2) != 0);
    CHECK(checksumsMatch(datagram));
    // By the naive sum as well: header, then pseudo header with the datagram.
    CHECK(naiveSum(Bytes(frame.begin() + 14, frame.begin() + 34)) == 0xffff);
    Bytes pseudo(frame.begin() + 26, frame.begin() + 34);
    pseudo.insert(pseudo.end(), {0, 17, frame[38], frame[39]});
    pseudo.insert(pseudo.end(), frame.begin() + 34, frame.end());
    CHECK(naiveSum(pseudo) == 0xffff);
  }
  const Bytes large(1'473);
  CHECK(setting.sender->send(large.data(), large.size()) == EMSGSIZE);
  setting.link->full = true;
  CHECK(setting.sender->send(large.data(), 10) == EAGAIN);
  CHECK(setting.sender->counters().full == 1u);
  // What the device threw away was sent all the same, and is told with the next flush.
  setting.link->mine().txDropped = 7;
  CHECK(setting.sender->counters().dropped == 0u);
  CHECK(setting.sender->flush() == 0);
  CHECK(setting.sender->counters().dropped == 7u);
  // The group's lower 23 bits, whatever lies above them.
  Setting high = sending("239.255.1.2");
  CHECK(high.sender->send(large.data(), 1) == 0);
  CHECK(high.link->frames.back()[3] == 0x7f);
}

/// Every payload whose UDP checksum would come out as 0 is sent with 0xffff: 0 says that there is none.
void neverSendsNoChecksum() {
  Setting setting = sending();
  int zeros = 0;
  for (uint32_t value = 0; value < 0x10000; ++value) {
    uint8_t payload[2];
    putBe16(payload, static_cast<uint16_t>(value));
    setting.sender->send(payload, sizeof payload);
    const Bytes frame = std::move(setting.link->frames.front());
    setting.link->frames.pop_front();
    if (be16(frame.data() + 40) == 0xffff) ++zeros;
    CHECK(be16(frame.data() + 40) != 0);
    UdpDatagram datagram;
    CHECK(parseUdpFrame(frame.data(), frame.size(), kLinkTypeEthernet, datagram) == FrameResult::datagram &&
          checksumsMatch(datagram));
  }
  CHECK(zeros == 1);
}

Bytes frameOf(const Bytes& payload, const char* address = group) {
  Setting setting = sending(address);
  setting.sender->send(payload.data(), payload.size());
  return setting.link->frames.back();
}

void judgesFrames() {
  const std::string creditFile = "/dev/shm/hotlap-link-check-" + std::to_string(getpid());
  auto memory = std::make_unique<ScriptedLink>();
  ScriptedLink* link = memory.get();
  LinkSource source;
  CHECK(!source.open({group, port, creditFile}, std::move(memory)));
  Credit credit;
  CHECK(!credit.open(creditFile));
  CHECK(credit->receiveBufferBytes.load() == 256u * 1536);

  const Bytes whole = frameOf(Bytes(100, 7));
  Bytes badIp = whole, badUdp = whole, none = whole, first = whole, last = whole, cut = whole, arp = whole;
  badIp[22] ^= 0x40;
  badUdp[60] ^= 1;
  none[40] = none[41] = 0;
  first[20] |= 0x20;
  last[21] = 9;
  cut.resize(70);
  arp[13] = 6;
  Bytes elsewhere = frameOf(Bytes(3, 1), "239.54.12.112");
  Bytes otherPart = elsewhere;
  otherPart[20] |= 0x20;
  Bytes tagged = whole;
  tagged.insert(tagged.begin() + 12, {0x81, 0x00, 0x00, 0x07});
  for (const Bytes& frame :
       {whole, badIp, badUdp, none, first, last, cut, arp, elsewhere, otherPart, tagged, whole})
    link->frames.push_back(frame);
  link->frames.emplace_back();
  link->mine().rxDropped = 5;
  link->mine().rxFragments = 2;
  link->mine().rxOversized = 1;

  int packets = 0, turns = 0;
  int64_t burstNs = 0;
  for (Packet packet;; ++turns) {
    const NextPacket next = source.next(0, packet);
    if (next == NextPacket::none) break;
    if (next != NextPacket::packet) continue;
    ++packets;
    CHECK(packet.size == 100 && packet.data[99] == 7);
    CHECK(packet.burstNs != 0 && (burstNs == 0 || packet.burstNs == burstNs));
    burstNs = packet.burstNs;
  }
  const SourceCounters& counters = source.counters();
  CHECK(turns == 13 && packets == 4);
  CHECK(counters.badChecksums == 2u);
  CHECK(counters.fragments == 2u + 2u);
  CHECK(counters.filtered == 3u);
  CHECK(counters.malformed == 2u);
  CHECK(counters.drops == 5u && counters.oversized == 1u);
  CHECK(13u + 5 + 2 + 1 == static_cast<uint64_t>(packets) + counters.badChecksums + counters.fragments +
                               counters.filtered + counters.malformed + counters.drops + counters.oversized);
  // The receive that found nothing gave the burst up.
  CHECK(credit->consumed.load() == 13u + 5 + 2 + 1);
  unlink(creditFile.c_str());
}

/// A playback under credit waits for what was dropped, too; without one nobody asks the device.
void tellsDropsWhereCreditIsOpen() {
  const std::string creditFile = "/dev/shm/hotlap-link-check-" + std::to_string(getpid());
  constexpr int64_t start = 5'000'000'000, ms = 1'000'000;
  for (const bool credited : {true, false}) {
    auto memory = std::make_unique<ScriptedLink>();
    ScriptedLink* link = memory.get();
    LinkSource source;
    CHECK(!source.open({group, port, credited ? creditFile : ""}, std::move(memory)));
    Credit credit;
    CHECK(!credit.open(creditFile));
    Packet packet;
    link->frames.push_back(frameOf(Bytes(100, 7)));
    link->dropped = 9;
    CHECK(source.next(start, packet) == NextPacket::packet);
    for (int64_t atNs = start; atNs < start + ms; atNs += ms / 10) source.next(atNs, packet);
    CHECK(link->asked == 0 && source.counters().drops == 0u);
    CHECK(!credited || credit->consumed.load() == 1u);
    for (int64_t atNs = start + ms; atNs < start + 25 * ms; atNs += ms / 10) source.next(atNs, packet);
    CHECK(link->asked == (credited ? 3 : 0));
    CHECK(source.counters().drops == (credited ? 9u : 0u));
    CHECK(!credited || credit->consumed.load() == 10u);
  }
  unlink(creditFile.c_str());
}

/// Every bit of a frame that is turned is either seen, or lies where no checksum looks: in Ethernet's header.
void noTurnedBitPasses() {
  const Bytes whole = frameOf(Bytes(64, 0x5a));
  for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
    auto memory = std::make_unique<ScriptedLink>();
    Bytes frame = whole;
    frame[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    memory->frames.push_back(frame);
    LinkSource source;
    CHECK(!source.open({group, port, ""}, std::move(memory)));
    Packet packet;
    const bool passed = source.next(0, packet) == NextPacket::packet;
    CHECK(passed == (bit / 8 < 12));
    CHECK(!passed || packet.size == 64);
  }
}

void saysWhatIsWrong() {
  LinkSource source;
  CHECK(source.open({"feed.example", port, ""}, std::make_unique<ScriptedLink>()).code == "EINVAL");
  CHECK(source.open({group, 0, ""}, std::make_unique<ScriptedLink>()).code == "EINVAL");
  FrameAddresses addresses;
  CHECK(addressesOnInterface("nowhere0", peer(), addresses).code == "ENODEV");
  CHECK(addressesOnInterface("192.0.2.77", peer(), addresses).code == "ENODEV");
  const Failure failure = addressesOnInterface("lo", peer(), addresses);
  CHECK(failure.code == "EOPNOTSUPP" && failure.sentence.find("lo carries no Ethernet") != std::string::npos);
}

}  // namespace

int main() {
  sumsAsTheRfcDoes();
  sendsWholeFrames();
  neverSendsNoChecksum();
  judgesFrames();
  tellsDropsWhereCreditIsOpen();
  noTurnedBitPasses();
  saysWhatIsWrong();
  return test::finish("link");
}
