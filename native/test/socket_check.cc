// UDP and credit on real loopback sockets: boundaries, order, kernel drops, multicast, errors.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "core/host/clock.h"
#include "core/socket/udp_receiver.h"
#include "core/socket/udp_sender.h"

using namespace hotlap;

namespace {

constexpr int largeBuffer = 8 << 20;

UdpReceiverOptions on(const char* group, int port, int bufferBytes, const std::string& creditFile = "") {
  return {group, port, "127.0.0.1", bufferBytes, creditFile};
}

/// Receives until nothing has come for 50 ms.
std::vector<std::string> drain(UdpReceiver& receiver) {
  std::vector<std::string> packets;
  int64_t lastNs = monotonicNs();
  while (monotonicNs() - lastNs < 50'000'000) {
    const int64_t before = monotonicNs();
    const int count = receiver.receive(before);
    CHECK(count >= 0 && count <= UdpReceiver::burst);
    CHECK(receiver.count() == count);
    CHECK(receiver.burstNs() >= before);
    for (int index = 0; index < count; ++index) {
      packets.emplace_back(reinterpret_cast<const char*>(receiver.data(index)), receiver.size(index));
      const int64_t age = realtimeNs() - receiver.kernelTimeNs(index);
      CHECK(age >= 0 && age < INT64_C(60'000'000'000));
    }
    if (count > 0) lastNs = monotonicNs();
  }
  return packets;
}

void send(UdpSender& sender, const std::string& bytes) {
  CHECK(sender.send(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()) == 0);
}

void keepsBoundariesAndOrder() {
  UdpReceiver receiver;
  CHECK(!receiver.open(on("127.0.0.1", 0, largeBuffer)));
  UdpSender sender;
  CHECK(!sender.open("127.0.0.1", receiver.port(), ""));
  std::vector<std::string> sent;
  for (int index = 0; index < 300; ++index) {
    sent.push_back(std::to_string(index) + std::string(index * 7 % 1500, 'x'));
    send(sender, sent.back());
  }
  sent.emplace_back();
  send(sender, sent.back());
  sent.emplace_back(UdpReceiver::datagramBytes, 'j');
  send(sender, sent.back());
  CHECK(drain(receiver) == sent);
  CHECK(receiver.packets() == sent.size());
  CHECK(receiver.truncated() == 0u);
  CHECK(receiver.kernelDrops() == 0u);
  send(sender, std::string(UdpReceiver::datagramBytes + 1, 'j'));
  CHECK(drain(receiver).size() == 1u);
  CHECK(receiver.truncated() == 1u);
  CHECK(receiver.calls() >= 5);
}

void countsWhatTheKernelDropped() {
  UdpReceiver receiver;
  CHECK(!receiver.open(on("127.0.0.1", 0, 4096)));
  CHECK(receiver.receiveBufferBytes() <= 16'384);
  UdpSender sender;
  CHECK(!sender.open("127.0.0.1", receiver.port(), ""));
  constexpr uint64_t sent = 500;
  for (uint64_t index = 0; index < sent; ++index) send(sender, std::string(400, 'x'));
  const uint64_t received = drain(receiver).size();
  CHECK(received > 0 && received < sent);
  // The drops lie behind the last datagram, which knew of none: the next one tells.
  CHECK(receiver.kernelDrops() == 0u);
  CHECK(receiver.refreshKernelDrops() == sent - received);
  send(sender, "one more");
  CHECK(drain(receiver).size() == 1u);
  CHECK(receiver.kernelDrops() == sent - received);
}

void hearsOnlyItsGroup() {
  UdpReceiver first, second;
  CHECK(!first.open(on("239.255.77.1", 46'801, largeBuffer)));
  CHECK(!second.open(on("239.255.77.1", 46'801, largeBuffer)));
  UdpReceiver other;
  CHECK(!other.open(on("239.255.77.2", 46'801, largeBuffer)));
  UdpSender sender, elsewhere;
  CHECK(!sender.open("239.255.77.1", 46'801, "127.0.0.1"));
  CHECK(!elsewhere.open("239.255.77.2", 46'801, "127.0.0.1"));
  send(sender, "for the first group");
  send(elsewhere, "for the second group");
  CHECK(drain(first) == std::vector<std::string>{"for the first group"});
  CHECK(drain(second) == std::vector<std::string>{"for the first group"});
  CHECK(drain(other) == std::vector<std::string>{"for the second group"});
}

void saysWhatIsWrong() {
  UdpReceiver receiver, second;
  CHECK(!receiver.open(on("127.0.0.1", 0, 0)));
  CHECK(second.open(on("127.0.0.1", receiver.port(), 0)).code == "EADDRINUSE");
  CHECK(second.open(on("192.0.2.1", 1, 0)).code == "EADDRNOTAVAIL");
  CHECK(second.open(on("feed.example", 1, 0)).code == "EINVAL");
  CHECK(second.open(on("127.0.0.1", 70'000, 0)).code == "EINVAL");
  const Failure failure = second.open({"239.255.77.1", 46'802, "192.0.2.1", 0, ""});
  CHECK(failure.code == "ENODEV");
  CHECK(failure.sentence.find("192.0.2.1") != std::string::npos);
  // Where the process may force the size, nothing is wrong with a large one; where not, the sentence names
  // the remedy.
  CHECK(!second.open(on("127.0.0.1", 0, 64 << 20)));
  CHECK(second.receiveBufferBytes() / 2 >= 64 << 20 ||
        second.facts().reason.find("net.core.rmem_max") != std::string::npos);
}

void publishesWhatWasConsumed() {
  const std::string path = "/dev/shm/hotlap-check-" + std::to_string(getpid());
  Credit credit;
  CHECK(!credit.open(path));
  CHECK(credit->generation.load() == 0u);
  struct stat status;
  CHECK(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  UdpReceiver receiver;
  CHECK(!receiver.open(on("127.0.0.1", 0, largeBuffer, path)));
  CHECK(credit->generation.load() == 1u);
  CHECK(credit->receiveBufferBytes.load() == static_cast<uint64_t>(receiver.receiveBufferBytes()));
  UdpSender sender;
  CHECK(!sender.open("127.0.0.1", receiver.port(), ""));
  for (int index = 0; index < 10; ++index) send(sender, "packet");
  CHECK(receiver.receive(1) == 10);
  // A burst in hand is not consumed yet.
  CHECK(credit->consumed.load() == 0u);
  CHECK(receiver.receive(2) == 0);
  CHECK(receiver.burstNs() == 2);
  CHECK(credit->consumed.load() == 10u);
  unlink(path.c_str());

  FILE* foreign = std::fopen(path.c_str(), "w");
  std::fputs("somebody's file", foreign);
  std::fclose(foreign);
  CHECK(Credit().open(path).code == "EINVAL");
  unlink(path.c_str());
  CHECK(symlink("/etc/passwd", path.c_str()) == 0);
  CHECK(Credit().open(path).code == errnoName(ELOOP));
  unlink(path.c_str());
}

}  // namespace

int main() {
  keepsBoundariesAndOrder();
  countsWhatTheKernelDropped();
  hearsOnlyItsGroup();
  saysWhatIsWrong();
  publishesWhatWasConsumed();
  return hotlap::test::finish("socket_check");
}
