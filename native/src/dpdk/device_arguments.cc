#include "dpdk/device_arguments.h"

#include <algorithm>
#include <vector>

namespace hotlap::dpdk {

namespace {

constexpr size_t mostBytes = 512;
constexpr const char* memif = "net_memif";
constexpr const char* memifArguments[] = {"id",  "role",      "bsize", "rsize", "socket", "socket-abstract",
                                          "mac", "zero-copy", "secret"};

/// Lists (`[0,1]`) and devices within a device (`dev(…)`) keep their commas.
std::vector<std::string> parts(const std::string& device) {
  std::vector<std::string> found(1);
  int depth = 0;
  for (const char letter : device) {
    if (letter == '[' || letter == '(') ++depth;
    if (letter == ']' || letter == ')') --depth;
    if (letter == ',' && depth == 0) {
      found.emplace_back();
    } else {
      found.back() += letter;
    }
  }
  return found;
}

bool hasValue(const std::string& argument) {
  if (argument.find('(') != std::string::npos) return true;
  const size_t equals = argument.find('=');
  return equals != std::string::npos && equals > 0 && equals + 1 < argument.size();
}

Failure refused(const std::string& what) {
  return {"EINVAL",
          what +
              "; give a PCI address (0000:01:00.0) or a virtual device and its arguments as DPDK's "
              "guide has them (net_memif0,role=client,socket=/run/hotlap.memif,socket-abstract=no)."};
}

}  // namespace

bool isPci(const std::string& name) {
  // [domain:]bus:device.function, in hexadecimal.
  const size_t colons = static_cast<size_t>(std::count(name.begin(), name.end(), ':'));
  return (colons == 1 || colons == 2) && name.find('.') != std::string::npos &&
         name.find_first_not_of("0123456789abcdefABCDEF:.") == std::string::npos;
}

std::string wholeName(const std::string& device) {
  const std::string name = nameOf(device);
  return isPci(name) && name.find(':') == name.rfind(':') ? "0000:" + device : device;
}

std::string nameOf(const std::string& device) { return device.substr(0, device.find(',')); }

std::string argumentOf(const std::string& device, const std::string& name) {
  for (const std::string& part : parts(device)) {
    if (part.compare(0, name.size() + 1, name + '=') == 0) return part.substr(name.size() + 1);
  }
  return {};
}

Failure checkDevice(const std::string& device) {
  if (nameOf(device).empty()) return refused("No device of DPDK's is named by '" + device + "'");
  if (device.size() > mostBytes) return refused("The name of a device of DPDK's has more than 512 bytes");
  const bool isMemif = device.compare(0, std::string(memif).size(), memif) == 0;
  std::vector<std::string> arguments = parts(device);
  arguments.erase(arguments.begin());
  for (const std::string& each : arguments) {
    if (!hasValue(each)) return refused("The argument '" + each + "' of " + nameOf(device) + " has no value");
    const std::string name = each.substr(0, each.find('='));
    if (isMemif &&
        std::find(std::begin(memifArguments), std::end(memifArguments), name) == std::end(memifArguments)) {
      return refused("net_memif has no argument '" + name + "'");
    }
  }
  return {};
}

}  // namespace hotlap::dpdk
