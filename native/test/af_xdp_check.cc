// AF_XDP on veth pairs in a namespace of the checks' own: what is taken, what is passed on, what is sent, and
// that counts add up.
#include <unistd.h>

#include <cstring>
#include <thread>

#include "af_xdp_test.h"
#include "core/link/frame_addresses.h"
#include "core/socket/address.h"

using namespace hotlap;
using namespace hotlap::test;

namespace {

void takesItsGroupInOrder() {
  VethPair pair("one");
  auto link = opened(receivingOn(pair.near()));
  if (link == nullptr) return;
  // Every ring is gone through several times.
  for (int round = 0; round < 8; ++round) {
    std::vector<Bytes> sent;
    for (int index = 0; index < 700; ++index) {
      sent.push_back(numbered(round * 1'000 + index, static_cast<size_t>(round * 700 + index) % 1'473));
      CHECK(pair.send(sent.back()));
    }
    CHECK(drain(*link) == sent);
  }
  link->refresh();
  CHECK(link->counters().rxFrames == 5'600);
  CHECK(link->counters().rxDropped == 0);
  CHECK(link->counters().rxCalls == 0);
  CHECK(link->facts().backend == "af_xdp");
  CHECK(!link->facts().zeroCopy);
  CHECK(link->facts().reason ==
        "AF_XDP on " + pair.near() +
            " (veth), XDP program in the driver, 1 of 1 receive queues, copied once (the driver offers no "
            "zero-copy), softirq delivery: no system call");
}

void passesOnWhatIsNotItsOwn() {
  VethPair pair("own");
  auto link = opened(receivingOn(pair.near()));
  if (link == nullptr) return;
  // What the kernel has beside us: a packet socket sees only what the program has passed on.
  const Descriptor kernel(socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htons(0x0003)));
  sockaddr_ll address = {};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(0x0003);
  address.sll_ifindex = static_cast<int>(if_nametoindex(pair.near().c_str()));
  CHECK(bind(kernel.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);

  const Bytes payload(100, 1);
  const std::vector<Bytes> passed = {
      frameOf({group, port + 1, payload}),
      frameOf({group + 1, port, payload}),
      frameOf({group, port, payload, {}, 0x2000}),
      frameOf({group, port, payload, {}, 0x00b9}),
      frameOf({group, port, payload, {0x8100, 0x8100, 0x8100}}),
  };
  const std::vector<Bytes> taken = {
      frameOf({group, port, payload}),
      frameOf({group, port, payload, {0x8100}}),
      frameOf({group, port, payload, {0x88a8, 0x8100}}),
      frameOf({group, port, payload, {}, 0x4000}),
      frameOf({group, port, payload, {}, 0, 12}),
  };
  for (const Bytes& frame : passed) CHECK(pair.send(frame));
  for (const Bytes& frame : taken) CHECK(pair.send(frame));
  CHECK(drain(*link) == taken);
  CHECK(link->counters().rxFragments == 2);
  size_t seen = 0;
  uint8_t bytes[2'048];
  socklen_t length = sizeof address;
  while (recvfrom(kernel.get(), bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&address), &length) > 0) {
    // Besides, it sees the kernel's own report that the group was joined.
    if (address.sll_pkttype != PACKET_OUTGOING) ++seen;
  }
  CHECK(seen == passed.size());
}

/// Joined, so that a switch or a card's filter lets the group through; left when the link goes.
void holdsItsMembership() {
  VethPair pair("igmp");
  const std::string look = "ip maddr show dev " + pair.near() + " | grep -q 239.54.12.111";
  CHECK(!run(look));
  {
    auto link = opened(receivingOn(pair.near()));
    CHECK(run(look));
  }
  CHECK(!run(look));
}

void countsWhatDidNotFit() {
  VethPair pair("full");
  AfXdpOptions options = receivingOn(pair.near());
  options.ringFrames = 64;
  auto link = opened(options);
  if (link == nullptr) return;
  std::vector<Bytes> sent;
  for (int index = 0; index < 1'000; ++index) {
    sent.push_back(numbered(index));
    CHECK(pair.send(sent.back()));
  }
  // As many as the ring holds, the oldest: what came later found no room.
  CHECK(drain(*link) == std::vector<Bytes>(sent.begin(), sent.begin() + 64));
  link->refresh();
  CHECK(link->counters().rxDropped == 936);
  // With a burst in hand there is still room for a whole ring.
  for (int index = 0; index < 64; ++index) CHECK(pair.send(sent[static_cast<size_t>(index)]));
  CHECK(link->rxBurst() == 64);
  for (int index = 0; index < 65; ++index) CHECK(pair.send(sent[static_cast<size_t>(index)]));
  CHECK(drain(*link).size() == 64);
  link->refresh();
  CHECK(link->counters().rxDropped == 937);
  CHECK(link->counters().rxFrames + link->counters().rxDropped == 1'000 + 64 + 65);
}

void waitsForWhoPauses() {
  VethPair pair("pause");
  AfXdpOptions options = receivingOn(pair.near());
  options.ringFrames = 16'384;
  auto link = opened(options);
  if (link == nullptr) return;
  for (int index = 0; index < 16'384; ++index) pair.send(numbered(index, 20));
  CHECK(drain(*link).size() == 16'384);
  link->refresh();
  CHECK(link->counters().rxDropped == 0);
}

void refusesWhatIsTooLong() {
  VethPair pair("jumbo", 1, 65'535);
  auto link = opened(receivingOn(pair.near()));
  if (link == nullptr) return;
  // With 256 bytes that the kernel keeps free, a frame's memory holds 1,792.
  const Bytes fits = numbered(1, 1'792 - 42);
  for (const size_t payload : {size_t{1'792 - 41}, size_t{5'000}, size_t{9'000}, size_t{65'000}}) {
    CHECK(pair.send(numbered(2, payload)));
  }
  CHECK(pair.send(fits));
  CHECK(drain(*link) == std::vector<Bytes>{fits});
  link->refresh();
  CHECK(link->counters().rxOversized == 4);
  CHECK(link->counters().rxDropped == 0);

  link.reset();
  AfXdpOptions options = receivingOn(pair.near());
  options.frameBytes = 4'096;
  link = opened(options);
  if (link == nullptr) return;
  const Bytes larger = numbered(3, 4'096 - 256 - 42);
  CHECK(pair.send(larger));
  CHECK(pair.send(numbered(4, 4'096 - 256 - 41)));
  CHECK(drain(*link) == std::vector<Bytes>{larger});
  link->refresh();
  CHECK(link->counters().rxOversized == 1);
}

void listensOnEveryQueueOrTheChosen() {
  VethPair pair("many", 4);
  // Senders of different ports, which the far end spreads over its queues.
  const auto sendAll = [&] {
    for (uint16_t index = 0; index < 400; ++index) {
      UdpFrame udp = {group, port, Bytes(100, static_cast<uint8_t>(index))};
      udp.sourcePort = static_cast<uint16_t>(5'000 + index);
      CHECK(pair.send(frameOf(udp)));
    }
  };
  size_t sum = 0;
  for (const uint32_t queue : {0u, 1u, 2u, 3u}) {
    AfXdpOptions options = receivingOn(pair.near());
    options.queues = {queue};
    auto link = opened(options);
    if (link == nullptr) return;
    sendAll();
    const size_t count = drain(*link).size();
    CHECK(count > 20 && count < 380);
    sum += count;
    CHECK(link->facts().reason.find("1 of 4 receive queues") != std::string::npos);
  }
  CHECK(sum == 400);
  auto link = opened(receivingOn(pair.near()));
  if (link == nullptr) return;
  sendAll();
  CHECK(drain(*link).size() == 400);
  CHECK(link->facts().reason.find("4 of 4 receive queues") != std::string::npos);
}

void survivesItsInterface() {
  auto pair = std::make_unique<VethPair>("updown");
  auto link = opened(receivingOn(pair->near()));
  AfXdpOptions sending;
  sending.interface = pair->far();
  auto sender = opened(sending);
  if (link == nullptr || sender == nullptr) return;
  CHECK(pair->send(numbered(1)));
  CHECK(drain(*link).size() == 1);
  CHECK(run("ip link set " + pair->near() + " down"));
  CHECK(drain(*link).empty());
  // Nobody hears: what is sent is thrown away, and counted.
  for (int index = 0; index < 40; ++index) {
    std::memcpy(sender->txReserve(), numbered(index).data(), numbered(index).size());
    sender->txCommit(numbered(index).size());
  }
  CHECK(sender->flush() == 0);
  CHECK(sender->counters().txDropped == 40);
  CHECK(run("ip link set " + pair->near() + " up"));
  usleep(50'000);
  CHECK(pair->send(numbered(2)));
  CHECK(drain(*link) == std::vector<Bytes>{numbered(2)});

  CHECK(run("ip link set " + pair->far() + " down"));
  std::memcpy(sender->txReserve(), numbered(3).data(), numbered(3).size());
  sender->txCommit(numbered(3).size());
  CHECK(sender->flush() == ENETDOWN);
  CHECK(run("ip link set " + pair->far() + " up"));
  usleep(50'000);
  CHECK(sender->flush() == 0);
  CHECK(drain(*link) == std::vector<Bytes>{numbered(3)});

  pair.reset();
  CHECK(drain(*link).empty());
  std::memcpy(sender->txReserve(), numbered(4).data(), numbered(4).size());
  sender->txCommit(numbered(4).size());
  CHECK(sender->flush() != 0);
  link->refresh();
}

void sends() {
  VethPair pair("send");
  auto link = opened(receivingOn(pair.near()));
  AfXdpOptions options;
  options.interface = pair.far();
  auto sender = opened(options);
  if (link == nullptr || sender == nullptr) return;
  CHECK(sender->maxFrameBytes() == 1'514);
  // More than there are frames to send with, in bursts of every size.
  int number = 0;
  for (int size = 1; size < 100; ++size) {
    std::vector<Bytes> sent;
    for (int index = 0; index < size; ++index) {
      ++number;
      sent.push_back(numbered(number, static_cast<size_t>(number) % 1'473));
      uint8_t* place = sender->txReserve();
      CHECK(place != nullptr && place == sender->txReserve());
      if (place == nullptr) return;
      std::memcpy(place, sent.back().data(), sent.back().size());
      sender->txCommit(sent.back().size());
    }
    CHECK(sender->flush() == 0);
    CHECK(drain(*link) == sent);
  }
  CHECK(sender->counters().txFrames == static_cast<uint64_t>(number));
  CHECK(sender->counters().txCalls >= 99 && sender->counters().txCalls < 99 * 6);
  CHECK(sender->counters().txDropped == 0);
  CHECK(sender->flush() == 0);

  // Without a flush, the frames run out; with it, they come back.
  int reserved = 0;
  for (uint8_t* place = sender->txReserve(); place != nullptr; place = sender->txReserve(), ++reserved) {
    std::memcpy(place, numbered(reserved).data(), numbered(reserved).size());
    sender->txCommit(numbered(reserved).size());
  }
  CHECK(reserved > 512);
  CHECK(sender->counters().txFull == 1);
  while (sender->flush() == EAGAIN) {
  }
  CHECK(sender->txReserve() != nullptr);
  CHECK(drain(*link).size() == static_cast<size_t>(reserved));
  CHECK(sender->facts().reason ==
        "AF_XDP on " + pair.far() + " (veth), copied once (the driver offers no zero-copy)");
}

void receivesInOtherWays() {
  VethPair pair("ways");
  AfXdpOptions generic = receivingOn(pair.near());
  generic.mode = AfXdpOptions::Mode::generic;
  AfXdpOptions busy = receivingOn(pair.near());
  busy.delivery = AfXdpOptions::Delivery::busyPoll;
  AfXdpOptions copied = receivingOn(pair.near());
  copied.zeroCopy = AfXdpOptions::ZeroCopy::off;
  for (const AfXdpOptions& options : {generic, busy, copied}) {
    auto link = opened(options);
    if (link == nullptr) continue;
    std::vector<Bytes> sent;
    for (int index = 0; index < 500; ++index) {
      sent.push_back(numbered(index));
      CHECK(pair.send(sent.back()));
    }
    CHECK(drain(*link) == sent);
    const std::string reason = link->facts().reason;
    // The kernel makes a packet of every frame before generic XDP sees it.
    CHECK(link->facts().accelerated == (options.mode != AfXdpOptions::Mode::generic));
    CHECK((reason.find("generic XDP program") != std::string::npos) ==
          (options.mode == AfXdpOptions::Mode::generic));
    // Whether veth can be busy polled depends on the kernel: what is said is what is done.
    const bool polls = reason.find("busy polling: a system call a queue and poll") != std::string::npos;
    CHECK(polls != (reason.find("softirq delivery: no system call") != std::string::npos));
    CHECK((polls || reason.find("busy polling was asked for") != std::string::npos) ==
          (options.delivery == AfXdpOptions::Delivery::busyPoll));
    const uint64_t calls = link->counters().rxCalls;
    for (int turn = 0; turn < 10; ++turn) link->rxBurst();
    CHECK(link->counters().rxCalls - calls == (polls ? 10 : 0));
  }
}

/// A thread may be in a network of its own, as an engine's Worker is, whose main thread is in another one.
void asksItsOwnThreadsNetwork() {
  std::thread([] {
    enterNamespace();
    VethPair pair("ask");
    CHECK(run("ip addr add 10.77.1.1/24 dev " + pair.near()));
    CHECK(run("ip neigh add 10.77.1.2 lladdr 02:00:0a:4d:01:02 dev " + pair.near()));
    sockaddr_in peer = {};
    FrameAddresses addresses;
    CHECK(!resolveIpv4("10.77.1.2", 5'000, "the receiver", peer));
    CHECK(!addressesOnInterface(pair.near(), peer, addresses));
    const uint8_t mac[6] = {0x02, 0x00, 0x0a, 0x4d, 0x01, 0x02};
    CHECK(std::memcmp(addresses.destinationMac, mac, sizeof mac) == 0);
    CHECK(!resolveIpv4("10.77.1.3", 5'000, "the receiver", peer));
    const Failure unknown = addressesOnInterface(pair.near(), peer, addresses);
    CHECK(unknown.code == "EHOSTUNREACH");
    CHECK(addressesOnInterface("lo", peer, addresses).code == "EOPNOTSUPP");
  }).join();
}

}  // namespace

int main() {
  enterNamespace();
  takesItsGroupInOrder();
  passesOnWhatIsNotItsOwn();
  holdsItsMembership();
  countsWhatDidNotFit();
  waitsForWhoPauses();
  refusesWhatIsTooLong();
  listensOnEveryQueueOrTheChosen();
  survivesItsInterface();
  sends();
  receivesInOtherWays();
  asksItsOwnThreadsNetwork();
  return finish("af_xdp_check");
}
