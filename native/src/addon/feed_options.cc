#include "addon/feed_options.h"

#include <arpa/inet.h>

#include <string>
#include <utility>

#include "addon/fault_options.h"
#include "addon/latency_recorder.h"
#include "addon/link_options.h"
#include "addon/options.h"
#include "addon/playback.h"
#include "addon/recording_options.h"
#include "addon/tape.h"
#include "core/feed/udp_source.h"
#include "core/link/link_source.h"
#include "core/playback/tap_source.h"
#include "core/recording/byte_ring_reader.h"
#include "core/recording/merged_source.h"
#include "core/ring/layout.h"
#include "core/tape/tape_source.h"
#include "core/tape/taping_source.h"

namespace hotlap {

namespace {

constexpr int64_t kMaxInstruments = 65'536;
constexpr int64_t kMaxDepthLevels = 1'000;
constexpr int64_t kMaxReceiveBuffer = int64_t{1} << 30;

double* doubles(const Napi::Object& options, const char* name, size_t least, FeedSetup& setup) {
  double* data = float64ArrayOption(options, name, least).data;
  setup.borrowed.push_back(Napi::Persistent(options.Get(name).As<Napi::Object>()));
  return data;
}

uint32_t addressOption(const Napi::Object& source, const char* name) {
  const std::string text = stringOption(source, name, "");
  if (text.empty()) return 0;
  in_addr parsed;
  if (inet_pton(AF_INET, text.c_str(), &parsed) != 1) {
    throw Napi::TypeError::New(source.Env(),
                               std::string("The option `") + name + "` must be an IPv4 address.");
  }
  return ntohl(parsed.s_addr);
}

double speedOption(const Napi::Object& source) {
  const double speed = source.Get("speed").IsUndefined() ? 0 : numberOption(source, "speed");
  if (!isSpeed(speed)) {
    throw Napi::RangeError::New(source.Env(),
                                "The option `speed` must be 0 (as fast as polled) or a positive factor.");
  }
  return speed;
}

/** @param from has `ring` and `format` */
std::unique_ptr<TimedSource> recordingOf(const Napi::Object& from, const Napi::Object& source,
                                         FeedSetup& setup, bool alone) {
  const Napi::Env env = source.Env();
  // A view over the ring: Node 22 gives native code no other way into a SharedArrayBuffer.
  const Napi::Object view = Napi::Object::New(env);
  view.Set("ring", env.Global().Get("Uint8Array").As<Napi::Function>().New({from.Get("ring")}));
  const Lent<uint8_t> ring =
      bytesOption(view, "ring", layout::byte_ring::headerBytes + ByteRingReader::kMinCapacity);
  setup.borrowed.push_back(Napi::Persistent(view.Get("ring").As<Napi::Object>()));
  // No packets and no sequence numbers: a fault could not be told from the feed itself.
  if (stringOption(from, "format") == "binaryfile" && !source.Get("faults").IsUndefined()) {
    throw Napi::TypeError::New(env, "The option `faults` needs packets: give a pcap or pcapng recording.");
  }
  const auto port = static_cast<uint16_t>(integerOption(source, "port", 0, 65'535, 0));
  return recordingIn(ring.data, ring.length, from, addressOption(source, "group"), port, alone);
}

std::unique_ptr<PacketSource> mergedSource(const Napi::Object& source, const Napi::Array& more,
                                           FeedSetup& setup) {
  if (more.Length() >= MergedSource::kMaxSources)
    throw Napi::RangeError::New(source.Env(), "The option `more` has too many recordings.");
  std::vector<std::unique_ptr<TimedSource>> sources;
  sources.push_back(recordingOf(source, source, setup, false));
  for (uint32_t n = 0; n < more.Length(); ++n)
    sources.push_back(recordingOf(more.Get(n).As<Napi::Object>(), source, setup, false));
  return std::make_unique<MergedSource>(std::move(sources));
}

std::unique_ptr<PacketSource> recordingSource(const Napi::Object& source, FeedSetup& setup) {
  setup.options.recorded = true;
  setup.options.speed = speedOption(source);
  if (!source.Get("fromNs").IsUndefined()) setup.options.fromNs = numberOption(source, "fromNs");
  if (!source.Get("toNs").IsUndefined()) setup.options.toNs = numberOption(source, "toNs");
  const Napi::Value more = source.Get("more");
  if (more.IsArray()) return withFaults(source, mergedSource(source, more.As<Napi::Array>(), setup), true);
  return withFaults(source, recordingOf(source, source, setup, true), true);
}

std::unique_ptr<PacketSource> kernelSource(const Napi::Object& source, FeedSetup& setup) {
  setup.options.recorded = false;
  UdpReceiverOptions options;
  options.group = stringOption(source, "group");
  options.port = static_cast<int>(integerOption(source, "port", 0, 65'535));
  options.interface = stringOption(source, "interface");
  options.receiveBufferBytes =
      static_cast<int>(integerOption(source, "receiveBufferBytes", 0, kMaxReceiveBuffer));
  options.creditFile = stringOption(source, "creditFile", "");
  auto socket = std::make_unique<UdpSource>();
  if (const Failure failure = socket->open(options)) throw errorOf(source.Env(), failure);
  return withFaults(source, std::move(socket), false);
}

std::unique_ptr<PacketSource> linkSource(const Napi::Object& source, FeedSetup& setup) {
  setup.options.recorded = false;
  LinkSourceOptions options;
  options.group = stringOption(source, "group");
  options.port = static_cast<int>(integerOption(source, "port", 1, 65'535));
  options.creditFile = stringOption(source, "creditFile", "");
  const FlowFilter flows = {{{addressOption(source, "group"), static_cast<uint16_t>(options.port)}}, {}, {}};
  std::unique_ptr<Link> link;
  if (const Failure failure = openLink(linkOptions(source, ShmOptions::End::engine), flows, link))
    throw errorOf(source.Env(), failure);
  auto packets = std::make_unique<LinkSource>();
  if (const Failure failure = packets->open(options, withFaults(source, std::move(link))))
    throw errorOf(source.Env(), failure);
  return packets;
}

}  // namespace

std::unique_ptr<PacketSource> readSource(const Napi::Object& options, FeedSetup& setup) {
  const Napi::Value value = options.Get("source");
  if (!value.IsObject()) throw Napi::TypeError::New(options.Env(), "The option `source` must be an object.");
  const Napi::Object source = value.As<Napi::Object>();
  const std::string kind = stringOption(source, "kind");
  if (kind == "recording") return recordingSource(source, setup);
  if (kind == "kernel") return kernelSource(source, setup);
  if (kind == "shm" || kind == "af_xdp" || kind == "dpdk") return linkSource(source, setup);
  if (kind == "playback") {
    setup.options.recorded = false;
    return std::make_unique<TapSource>(playbackTapOption(source, "playback"));
  }
  if (kind == "tape") {
    setup.options.recorded = false;
    setup.options.played = tapePlayerOption(source, "player");
    return std::make_unique<tape::TapeSource>(setup.options.played);
  }
  throw Napi::TypeError::New(
      options.Env(),
      "The option `source.kind` must be recording, kernel, af_xdp, shm, dpdk, playback or tape.");
}

FeedSetup readFeedOptions(const Napi::Object& options) {
  FeedSetup setup;
  ReceiverMemory& memory = setup.memory;
  memory.depthLevels = static_cast<uint32_t>(integerOption(options, "depthLevels", 1, kMaxDepthLevels));
  memory.maxInstruments = static_cast<uint32_t>(integerOption(options, "maxInstruments", 1, kMaxInstruments));
  memory.cells = doubles(options, "cells", layout::cells_doubles, setup);
  memory.record = doubles(options, "record", layout::record_doubles, setup);
  const size_t stride = layout::depth::header + size_t{2} * memory.depthLevels * layout::depth::perLevel;
  memory.depth = doubles(options, "depth", memory.maxInstruments * stride, setup);
  setup.options.expectedOrders =
      static_cast<size_t>(integerOption(options, "expectedOrders", 1, int64_t{OrderBooks::kMaxOrders}));
  if (!options.Get("monotonicOffsetNs").IsUndefined()) {
    setup.options.monotonicOffsetNs = numberOption(options, "monotonicOffsetNs");
  }
  setup.options.latency = latencyOption(options, "latency");
  setup.options.sampleEvery = static_cast<uint32_t>(integerOption(options, "sampleEvery", 0, INT32_MAX, 0));
  setup.options.taped = tapeWriterOption(options, "tape");
  setup.source = readSource(options, setup);
  if (setup.options.taped != nullptr) {
    setup.source = std::make_unique<tape::TapingSource>(std::move(setup.source), setup.options.taped);
  }
  return setup;
}

}  // namespace hotlap
