// What the checks of AF_XDP links share.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "check.h"
#include "core/host/clock.h"
#include "core/link/af_xdp/af_xdp.h"
#include "veth.h"

namespace hotlap::test {

inline constexpr uint32_t group = 0xef360c6f;
inline constexpr uint16_t port = 26'477;
inline constexpr uint32_t ringFrames = 1'024;

inline AfXdpOptions receivingOn(const std::string& interface) {
  AfXdpOptions options;
  options.interface = interface;
  options.flows.udp.push_back({group, port});
  options.ringFrames = ringFrames;
  return options;
}

inline std::unique_ptr<Link> opened(const AfXdpOptions& options) {
  std::unique_ptr<Link> link;
  const Failure failure = openAfXdp(options, link);
  if (failure) std::printf("%s: %s\n", failure.code.c_str(), failure.sentence.c_str());
  CHECK(!failure && link != nullptr);
  return link;
}

/// Until nothing has come for 20 ms.
inline std::vector<Bytes> drain(Link& link) {
  std::vector<Bytes> frames;
  int64_t lastNs = monotonicNs();
  while (monotonicNs() - lastNs < 20'000'000) {
    const int count = link.rxBurst();
    CHECK(count >= 0 && count <= Link::burst);
    for (int index = 0; index < count; ++index) {
      frames.emplace_back(link.frame(index).data, link.frame(index).data + link.frame(index).size);
    }
    if (count > 0) lastNs = monotonicNs();
  }
  return frames;
}

/// A wanted frame whose payload tells it from others.
inline Bytes numbered(int number, size_t payloadBytes = 100) {
  Bytes payload(payloadBytes);
  for (size_t index = 0; index < payloadBytes; ++index) {
    payload[index] = static_cast<uint8_t>(number >> (index % 4 * 8));
  }
  return frameOf({group, port, payload});
}

}  // namespace hotlap::test
