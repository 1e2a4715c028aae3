#include "core/link/open_link.h"

#include <sys/stat.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "core/link/af_xdp/network_device.h"
#include "core/link/shared_device.h"

namespace hotlap {

namespace {

struct OpenDevice {
  /// What it is, by whatever name it was asked for.
  std::string name;
  /// How it was asked to be.
  std::string manner;
  std::weak_ptr<SharedDevice> device;
};

/// Shares of one device are polled by the thread that asked for them, or by one that it starts with all of
/// them.
thread_local std::vector<OpenDevice> openDevices;

std::string manner(const AfXdpOptions& options) {
  std::string text = std::to_string(static_cast<int>(options.mode)) + ' ' +
                     std::to_string(static_cast<int>(options.zeroCopy)) + ' ' +
                     std::to_string(static_cast<int>(options.delivery)) + ' ' +
                     std::to_string(options.ringFrames) + ' ' + std::to_string(options.frameBytes);
  for (const uint32_t queue : options.queues) text += ' ' + std::to_string(queue);
  return text;
}

/// An index means an interface of this network namespace only.
std::string nameOf(const AfXdpOptions& options) {
  NetworkDevice device;
  struct stat space;
  if (findNetworkDevice(options.interface, device) || stat("/proc/thread-self/ns/net", &space) != 0)
    return "af_xdp " + options.interface;
  return "af_xdp " + std::to_string(space.st_ino) + ' ' + std::to_string(device.index);
}

/// A file that is not there yet has the name that it was given.
std::string nameOf(const ShmOptions& options) {
  char resolved[PATH_MAX];
  const char* path = realpath(options.file.c_str(), resolved);
  return (options.end == ShmOptions::End::venue ? "shm venue " : "shm engine ") +
         (path == nullptr ? options.file : std::string(path));
}

OpenDevice described(const LinkOptions& options) {
  switch (options.kind) {
    case LinkOptions::Kind::afXdp:
      return {nameOf(options.afXdp), manner(options.afXdp), {}};
    case LinkOptions::Kind::shm:
      return {nameOf(options.shm), std::to_string(options.shm.ringFrames), {}};
    case LinkOptions::Kind::dpdk:
      break;
  }
  return {
      "dpdk " + options.dpdk.device,
      std::to_string(static_cast<int>(options.dpdk.memory)) + ' ' + std::to_string(options.dpdk.ringFrames),
      {}};
}

std::string nameForPeople(const LinkOptions& options) {
  switch (options.kind) {
    case LinkOptions::Kind::afXdp:
      return "The interface " + options.afXdp.interface;
    case LinkOptions::Kind::shm:
      return "The wire " + options.shm.file;
    case LinkOptions::Kind::dpdk:
      break;
  }
  return "The port " + options.dpdk.device;
}

Failure openDevice(const LinkOptions& options, const FlowFilter& flows, std::unique_ptr<Link>& device) {
  switch (options.kind) {
    case LinkOptions::Kind::afXdp: {
      AfXdpOptions afXdp = options.afXdp;
      afXdp.flows = flows;
      return openAfXdp(afXdp, device);
    }
    case LinkOptions::Kind::shm:
      return openShm(options.shm, device);
    case LinkOptions::Kind::dpdk:
      break;
  }
  if (Failure failure = openDpdk(options.dpdk, device)) return failure;
  return flows.empty() ? Failure{} : device->steer(flows);
}

}  // namespace

Failure openLink(const LinkOptions& options, const FlowFilter& flows, std::unique_ptr<Link>& link) {
  openDevices.erase(std::remove_if(openDevices.begin(), openDevices.end(),
                                   [](const OpenDevice& each) { return each.device.expired(); }),
                    openDevices.end());
  OpenDevice asked = described(options);
  for (const OpenDevice& each : openDevices) {
    if (each.name != asked.name) continue;
    if (each.manner != asked.manner) {
      return {"EBUSY", nameForPeople(options) +
                           " is shared by several of this configuration, which give it different settings; "
                           "give each the same ones."};
    }
    auto share = std::make_unique<LinkShare>(each.device.lock(), FlowFilter{});
    if (!flows.empty()) {
      if (Failure failure = share->steer(flows)) return failure;
    }
    link = std::move(share);
    return {};
  }
  std::unique_ptr<Link> device;
  if (Failure failure = openDevice(options, flows, device)) return failure;
  auto shared = std::make_shared<SharedDevice>(std::move(device));
  asked.device = shared;
  // A wire's file is there by now, and has the name that the next one will find.
  if (options.kind == LinkOptions::Kind::shm) asked.name = nameOf(options.shm);
  openDevices.push_back(std::move(asked));
  link = std::make_unique<LinkShare>(std::move(shared), flows);
  return {};
}

}  // namespace hotlap
