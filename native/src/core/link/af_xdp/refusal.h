// Why an interface could not be opened, in one sentence that says what to do. Codes are the errno's names.
#pragma once

#include <string>

#include "core/host/failure.h"
#include "core/link/af_xdp/af_xdp.h"
#include "core/link/af_xdp/network_device.h"
#include "core/link/af_xdp/queue.h"

namespace hotlap::refusal {

/// "process 123 (node)" that holds an XDP program by a bpf_link; empty: none does.
std::string holderOf(uint32_t program);

Failure noMap(int error);
Failure notLoaded(int error, const NetworkDevice& device, const std::string& verifierLog);
Failure notAttached(int error, const NetworkDevice& device, bool generic);
Failure alreadyAttached(const NetworkDevice& device, bool generic);
Failure noQueue(const xsk::QueueError& error, const NetworkDevice& device, uint32_t queue,
                const AfXdpOptions& options);
Failure notJoined(int error, const NetworkDevice& device, const std::string& group);
Failure notSteered(int error, const NetworkDevice& device);
Failure isDown(const NetworkDevice& device);
Failure noSuchQueue(const NetworkDevice& device, uint32_t queue);

}  // namespace hotlap::refusal
