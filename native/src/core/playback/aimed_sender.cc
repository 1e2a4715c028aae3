#include "core/playback/aimed_sender.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <utility>

#include "core/host/descriptor.h"
#include "core/link/frame_addresses.h"
#include "core/link/frame_sender.h"
#include "core/link/mac_addresses.h"
#include "core/socket/address.h"
#include "core/socket/udp_sender.h"

namespace hotlap {

namespace {

constexpr int sendBufferBytes = 4 << 20;

/// Any group, for what is the same of all of them (224.0.0.0 is given to nobody: RFC 5771, 4).
constexpr uint32_t anyGroup = 0xe0000000;

class SocketAimedSender final : public AimedSender {
 public:
  Failure open(const std::string& interface) {
    socket_ = Descriptor(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket_.isOpen()) return failureOf(errno, "No UDP socket could be made");
    setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUF, &sendBufferBytes, sizeof sendBufferBytes);
    Interface by;
    if (Failure failure = findInterface(interface, "by which the recording should leave", by)) return failure;
    ip_mreqn request = {};
    request.imr_address = by.address;
    request.imr_ifindex = static_cast<int>(by.index);
    if (setsockopt(socket_.get(), IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof request) != 0)
      return failureOf(errno, "The recording could not be sent by " + by.name);
    return {};
  }

  void aim(const GroupAddress& to) override {
    to_.sin_family = AF_INET;
    to_.sin_addr.s_addr = htonl(to.group);
    to_.sin_port = htons(to.port);
  }

  int send(const uint8_t* bytes, size_t size) override {
    int error = EINTR;
    for (int attempt = 0; attempt < 3 && error == EINTR; ++attempt) {
      ++counters_.calls;
      if (sendto(socket_.get(), bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&to_), sizeof to_) >= 0) {
        ++counters_.datagrams;
        counters_.bytes += size;
        return 0;
      }
      error = errno;
    }
    if (error == EAGAIN || error == ENOBUFS) ++counters_.full;
    return error;
  }

  size_t maxDatagramBytes() const override { return UdpSender::mostBytes; }

 private:
  Descriptor socket_;
  sockaddr_in to_ = {};
};

class FrameAimedSender final : public AimedSender {
 public:
  FrameAimedSender(std::unique_ptr<Link> link, const FrameAddresses& addresses)
      : frames_(std::move(link), addresses), addresses_(addresses) {}

  void aim(const GroupAddress& to) override {
    if (to.group == addresses_.destination && to.port == addresses_.port) return;
    addresses_.destination = to.group;
    addresses_.port = to.port;
    multicastMac(to.group, addresses_.destinationMac);
    frames_.address(addresses_);
  }

  int send(const uint8_t* bytes, size_t size) override { return counted(frames_.send(bytes, size)); }
  int flush() override { return counted(frames_.flush()); }
  size_t maxDatagramBytes() const override { return frames_.maxDatagramBytes(); }

 private:
  int counted(int error) {
    counters_ = frames_.counters();
    return error;
  }

  FrameSender frames_;
  FrameAddresses addresses_;
};

}  // namespace

Failure openAimedSender(const std::string& interface, const std::optional<LinkOptions>& device,
                        std::unique_ptr<AimedSender>& sender) {
  if (!device) {
    auto opened = std::make_unique<SocketAimedSender>();
    if (Failure failure = opened->open(interface)) return failure;
    sender = std::move(opened);
    return {};
  }
  sockaddr_in group = {};
  group.sin_family = AF_INET;
  group.sin_addr.s_addr = htonl(anyGroup);
  FrameAddresses addresses{};
  if (device->kind != LinkOptions::Kind::afXdp) {
    addresses = addressesOnWire(group);
  } else if (Failure failure = addressesOnInterface(device->afXdp.interface, group, addresses)) {
    return failure;
  }
  std::unique_ptr<Link> link;
  if (Failure failure = openLink(*device, {}, link)) return failure;
  sender = std::make_unique<FrameAimedSender>(std::move(link), addresses);
  return {};
}

}  // namespace hotlap
