// The floor under every round trip here: TCP on loopback, busy-polled on both sides, an order's bytes
// answered with a report's, and no FIX at all.
//
//   echo acceptor PORT CPU ORDER-BYTES REPORT-BYTES
//   echo initiator PORT CPU ORDER-BYTES REPORT-BYTES WARM-UP TRIPS      prints
//   {"latencies":[ns,…],"stalls":{…}}
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

constexpr int64_t connectTimeoutNs = INT64_C(5'000'000'000);
/// How long the initiator watches its own idle loop, and what it calls a stall.
constexpr int64_t watchNs = INT64_C(200'000'000);
constexpr int64_t stallNs = 20'000;

int64_t nowNs() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1'000'000'000) + time.tv_nsec;
}

void enable(int fd, int option) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, option, &on, sizeof on);
}

/// Spins until all of it has come. @returns false at the end of the connection
bool receive(int fd, std::vector<char>& bytes) {
  for (size_t have = 0; have < bytes.size();) {
    const ssize_t more = recv(fd, bytes.data() + have, bytes.size() - have, MSG_DONTWAIT);
    if (more > 0)
      have += static_cast<size_t>(more);
    else if (more == 0 || (errno != EAGAIN && errno != EINTR))
      return false;
  }
  return true;
}

bool send(int fd, const std::vector<char>& bytes) {
  return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}

sockaddr_in addressOf(const char* port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(std::atoi(port)));
  return address;
}

int accepted(const sockaddr_in& address) {
  const int listening = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listening, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return -1;
  if (listen(listening, 1) != 0) return -1;
  return accept(listening, nullptr, nullptr);
}

int connected(const sockaddr_in& address) {
  for (const int64_t endNs = nowNs() + connectTimeoutNs; nowNs() < endNs; usleep(10'000)) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
    close(fd);
  }
  return -1;
}

/// What the host takes away from a loop that does nothing else than read the clock.
void printStalls() {
  long count = 0;
  int64_t lost = 0;
  int64_t last = nowNs();
  for (const int64_t endNs = last + watchNs; last < endNs;) {
    const int64_t now = nowNs();
    if (now - last > stallNs) {
      ++count;
      lost += now - last;
    }
    last = now;
  }
  std::printf("\"stalls\":{\"count\":%ld,\"lostNs\":%ld,\"watchedNs\":%ld}", count, static_cast<long>(lost),
              static_cast<long>(watchNs));
}

int serve(int fd, std::vector<char>& order, const std::vector<char>& report) {
  while (receive(fd, order))
    if (!send(fd, report)) return 1;
  return 0;
}

int measure(int fd, const std::vector<char>& order, std::vector<char>& report, long warmUp, long trips) {
  std::vector<int64_t> latencies;
  latencies.reserve(static_cast<size_t>(trips));
  for (long trip = 0; trip < warmUp + trips; ++trip) {
    const int64_t startNs = nowNs();
    if (!send(fd, order) || !receive(fd, report)) return 1;
    const int64_t ns = nowNs() - startNs;
    if (trip >= warmUp) latencies.push_back(ns);
  }
  std::printf("{\"latencies\":[");
  for (size_t i = 0; i < latencies.size(); ++i)
    std::printf(i == 0 ? "%ld" : ",%ld", static_cast<long>(latencies[i]));
  std::printf("],");
  printStalls();
  std::printf("}\n");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) return 2;
  const std::string role = argv[1];
  if (std::atoi(argv[3]) >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(std::atoi(argv[3]), &set);
    sched_setaffinity(0, sizeof set, &set);
  }
  std::vector<char> order(static_cast<size_t>(std::atoi(argv[4])), 'D');
  std::vector<char> report(static_cast<size_t>(std::atoi(argv[5])), '8');
  const sockaddr_in address = addressOf(argv[2]);
  const int fd = role == "acceptor" ? accepted(address) : connected(address);
  if (fd < 0) return 1;
  enable(fd, TCP_NODELAY);
  if (role == "acceptor") return serve(fd, order, report);
  return argc < 8 ? 2 : measure(fd, order, report, std::atol(argv[6]), std::atol(argv[7]));
}
