// A network of the checks' own: a namespace without a name, and in it both ends of a veth pair, onto which
// frames are put as they are. It goes with the process.
#pragma once

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "core/host/descriptor.h"

namespace hotlap::test {

using Bytes = std::vector<uint8_t>;

inline bool run(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

/// Of the process: everything opened from here on is in it.
inline void enterNamespace() {
  CHECK(unshare(CLONE_NEWNET) == 0);
  CHECK(run("ip link set lo up"));
}

class VethPair {
 public:
  explicit VethPair(const std::string& name, int queues = 1, int mtuBytes = 1'500)
      : near_(name + "a"), far_(name + "b") {
    const std::string count =
        " numrxqueues " + std::to_string(queues) + " numtxqueues " + std::to_string(queues);
    CHECK(run("ip link add " + near_ + " mtu " + std::to_string(mtuBytes) + count + " type veth peer name " +
              far_ + " mtu " + std::to_string(mtuBytes) + count));
    // IPv6 would send frames of its own.
    for (const std::string& end : {near_, far_}) {
      CHECK(run("sh -c 'echo 1 > /proc/sys/net/ipv6/conf/" + end + "/disable_ipv6'"));
      CHECK(run("ip link set " + end + " up"));
    }
    raw_ = Descriptor(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
    CHECK(raw_.isOpen());
    address_.sll_family = AF_PACKET;
    address_.sll_ifindex = static_cast<int>(if_nametoindex(far_.c_str()));
  }
  ~VethPair() { run("ip link del " + near_); }

  const std::string& near() const { return near_; }
  const std::string& far() const { return far_; }

  /// Onto the far end, so that it comes in at the near one.
  bool send(const Bytes& frame) {
    return sendto(raw_.get(), frame.data(), frame.size(), 0, reinterpret_cast<sockaddr*>(&address_),
                  sizeof address_) == static_cast<ssize_t>(frame.size());
  }

 private:
  std::string near_;
  std::string far_;
  Descriptor raw_;
  sockaddr_ll address_ = {};
};

struct UdpFrame {
  uint32_t group;
  uint16_t port;
  Bytes payload;
  std::vector<uint16_t> vlanTypes = {};
  uint16_t fragment = 0;
  int ipOptionBytes = 0;
  uint16_t sourcePort = 5'000;
};

inline void put16(Bytes& to, uint32_t value) {
  to.push_back(static_cast<uint8_t>(value >> 8));
  to.push_back(static_cast<uint8_t>(value));
}
inline void put32(Bytes& to, uint32_t value) {
  put16(to, value >> 16);
  put16(to, value & 0xffff);
}

/// Without checksums, which no code below the link looks at.
inline Bytes frameOf(const UdpFrame& udp) {
  Bytes frame = {0x01, 0x00, 0x5e, 0, 0, 1, 2, 0, 0, 0, 0, 1};
  for (const uint16_t type : udp.vlanTypes) {
    put16(frame, type);
    put16(frame, 100);
  }
  put16(frame, 0x0800);
  const size_t header = 20 + static_cast<size_t>(udp.ipOptionBytes);
  frame.push_back(static_cast<uint8_t>(0x40 | header / 4));
  frame.push_back(0);
  put16(frame, static_cast<uint32_t>(header + 8 + udp.payload.size()));
  put16(frame, 7);
  put16(frame, udp.fragment);
  frame.push_back(16);
  frame.push_back(17);
  put16(frame, 0);
  put32(frame, 0x0a000001);
  put32(frame, udp.group);
  frame.insert(frame.end(), static_cast<size_t>(udp.ipOptionBytes), 1);
  put16(frame, udp.sourcePort);
  put16(frame, udp.port);
  put16(frame, static_cast<uint32_t>(8 + udp.payload.size()));
  put16(frame, 0);
  frame.insert(frame.end(), udp.payload.begin(), udp.payload.end());
  return frame;
}

}  // namespace hotlap::test
