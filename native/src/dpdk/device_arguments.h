// What names a device of DPDK's: a PCI address, or a virtual device with its arguments. PMDs trust what they
// are given, and more than one crashes on an argument without a value.
#pragma once

#include <string>

#include "core/host/failure.h"

namespace hotlap::dpdk {

/// A card by its place on the bus (`0000:01:00.0`, `01:00.0`), not a virtual device.
bool isPci(const std::string& name);

/// With the first domain where a card's address has none: ports have the whole address for a name.
std::string wholeName(const std::string& device);

std::string nameOf(const std::string& device);

/// The value of an argument; empty where there is none.
std::string argumentOf(const std::string& device, const std::string& name);

/// That it has a name, that each argument has a value, and that memif, which passes over arguments that it
/// does not know, knows them.
Failure checkDevice(const std::string& device);

}  // namespace hotlap::dpdk
