#include "dpdk/xsk_socket.h"

#include <dirent.h>
#include <linux/if_xdp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace hotlap::dpdk {

std::vector<XskSocket::Open> XskSocket::ofProcess() {
  std::vector<Open> sockets;
  DIR* const folder = opendir("/proc/self/fd");
  if (folder == nullptr) return sockets;
  while (const dirent* entry = readdir(folder)) {
    const int fd = atoi(entry->d_name);
    int domain = 0;
    socklen_t size = sizeof domain;
    struct stat about;
    if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 || domain != AF_XDP) continue;
    if (fstat(fd, &about) == 0) sockets.push_back({fd, about.st_ino});
  }
  closedir(folder);
  return sockets;
}

void XskSocket::afterSetup() {
  for (const Open& each : ofProcess()) {
    const bool known = std::any_of(known_.begin(), known_.end(),
                                   [&](const Open& before) { return before.inode == each.inode; });
    if (!known) socket_ = each;
  }
}

void XskSocket::close() {
  if (socket_.fd < 0) return;
  struct stat about;
  // A PMD that has mended this has closed it, and the number may be another file's by now.
  if (fstat(socket_.fd, &about) == 0 && about.st_ino == socket_.inode) ::close(socket_.fd);
  socket_ = {-1, 0};
}

uint64_t XskSocket::ringFull() const {
  xdp_statistics statistics = {};
  socklen_t size = sizeof statistics;
  if (socket_.fd < 0 || getsockopt(socket_.fd, SOL_XDP, XDP_STATISTICS, &statistics, &size) != 0) return 0;
  return statistics.rx_ring_full;
}

}  // namespace hotlap::dpdk
