// TCP stacks: the kernel's through the interface that every stack has, and who may have the one of lwIP.
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <memory>
#include <string>
#include <thread>

#include "check.h"
#include "core/host/clock.h"
#include "core/socket/open_stack.h"

using namespace hotlap;

namespace {

sockaddr_in loopback(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

/// Asks until it holds, for at most a second.
template <typename Condition>
bool soon(Condition holds) {
  const int64_t deadlineNs = monotonicNs() + 1'000'000'000;
  while (!holds()) {
    if (monotonicNs() > deadlineNs) return false;
  }
  return true;
}

struct Pair {
  std::unique_ptr<TcpSocket> near;
  std::unique_ptr<TcpSocket> far;
};

Pair connected(TcpStack& stack) {
  Pair pair;
  std::unique_ptr<TcpListener> listener;
  CHECK(!stack.listen(loopback(0), 1, listener));
  CHECK(listener->port() > 0);
  CHECK(listener->accept(pair.far) == EAGAIN);
  CHECK(stack.connect(loopback(listener->port()), pair.near) == 0);
  CHECK(soon([&] { return listener->accept(pair.far) == 0; }));
  CHECK(soon([&] { return pair.near->connected() == 0; }));
  CHECK(listener->takeCalls() >= 2);
  CHECK(listener->takeCalls() == 0);
  return pair;
}

void carriesBytesUpToTheEnd() {
  std::shared_ptr<TcpStack> stack;
  CHECK(!openStack({}, stack));
  Pair pair = connected(*stack);
  uint8_t bytes[16];
  pair.near->takeReceiveCalls();
  CHECK(pair.near->receive(bytes, sizeof bytes) == 0);
  CHECK(pair.near->takeReceiveCalls() == 1);
  CHECK(pair.far->send(reinterpret_cast<const uint8_t*>("order"), 5) == 5);
  CHECK(pair.far->takeSendCalls() == 1);
  CHECK(pair.far->finish() == 0);
  pair.near->wait(false, 1'000);
  CHECK(pair.near->receive(bytes, sizeof bytes) == 5);
  CHECK(std::memcmp(bytes, "order", 5) == 0);
  CHECK(soon([&] { return pair.near->receive(bytes, sizeof bytes) == TcpSocket::endOfStream; }));
  // The other way is still open.
  CHECK(pair.near->send(reinterpret_cast<const uint8_t*>("answer"), 6) == 6);
  CHECK(soon([&] { return pair.far->receive(bytes, sizeof bytes) == 6; }));
  CHECK(pair.near->facts().backend == "kernel");
  CHECK(!pair.near->facts().accelerated);
}

void takesOnlyWhatThereIsRoomFor() {
  std::shared_ptr<TcpStack> stack;
  CHECK(!openStack({}, stack));
  Pair pair = connected(*stack);
  const std::string block(size_t{1} << 20, 'x');
  const auto* bytes = reinterpret_cast<const uint8_t*>(block.data());
  size_t taken = 0;
  int last = 0;
  for (int round = 0; round < 64; ++round) {
    last = pair.near->send(bytes, block.size());
    CHECK(last >= 0);
    taken += static_cast<size_t>(last);
    if (last == 0) break;
  }
  CHECK(last == 0);
  std::string received(block.size(), '\0');
  size_t came = 0;
  CHECK(soon([&] {
    const int count = pair.far->receive(reinterpret_cast<uint8_t*>(received.data()), received.size());
    if (count > 0) came += static_cast<size_t>(count);
    return came == taken;
  }));
}

void tellsHowItEnds() {
  std::shared_ptr<TcpStack> stack;
  CHECK(!openStack({}, stack));
  int closedPort = 0;
  {
    Pair pair = connected(*stack);
    uint8_t bytes[16];
    // Unread bytes: the socket that closes over them resets (tcp(7)).
    CHECK(pair.near->send(reinterpret_cast<const uint8_t*>("unread"), 6) == 6);
    pair.far->wait(false, 1'000);
    pair.far.reset();
    CHECK(soon([&] { return pair.near->receive(bytes, sizeof bytes) == -ECONNRESET; }));
    std::unique_ptr<TcpListener> listener;
    CHECK(!stack->listen(loopback(0), 1, listener));
    closedPort = listener->port();
    std::unique_ptr<TcpListener> second;
    const Failure taken = stack->listen(loopback(closedPort), 1, second);
    CHECK(taken.code == "EADDRINUSE");
    CHECK(errnoNamed(taken.code) == EADDRINUSE);
    CHECK(second == nullptr);
  }
  std::unique_ptr<TcpSocket> refused;
  const int begun = stack->connect(loopback(closedPort), refused);
  CHECK(begun == 0 || begun == ECONNREFUSED);
  if (begun == 0) {
    int error = EINPROGRESS;
    CHECK(soon([&] { return (error = refused->connected()) != EINPROGRESS; }));
    CHECK(error == ECONNREFUSED);
  }
  CHECK(errnoNamed("ERR_LWIP_MISSING") == 0);
}

/// What a stack of lwIP would be given.
class HeldStack final : public TcpStack {
 public:
  explicit HeldStack(std::unique_ptr<Link> link) : link_(std::move(link)) {}
  int connect(const sockaddr_in&, std::unique_ptr<TcpSocket>&) override { return ENETUNREACH; }
  Failure listen(const sockaddr_in&, int, std::unique_ptr<TcpListener>&) override { return {"ENOSYS", ""}; }
  TransportFacts facts() const override { return {}; }

 private:
  std::unique_ptr<Link> link_;
};

Failure openHeld(const LwipOptions&, std::unique_ptr<Link> link, std::shared_ptr<TcpStack>& stack) {
  CHECK(link != nullptr);
  stack = std::make_shared<HeldStack>(std::move(link));
  return {};
}

/// Its end takes a while, as that of one whose last bytes are on their way.
std::atomic<int> running = 0;

class SlowStack final : public TcpStack {
 public:
  SlowStack() { CHECK(++running == 1); }
  ~SlowStack() override {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    --running;
  }
  int connect(const sockaddr_in&, std::unique_ptr<TcpSocket>&) override { return ENETUNREACH; }
  Failure listen(const sockaddr_in&, int, std::unique_ptr<TcpListener>&) override { return {"ENOSYS", ""}; }
  TransportFacts facts() const override { return {}; }
};

Failure openSlow(const LwipOptions&, std::unique_ptr<Link>, std::shared_ptr<TcpStack>& stack) {
  stack = std::make_shared<SlowStack>();
  return {};
}

Failure ask(const TcpStackOptions& options, std::shared_ptr<TcpStack>& stack,
            StackUse use = StackUse::byThisThread) {
  return openStack(options, stack, use);
}

void thereIsOneOfLwip() {
  char folder[] = "/tmp/hotlap-stack-XXXXXX";
  CHECK(mkdtemp(folder) != nullptr);
  const std::string file = std::string(folder) + "/wire";
  TcpStackOptions options;
  options.kind = TcpStackOptions::Kind::lwip;
  options.lwip.link.kind = LinkOptions::Kind::shm;
  options.lwip.link.shm = {file, ShmOptions::End::engine, 64};
  options.lwip.address = "10.77.0.2/24";

  std::shared_ptr<TcpStack> stack;
  CHECK(ask(options, stack).code == "ERR_LWIP_MISSING");
  provideLwip(openHeld);
  CHECK(!ask(options, stack));
  std::shared_ptr<TcpStack> again;
  CHECK(!ask(options, again));
  CHECK(again == stack);
  again.reset();

  TcpStackOptions other = options;
  other.lwip.address = "10.77.0.3/24";
  const Failure differs = ask(other, again);
  CHECK(differs.code == "EBUSY" && again == nullptr);
  CHECK(differs.sentence.find("10.77.0.2/24") != std::string::npos);
  CHECK(differs.sentence.find("10.77.0.3/24") != std::string::npos);

  std::thread([&] { CHECK(ask(options, again).code == "EBUSY"); }).join();
  CHECK(ask(options, again, StackUse::byAnotherThread).code == "EBUSY");

  // It ends with its last user; who comes then may be another thread, with another address.
  stack.reset();
  std::thread([&] {
    std::shared_ptr<TcpStack> theirs;
    CHECK(!ask(other, theirs));
  }).join();
  CHECK(!ask(options, stack, StackUse::byAnotherThread));
  CHECK(ask(options, again).code == "EBUSY");
  stack.reset();
  CHECK(!ask(options, again));
  again.reset();
  // lwIP's state is global: the next one begins once the last one's end is over.
  provideLwip(openSlow);
  CHECK(!ask(options, stack));
  std::thread ending([held = std::move(stack)]() mutable { held.reset(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(!ask(options, again));
  ending.join();
  again.reset();
  unlink(file.c_str());
  rmdir(folder);
}

}  // namespace

int main() {
  carriesBytesUpToTheEnd();
  takesOnlyWhatThereIsRoomFor();
  tellsHowItEnds();
  thereIsOneOfLwip();
  return test::finish("stack");
}
