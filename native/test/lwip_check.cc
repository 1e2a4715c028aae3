// TCP by lwIP against a peer of the test's own: what each promise of core/socket/tcp_socket.h looks like on
// the wire, and what strangers can do.
#include <arpa/inet.h>
#include <errno.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <set>

#include "check.h"
#include "core/host/clock.h"
#include "lwip/lwip.h"
#include "lwip_setting.h"

using namespace hotlap;
using namespace hotlap::test;

namespace {

u32_t skippedMs = 0;

void carriesBothWays() {
  Setting s;
  s.connect();
  uint8_t room[100];
  CHECK(s.socket->receive(room, sizeof room) == 0);
  CHECK(s.socket->send(text("order").data(), 5) == 5);
  const std::optional<Segment> order = s.next();
  CHECK(order && order->payload == text("order") && order->sequence == s.got);
  s.got += 5;
  s.say(ACK | PSH, text("report"));
  CHECK(s.socket->receive(room, 3) == 3 && std::memcmp(room, "rep", 3) == 0);
  CHECK(s.socket->receive(room, sizeof room) == 3 && std::memcmp(room, "ort", 3) == 0);
  CHECK(s.socket->receive(room, sizeof room) == 0);
  CHECK(s.wire->out.empty());
  s.socket->acknowledge();
  const std::optional<Segment> acknowledgement = s.next(1);
  CHECK(acknowledgement && acknowledgement->flags == ACK && acknowledgement->acknowledged == s.sent);
  // Half closed: what comes after our FIN is still received.
  CHECK(s.socket->finish() == 0);
  CHECK(s.socket->send(room, 1) == -EPIPE);
  const std::optional<Segment> fin = s.next();
  CHECK(fin && (fin->flags & FIN) != 0);
  s.got += 1;
  s.say(ACK | PSH, text("last"));
  CHECK(s.socket->receive(room, sizeof room) == 4);
  s.say(ACK | FIN);
  CHECK(s.socket->receive(room, sizeof room) == TcpSocket::endOfStream);
  CHECK(s.socket->receive(room, sizeof room) == TcpSocket::endOfStream);
  s.socket.reset();
  // In TIME_WAIT a FIN that comes again is acknowledged again.
  CHECK(tcp_active_pcbs == nullptr && tcp_tw_pcbs != nullptr);
}

void tellsHowItEnded() {
  uint8_t room[100];
  {
    Setting s;
    s.call();
    s.say(RST | ACK);
    CHECK(s.socket->connected() == ECONNREFUSED);
  }
  {
    Setting s;
    s.connect();
    s.say(ACK | PSH, text("before"));
    s.say(RST | ACK);
    CHECK(s.socket->receive(room, sizeof room) == 6);
    CHECK(s.socket->receive(room, sizeof room) == -ECONNRESET);
    CHECK(s.socket->send(room, 1) == -ECONNRESET);
  }
  {
    Setting s;
    s.connect();
    s.say(ACK | FIN);
    CHECK(s.socket->receive(room, sizeof room) == TcpSocket::endOfStream);
    CHECK(s.socket->send(room, 7) == 7);
    CHECK(s.socket->finish() == 0);
    CHECK(s.next()->flags == ACK);
    CHECK(s.next()->payload.size() == 7);
  }
  {
    Setting s;
    s.connect();
    s.socket.reset();
    const std::optional<Segment> reset = s.next();
    CHECK(reset && (reset->flags & RST) != 0 && reset->sequence == s.got);
  }
  {
    Setting s;
    CHECK(s.stack->connect(at(0x0a4d0009, peerPort), s.socket) == 0);
    const int64_t sinceNs = monotonicNs();
    while (s.socket->connected() == EINPROGRESS && monotonicNs() - sinceNs < 6'000'000'000) {
    }
    CHECK(s.socket->connected() == EHOSTUNREACH);
    CHECK(monotonicNs() - sinceNs >= 3'000'000'000);
    CHECK(s.stack->connect(at(0x08080808, peerPort), s.socket) == ENETUNREACH);
    CHECK(s.stack->connect(at(ownAddress, peerPort), s.socket) == EADDRNOTAVAIL);
  }
}

/// lwIP's clock is this program's: see sys_now below.
void noticesADeadPeer() {
  Setting s;
  s.connect();
  const int64_t sinceNs = monotonicNs();
  uint8_t room[10];
  int questions = 0, told = 0;
  while (told == 0 && monotonicNs() - sinceNs < 5'000'000'000) {
    skippedMs += 250;
    for (const int64_t untilNs = monotonicNs() + 200'000; monotonicNs() < untilNs && told == 0;)
      told = s.socket->receive(room, sizeof room);
    while (!s.wire->out.empty()) {
      const std::optional<Segment> segment = segmentOf(s.wire->out.front());
      s.wire->out.pop_front();
      if (segment && segment->flags == ACK && segment->sequence + 1 == s.got) ++questions;
    }
  }
  CHECK(questions == 5);
  CHECK(told == -ETIMEDOUT);
}

void takesWhatHasRoom() {
  Setting s;
  s.connect();
  const Bytes much(200'000, 7);
  int taken = 0, last = 0;
  while ((last = s.socket->send(much.data() + taken, much.size() - taken)) > 0) taken += last;
  CHECK(last == 0 && taken > 10'000 && taken <= 65'535);
  size_t arrived = 0;
  for (int round = 0; round < 5'000 && arrived < much.size(); ++round) {
    while (const std::optional<Segment> segment = s.next(1)) {
      CHECK(segment->payload.size() <= 1'460);
      if (segment->sequence != s.got) continue;
      s.got += static_cast<uint32_t>(segment->payload.size());
      arrived += segment->payload.size();
    }
    s.say(ACK);
    last = s.socket->send(much.data() + taken, much.size() - taken);
    CHECK(last >= 0);
    taken += std::max(last, 0);
  }
  CHECK(arrived == much.size());
  // A full ring loses nothing either.
  s.wire->full = true;
  CHECK(s.socket->send(much.data(), 10) == 10);
  s.wire->full = false;
  const std::optional<Segment> late = s.next(50);
  CHECK(late && late->payload.size() == 10);
}

void repairsALostTail() {
  Setting s;
  s.connect();
  CHECK(s.socket->send(text("tail").data(), 4) == 4);
  CHECK(s.next()->payload == text("tail"));
  int64_t sinceNs = monotonicNs();
  const std::optional<Segment> again = s.next();
  CHECK(again && again->payload == text("tail") && again->sequence == s.got);
  CHECK(monotonicNs() - sinceNs < 50'000'000);
  std::printf("lost tail sent again after %lld us\n",
              static_cast<long long>((monotonicNs() - sinceNs) / 1'000));
  s.got += 4;
  s.say(ACK);
  // Three lost at once: the acknowledgement of the first brings the others.
  for (int n = 0; n < 3; ++n)
    CHECK(s.socket->send(text("more").data(), 4) == 4 && s.next()->payload.size() == 4);
  sinceNs = monotonicNs();
  const uint32_t all = s.got + 12;
  while (s.got != all) {
    const std::optional<Segment> repaired = s.next();
    if (!repaired) break;
    if (repaired->sequence == s.got) s.got += static_cast<uint32_t>(repaired->payload.size());
    s.say(ACK);
  }
  CHECK(s.got == all && monotonicNs() - sinceNs < 50'000'000);
  // A SYN that is lost is sent again soon as well.
  s.socket.reset();
  CHECK((s.next()->flags & RST) != 0);
  s.call();
  sinceNs = monotonicNs();
  CHECK(s.next()->flags == SYN);
  CHECK(monotonicNs() - sinceNs < 50'000'000);
}

void cannotBeGuessed() {
  std::set<uint32_t> sequences;
  std::set<uint16_t> ports;
  for (int round = 0; round < 20; ++round) {
    Setting s;
    sequences.insert(s.call() >> 16);
    ports.insert(s.port);
  }
  CHECK(sequences.size() >= 18 && ports.size() >= 18);
}

void leavesForeignFramesOutside() {
  Setting s;
  const Segment syn = {SYN, 5, 0, peerPort, ownPort, {}};
  Bytes other = frameOf(syn);
  other[5] ^= 1;
  Bytes part = frameOf(syn);
  part[20] |= 0x20;
  Bytes shortHeader = frameOf(syn);
  shortHeader[46] = 4 << 4;
  const Bytes foreign[] = {frameOf(syn, peerAddress, ownAddress + 1),
                           frameOf(syn, ownAddress, ownAddress),
                           frameOf(syn, 0xe0000001, ownAddress),
                           packetOf(17, Bytes(30, 1), peerAddress, ownAddress),
                           packetOf(2, Bytes(30, 1), peerAddress, ownAddress),
                           packetOf(1, Bytes(30, 5), peerAddress, ownAddress),
                           arp(1, peerAddress, ownAddress + 1),
                           ethernet(0x86dd, 60),
                           ethernet(0x0800, 0),
                           Bytes(),
                           other,
                           part,
                           shortHeader};
  for (const Bytes& frame : foreign) s.wire->in.push_back(frame);
  for (int n = 0; n < 100; ++n) s.stack->drive();
  CHECK(s.wire->out.empty());
  s.wire->in.push_back(arp(1, peerAddress, ownAddress));
  Bytes echo(16);
  echo[0] = 8;
  putSum(echo.data() + 2, internetSum(echo.data(), echo.size()));
  s.wire->in.push_back(packetOf(1, echo, peerAddress, ownAddress));
  s.stack->drive();
  CHECK(s.wire->out.size() == 2 && s.wire->out[0][21] == 2 && s.wire->out[1][34] == 0);
  s.wire->out.clear();
  // Nobody listens there.
  s.wire->in.push_back(frameOf(syn));
  const std::optional<Segment> refusal = s.next();
  CHECK(refusal && (refusal->flags & RST) != 0 && refusal->acknowledged == 6);
}

int halfOpen() {
  int count = 0;
  for (const tcp_pcb* pcb = tcp_active_pcbs; pcb != nullptr; pcb = pcb->next) count += pcb->state == SYN_RCVD;
  return count;
}

void outlivesFloods() {
  Setting s;
  std::unique_ptr<TcpListener> listener;
  CHECK(!s.stack->listen(at(ownAddress, ownPort), 1, listener) && listener->port() == ownPort);
  std::unique_ptr<TcpListener> second;
  CHECK(s.stack->listen(at(ownAddress, ownPort), 1, second).code == "EADDRINUSE");
  CHECK(s.stack->listen(at(peerAddress, ownPort), 1, second).code == "EADDRNOTAVAIL");
  CHECK(callsIn(s, *listener, 4'000));
  s.socket.reset();
  for (uint32_t n = 0; n < 10'000; ++n) {
    s.wire->in.push_back(
        frameOf({SYN, n, 0, static_cast<uint16_t>(1'024 + n), ownPort, {}}, peerAddress + (n & 0x7f) + 8));
    s.stack->drive();
    CHECK(halfOpen() <= 64);
    s.wire->out.clear();
  }
  CHECK(callsIn(s, *listener, 4'001));
  s.socket.reset();
  for (uint32_t port = 1; port < 5'000; ++port) {
    s.wire->in.push_back(frameOf({SYN, port, 0, 4'002, static_cast<uint16_t>(port), {}}));
    s.stack->drive();
    s.wire->out.clear();
  }
  CHECK(callsIn(s, *listener, 4'003));
  // A listener that is gone leaves nobody waiting.
  listener.reset();
  s.socket.reset();
  s.wire->out.clear();
  s.wire->in.push_back(frameOf({SYN, 1, 0, 4'004, ownPort, {}}));
  CHECK((s.next()->flags & RST) != 0);
}

/// A whole connection's worth of valid segments, each bent somewhere, most with checksums that say otherwise.
void outlivesMutatedSegments(int count) {
  Random random(11);
  Setting s;
  std::unique_ptr<TcpListener> listener;
  CHECK(!s.stack->listen(at(ownAddress, ownPort), 8, listener));
  uint8_t room[256];
  int connections = 0;
  for (int n = 0; n < count; ++n) {
    if (s.socket == nullptr || s.socket->receive(room, sizeof room) < 0) {
      s.socket.reset();
      s.wire->in.clear();
      s.wire->out.clear();
      s.sent = static_cast<uint32_t>(random.next());
      s.connect();
      ++connections;
    }
    const bool toListener = random.below(4) == 0;
    const auto flags = static_cast<uint8_t>(random.below(3) == 0 ? random.next() : ACK | PSH);
    Bytes payload(random.below(4) == 0 ? random.below(1'400) : random.below(20), 3);
    Bytes frame = frameOf({flags, s.sent + random.below(3'000) - 200, s.got + random.below(40) - 20, peerPort,
                           toListener ? ownPort : s.port, payload});
    for (uint32_t turns = random.below(4); turns > 0; --turns)
      frame[14 + random.below(static_cast<uint32_t>(frame.size()) - 14)] ^= 1 << random.below(8);
    if (random.below(8) == 0) frame.resize(random.below(static_cast<uint32_t>(frame.size())));
    // Every other one has checksums that hold, whatever it says.
    if (frame.size() >= 54 && random.below(2) == 0) {
      frame[24] = frame[25] = frame[50] = frame[51] = 0;
      putSum(frame.data() + 24, internetSum(frame.data() + 14, 20));
      putSum(frame.data() + 50, internetSum(frame.data() + 34, frame.size() - 34,
                                            pseudoSum(frame.data() + 14, frame.size() - 34)));
    }
    s.wire->in.push_back(std::move(frame));
    if (random.below(16) == 0) s.socket->send(room, random.below(sizeof room));
    s.stack->drive();
    std::unique_ptr<TcpSocket> caller;
    listener->accept(caller);
    // The peer keeps up, so that what comes next is in the window again.
    for (; !s.wire->out.empty(); s.wire->out.pop_front()) {
      const Bytes& answer = s.wire->out.front();
      if (s.answersArp(answer)) continue;
      const std::optional<Segment> segment = segmentOf(answer);
      if (!segment || segment->from != s.port || (segment->flags & (ACK | RST)) != ACK) continue;
      s.sent = segment->acknowledged;
      s.got = segment->sequence + static_cast<uint32_t>(segment->payload.size());
    }
  }
  s.socket.reset();
  s.wire->out.clear();
  // Strangers on the network may have pushed the peer out of lwIP's ten neighbours: it is asked for again.
  CHECK(callsIn(s, *listener, 4'005));
  CHECK(connections > 100);
  std::printf("mutated segments %d, connections %d\n", count, connections);
}

void saysWhatIsWrong() {
  for (const char* address : {"", "10.0.0.2", "10.0.0.2/", "10.0.0.2/33", "10.0.0.0/24", "10.0.0.255/24",
                              "10.0.0.2/24x", "127.0.0.1/8", "224.0.0.1/4", "host/24"}) {
    LwipOptions options;
    options.address = address;
    std::shared_ptr<TcpStack> stack;
    CHECK(openLwip(options, std::make_unique<Wire>(), stack).code == "EINVAL" && stack == nullptr);
  }
  LwipOptions options;
  options.address = "10.0.0.2/24";
  options.gateway = "10.0.1.1";
  std::shared_ptr<TcpStack> stack;
  CHECK(openLwip(options, std::make_unique<Wire>(), stack).code == "EINVAL");
}

}  // namespace

// lwIP asks this program instead of its own port, so that its minutes pass in moments.
extern "C" u32_t sys_now() { return static_cast<u32_t>(monotonicNs() / 1'000'000) + skippedMs; }

int main(int count, char** arguments) {
  saysWhatIsWrong();
  carriesBothWays();
  tellsHowItEnded();
  takesWhatHasRoom();
  repairsALostTail();
  cannotBeGuessed();
  leavesForeignFramesOutside();
  outlivesFloods();
  outlivesMutatedSegments(count > 1 ? std::atoi(arguments[1]) : 100'000);
  noticesADeadPeer();
  CHECK(tcp_active_pcbs == nullptr && tcp_tw_pcbs == nullptr && netif_list == nullptr);
  return finish("lwip");
}
