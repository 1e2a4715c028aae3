#include "addon/feed_options.h"

#include <arpa/inet.h>

#include <cmath>
#include <string>

#include "core/recording/binaryfile_source.h"
#include "core/recording/pcap_source.h"
#include "core/ring/layout.h"

namespace hotlap {

namespace {

constexpr uint32_t kMaxInstruments = 65'536;
constexpr uint32_t kMaxDepthLevels = 1'000;

struct Bytes {
  void* data;
  /** Elements. */
  size_t length;
};

Bytes typedArray(Napi::Env env, const Napi::Value& value, napi_typedarray_type type, const char* name) {
  napi_typedarray_type actual;
  Bytes bytes{};
  if (!value.IsTypedArray() ||
      napi_get_typedarray_info(env, value, &actual, &bytes.length, &bytes.data, nullptr, nullptr) !=
          napi_ok ||
      actual != type) {
    throw Napi::TypeError::New(env, std::string(name) + " must be a typed array of the documented kind");
  }
  return bytes;
}

double number(Napi::Env env, const Napi::Object& options, const char* name, double low, double high,
              double fallback = NAN) {
  const Napi::Value value = options.Get(name);
  if (value.IsUndefined() && !std::isnan(fallback)) return fallback;
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : NAN;
  if (!(number >= low && number <= high)) {
    throw Napi::RangeError::New(env, std::string(name) + " must be a number from " + std::to_string(low) +
                                         " to " + std::to_string(high));
  }
  return number;
}

double* doubles(Napi::Env env, const Napi::Object& options, const char* name, size_t least,
                FeedSetup& setup) {
  const Napi::Value value = options.Get(name);
  const Bytes bytes = typedArray(env, value, napi_float64_array, name);
  if (bytes.length < least) {
    throw Napi::RangeError::New(env, std::string(name) + " must hold " + std::to_string(least) + " doubles");
  }
  setup.borrowed.push_back(Napi::Persistent(value.As<Napi::Object>()));
  return static_cast<double*>(bytes.data);
}

uint32_t address(Napi::Env env, const Napi::Object& source, const char* name) {
  const Napi::Value value = source.Get(name);
  if (value.IsUndefined()) return 0;
  in_addr parsed;
  if (!value.IsString() || inet_pton(AF_INET, value.As<Napi::String>().Utf8Value().c_str(), &parsed) != 1) {
    throw Napi::TypeError::New(env, std::string(name) + " must be an IPv4 address");
  }
  return ntohl(parsed.s_addr);
}

template <typename Source>
std::unique_ptr<PacketSource> checked(Napi::Env env, std::unique_ptr<Source> source) {
  if (!source->usable()) throw Napi::Error::New(env, "not enough memory for the recording's reader");
  return source;
}

std::unique_ptr<PacketSource> recordingSource(Napi::Env env, const Napi::Object& source, FeedSetup& setup) {
  // A view over the ring: Node 22 gives native code no other way into a SharedArrayBuffer.
  const Napi::Function view = env.Global().Get("Uint8Array").As<Napi::Function>();
  const Napi::Object ring = view.New({source.Get("ring")});
  const Bytes bytes = typedArray(env, ring, napi_uint8_array, "source.ring");
  if (bytes.length < layout::byte_ring::headerBytes + ByteRingReader::kMinCapacity) {
    throw Napi::RangeError::New(env, "source.ring is too small: make it with createByteRing");
  }
  setup.borrowed.push_back(Napi::Persistent(ring));
  setup.options.recorded = true;
  setup.options.speed = number(env, source, "speed", 0, 1e9, 0);
  auto* memory = static_cast<uint8_t*>(bytes.data);
  const std::string format = source.Get("format").ToString().Utf8Value();
  if (format == "binaryfile") {
    return checked(env, std::make_unique<BinaryFileSource>(memory, bytes.length));
  }
  if (format != "pcap") throw Napi::TypeError::New(env, "source.format must be pcap or binaryfile");
  const uint32_t group = address(env, source, "group");
  const auto port = static_cast<uint16_t>(number(env, source, "port", 0, 65'535, 0));
  return checked(env, std::make_unique<PcapSource>(memory, bytes.length, group, port));
}

}  // namespace

FeedSetup readFeedOptions(Napi::Env env, const Napi::Object& options) {
  FeedSetup setup;
  ReceiverMemory& memory = setup.memory;
  memory.depthLevels = static_cast<uint32_t>(number(env, options, "depthLevels", 1, kMaxDepthLevels));
  memory.maxInstruments = static_cast<uint32_t>(number(env, options, "maxInstruments", 1, kMaxInstruments));
  memory.cells = doubles(env, options, "cells", layout::cells_doubles, setup);
  memory.record = doubles(env, options, "record", layout::record_doubles, setup);
  const size_t stride = layout::depth::header + size_t{2} * memory.depthLevels * layout::depth::perLevel;
  memory.depth = doubles(env, options, "depth", memory.maxInstruments * stride, setup);
  setup.options.expectedOrders = static_cast<size_t>(
      number(env, options, "expectedOrders", 1, static_cast<double>(OrderBooks::kMaxOrders)));
  setup.options.monotonicOffsetNs = number(env, options, "monotonicOffsetNs", -1e18, 1e18, 0);

  const Napi::Value source = options.Get("source");
  if (!source.IsObject()) throw Napi::TypeError::New(env, "source must be an object");
  const std::string kind = source.As<Napi::Object>().Get("kind").ToString().Utf8Value();
  if (kind == "recording") {
    setup.source = recordingSource(env, source.As<Napi::Object>(), setup);
  } else {
    throw Napi::TypeError::New(env, "source.kind must be recording, kernel or playback");
  }
  return setup;
}

}  // namespace hotlap
