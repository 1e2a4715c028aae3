// Puts frames as they are onto a wire: onto an interface by a packet socket, or into shared memory as the
// venue's end. How many have left stands on stdout.
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "core/link/shm/shm.h"
#include "frames_of_stdin.h"

namespace {

int toInterface(const char* name, const Frames& frames) {
  const int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
  sockaddr_ll address = {};
  address.sll_family = AF_PACKET;
  address.sll_ifindex = static_cast<int>(if_nametoindex(name));
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return -errno;
  int left = 0;
  for (const auto& frame : frames) {
    if (send(fd, frame.data(), frame.size(), 0) >= 0) ++left;
  }
  return left;
}

int toSharedMemory(const char* file, const Frames& frames) {
  std::unique_ptr<hotlap::Link> link;
  hotlap::ShmOptions options;
  options.file = file;
  options.end = hotlap::ShmOptions::End::venue;
  if (const hotlap::Failure failure = hotlap::openShm(options, link)) {
    fprintf(stderr, "%s\n", failure.sentence.c_str());
    return -EIO;
  }
  int left = 0;
  for (const auto& frame : frames) {
    uint8_t* room = frame.size() > link->maxFrameBytes() ? nullptr : link->txReserve();
    if (room == nullptr) continue;
    memcpy(room, frame.data(), frame.size());
    link->txCommit(frame.size());
    ++left;
  }
  link->flush();
  return left;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const auto frames = framesOfStdin();
  const bool shared = strcmp(arguments[1], "shm") == 0;
  const int left = shared ? toSharedMemory(arguments[2], frames) : toInterface(arguments[2], frames);
  if (left < 0) {
    fprintf(stderr, "%s\n", strerror(-left));
    return 1;
  }
  printf("%d\n", left);
  return 0;
}
