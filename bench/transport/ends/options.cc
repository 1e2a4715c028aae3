#include "bench/transport/ends/options.h"

#include <cstdlib>
#include <cstring>

namespace hotlap::bench {

namespace {

constexpr uint32_t mostPayload = 1472;
constexpr uint32_t leastPayload = 24;

template <typename Number>
bool setNumber(Number& target, const char* text, double low, double high) {
  char* end = nullptr;
  const double value = strtod(text, &end);
  if (end == text || *end != '\0' || !(value >= low && value <= high)) return false;
  target = static_cast<Number>(value);
  return true;
}

bool setText(std::string& target, const char* text) {
  target = text;
  return !target.empty() && target.size() <= 255;
}

bool set(Options& options, const std::string& name, const char* value) {
  if (name == "--transport") {
    options.transport = value;
    return options.transport == "kernel" || options.transport == "af_xdp" || options.transport == "shm" ||
           options.transport == "dpdk";
  }
  if (name == "--group") return setText(options.group, value);
  if (name == "--port") return setNumber(options.port, value, 1, 65'535);
  if (name == "--interface") return setText(options.interface, value);
  if (name == "--file") return setText(options.file, value);
  if (name == "--device") return setText(options.device, value);
  if (name == "--ring-frames") return setNumber(options.ringFrames, value, 64, 1 << 20);
  if (name == "--receive-buffer") return setNumber(options.receiveBufferBytes, value, 0, 1 << 30);
  if (name == "--cpu") return setNumber(options.cpu, value, 0, 65'535);
  if (name == "--packets-per-second") return setNumber(options.packetsPerSecond, value, 0, 1e9);
  if (name == "--payload") return setNumber(options.payloadBytes, value, leastPayload, mostPayload);
  if (name == "--seconds") return setNumber(options.seconds, value, 0.001, 3'600);
  if (name == "--warm-up") return setNumber(options.warmUpSeconds, value, 0, 60);
  return false;
}

}  // namespace

std::string parseOptions(int count, char** arguments, Options& options) {
  const std::string role = count > 1 ? arguments[1] : "";
  if (role != "send" && role != "receive") return "The first argument must be send or receive.";
  options.sends = role == "send";
  for (int i = 2; i < count; ++i) {
    const std::string name = arguments[i];
    if (name == "--busy-poll" || name == "--generic") {
      (name == "--generic" ? options.generic : options.busyPoll) = true;
      continue;
    }
    if (i + 1 == count) return name + " is unknown or lacks its value.";
    if (!set(options, name, arguments[++i])) {
      return name + " is unknown or cannot be " + arguments[i] + ".";
    }
  }
  if (options.transport.empty()) return "--transport is missing: kernel, af_xdp, shm or dpdk.";
  if (options.port == 0) return "--port is missing: where do the packets go?";
  if (options.transport == "shm" && options.file.empty()) return "--file is missing: where is the wire?";
  if (options.transport == "dpdk" && options.device.empty())
    return "--device is missing: which port of DPDK's?";
  return {};
}

}  // namespace hotlap::bench
