#include "bench/floor/options.h"

#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace hotlap::floor {

namespace {

bool parseNumber(const char* text, double low, double high, double& value) {
  char* end = nullptr;
  value = strtod(text, &end);
  return end != text && *end == '\0' && value >= low && value <= high;
}

template <typename Number>
bool setNumber(Number& target, const char* text, double low, double high) {
  double value = 0;
  if (!parseNumber(text, low, high, value)) return false;
  target = static_cast<Number>(value);
  return true;
}

bool setText(std::string& target, const char* text) {
  target = text;
  return !target.empty() && target.size() <= 255 && target.find('\x01') == std::string::npos;
}

bool setOneOf(std::string& target, const char* text, std::initializer_list<const char*> choices) {
  target = text;
  for (const char* choice : choices) {
    if (target == choice) return true;
  }
  return false;
}

bool set(Options& options, const std::string& name, const char* value) {
  constexpr double maxInt = 2147483647;
  if (name == "--rx") return setOneOf(options.rx, value, {"kernel", "af_xdp", "shm", "dpdk"});
  if (name == "--tx") return setOneOf(options.tx, value, {"kernel", "lwip"});
  if (name == "--group") return setText(options.group, value);
  if (name == "--port") return setNumber(options.port, value, 1, 65'535);
  if (name == "--interface") return setText(options.interface, value);
  if (name == "--file") return setText(options.file, value);
  if (name == "--device") return setText(options.device, value);
  if (name == "--ring-frames") return setNumber(options.ringFrames, value, 64, 1 << 20);
  if (name == "--address") return setText(options.address, value);
  if (name == "--receive-buffer") return setNumber(options.receiveBufferBytes, value, 0, maxInt);
  if (name == "--credit-file") return setText(options.creditFile, value);
  if (name == "--fix-host") return setText(options.fixHost, value);
  if (name == "--fix-port") return setNumber(options.fixPort, value, 1, 65'535);
  if (name == "--sender") return setText(options.senderCompId, value);
  if (name == "--target") return setText(options.targetCompId, value);
  if (name == "--prefix") return setText(options.clOrdIdPrefix, value);
  if (name == "--symbol") return setText(options.symbol, value) && options.symbol.size() <= 8;
  if (name == "--quantity") return setNumber(options.quantity, value, 1, 999'999);
  if (name == "--every") return setNumber(options.every, value, 1, maxInt);
  if (name == "--expected-orders") return setNumber(options.expectedOrders, value, 1, 1 << 25);
  if (name == "--cpu") return setNumber(options.cpu, value, 0, 65'535);
  if (name == "--seconds") return setNumber(options.seconds, value, 0, 86'400);
  if (name == "--messages") return setNumber(options.messages, value, 1, 1e8);
  if (name == "--symbols") return setNumber(options.symbols, value, 1, 10'000);
  return false;
}

}  // namespace

std::string parseOptions(int count, char** arguments, Options& options) {
  for (int i = 1; i < count; ++i) {
    const std::string name = arguments[i];
    if (name == "--memory") {
      options.memory = true;
      continue;
    }
    if (i + 1 == count) return name + " is unknown or lacks its value.";
    if (!set(options, name, arguments[++i])) {
      return name + " is unknown or cannot be " + arguments[i] + ".";
    }
  }
  if (options.memory) return {};
  if (options.port == 0) return "--port is missing: where does the feed arrive?";
  if (options.fixPort == 0) return "--fix-port is missing: where does the venue listen?";
  if (options.rx == "shm" && options.file.empty()) return "--file is missing: where is the wire?";
  if (options.rx == "dpdk" && options.device.empty()) return "--device is missing: which port of DPDK's?";
  if (options.tx == "lwip" && options.rx == "kernel")
    return "--tx lwip goes over the device of the feed: --rx must be af_xdp, shm or dpdk.";
  return {};
}

}  // namespace hotlap::floor
