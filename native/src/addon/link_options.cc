#include "addon/link_options.h"

#include <string>
#include <utility>
#include <vector>

#include "addon/options.h"

namespace hotlap {

namespace {

constexpr int64_t kLeastRingFrames = 64;
constexpr int64_t kMaxRingFrames = int64_t{1} << 20;
constexpr uint32_t kMaxQueues = 64;
constexpr int64_t kMaxQueueNumber = 1'023;

[[noreturn]] void refuse(const Napi::Object& options, const std::string& sentence) {
  throw Napi::TypeError::New(options.Env(), sentence);
}

uint32_t ringFramesOption(const Napi::Object& options) {
  const int64_t frames = integerOption(options, "ringFrames", kLeastRingFrames, kMaxRingFrames);
  if ((frames & (frames - 1)) != 0) refuse(options, "The option `ringFrames` must be a power of two.");
  return static_cast<uint32_t>(frames);
}

/** @returns none for `all` */
std::vector<uint32_t> queuesOption(const Napi::Object& options) {
  const char* const sentence =
      "The option `queues` must be \"all\", or an array of 1 to 64 different queue numbers from 0 to 1023.";
  const Napi::Value value = options.Get("queues");
  if (value.IsString() && value.As<Napi::String>().Utf8Value() == "all") return {};
  if (!value.IsArray()) refuse(options, sentence);
  const Napi::Array numbers = value.As<Napi::Array>();
  if (numbers.Length() < 1 || numbers.Length() > kMaxQueues) refuse(options, sentence);
  std::vector<uint32_t> queues;
  for (uint32_t index = 0; index < numbers.Length(); ++index) {
    const Napi::Value item = numbers.Get(index);
    const double number = item.IsNumber() ? item.As<Napi::Number>().DoubleValue() : -1;
    if (!(number >= 0 && number <= kMaxQueueNumber)) refuse(options, sentence);
    const auto queue = static_cast<uint32_t>(number);
    if (number != queue) refuse(options, sentence);
    for (const uint32_t earlier : queues) {
      if (earlier == queue) refuse(options, sentence);
    }
    queues.push_back(queue);
  }
  return queues;
}

}  // namespace

AfXdpOptions afXdpOptions(const Napi::Object& options, FlowFilter flows) {
  AfXdpOptions result;
  result.interface = stringOption(options, "interface");
  result.flows = std::move(flows);
  result.queues = queuesOption(options);

  const std::string mode = stringOption(options, "mode");
  if (mode == "generic") {
    result.mode = AfXdpOptions::Mode::generic;
  } else if (mode != "native") {
    refuse(options, "The option `mode` must be native or generic.");
  }

  const std::string zeroCopy = stringOption(options, "zeroCopy");
  if (zeroCopy == "require") {
    result.zeroCopy = AfXdpOptions::ZeroCopy::require;
  } else if (zeroCopy == "off") {
    result.zeroCopy = AfXdpOptions::ZeroCopy::off;
  } else if (zeroCopy != "prefer") {
    refuse(options, "The option `zeroCopy` must be prefer, require or off.");
  }

  const std::string delivery = stringOption(options, "delivery");
  if (delivery == "busyPoll") {
    result.delivery = AfXdpOptions::Delivery::busyPoll;
  } else if (delivery != "softirq") {
    refuse(options, "The option `delivery` must be softirq or busyPoll.");
  }

  result.ringFrames = ringFramesOption(options);
  result.frameBytes = static_cast<uint32_t>(integerOption(options, "frameBytes", 2'048, 4'096));
  if ((result.frameBytes & (result.frameBytes - 1)) != 0) {
    refuse(options, "The option `frameBytes` must be 2048 or 4096.");
  }
  return result;
}

ShmOptions shmOptions(const Napi::Object& options, ShmOptions::End end) {
  ShmOptions result;
  result.file = stringOption(options, "file");
  result.end = end;
  result.ringFrames = ringFramesOption(options);
  return result;
}

DpdkOptions dpdkOptions(const Napi::Object& options) {
  DpdkOptions result;
  result.device = stringOption(options, "device");
  const std::string memory = stringOption(options, "memory");
  if (memory == "hugepages") {
    result.memory = DpdkOptions::Memory::hugepages;
  } else if (memory == "ordinary") {
    result.memory = DpdkOptions::Memory::ordinary;
  } else if (memory != "prefer") {
    refuse(options, "The option `memory` must be prefer, hugepages or ordinary.");
  }
  result.ringFrames = ringFramesOption(options);
  return result;
}

LinkOptions linkOptions(const Napi::Object& options, ShmOptions::End end) {
  LinkOptions result;
  const std::string kind = stringOption(options, "kind");
  if (kind == "shm") {
    result.kind = LinkOptions::Kind::shm;
    result.shm = shmOptions(options, end);
  } else if (kind == "af_xdp") {
    result.kind = LinkOptions::Kind::afXdp;
    result.afXdp = afXdpOptions(options, {});
  } else if (kind == "dpdk") {
    result.kind = LinkOptions::Kind::dpdk;
    result.dpdk = dpdkOptions(options);
  } else {
    refuse(options, "The option `kind` of a link must be af_xdp, shm or dpdk.");
  }
  return result;
}

DatagramOptions datagramOptions(const Napi::Object& options) {
  DatagramOptions result;
  result.group = stringOption(options, "group");
  result.port = static_cast<int>(integerOption(options, "port", 1, 65'535));
  result.interface = stringOption(options, "interface");
  const Napi::Value value = options.Get("transmit");
  if (value.IsUndefined()) return result;
  if (!value.IsObject()) refuse(options, "The option `transmit` must be an object.");
  result.device = linkOptions(value.As<Napi::Object>(), ShmOptions::End::venue);
  return result;
}

}  // namespace hotlap
