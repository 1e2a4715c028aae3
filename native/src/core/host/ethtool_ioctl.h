// ethtool's ioctl on one interface of the calling thread's network namespace.
#pragma once

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <string>

#include "core/host/descriptor.h"

namespace hotlap {

class EthtoolIoctl {
 public:
  /// @param name shorter than IFNAMSIZ
  explicit EthtoolIoctl(const std::string& name)
      : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)), name_(name) {}

  int openError() const { return socket_.isOpen() ? 0 : errno; }

  /// An ioctl of the interface itself (netdevice(7)).
  bool interface(unsigned long command, ifreq& request) const {
    request = {};
    memcpy(request.ifr_name, name_.c_str(), name_.size() + 1);
    return ioctl(socket_.get(), command, &request) == 0;
  }

  /// @returns false with errno where it is refused
  template <typename Question>
  bool ask(uint32_t command, Question& question) const {
    question.cmd = command;
    ifreq request = {};
    memcpy(request.ifr_name, name_.c_str(), name_.size() + 1);
    request.ifr_data = reinterpret_cast<char*>(&question);
    return ioctl(socket_.get(), SIOCETHTOOL, &request) == 0;
  }

 private:
  Descriptor socket_;
  std::string name_;
};

}  // namespace hotlap
