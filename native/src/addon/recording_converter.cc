#include <napi.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "addon/addon.h"
#include "addon/feed_report.h"
#include "addon/options.h"
#include "addon/recording_options.h"
#include "core/convert/frame_converter.h"
#include "core/convert/message_converter.h"
#include "core/ring/layout.h"
#include "core/socket/address.h"

namespace hotlap {

namespace {

constexpr const char* phaseNames[] = {"reading", "ended", "broken", "mixedLinkTypes"};

uint32_t groupOption(const Napi::Object& options) {
  in_addr address = {};
  const std::string text = stringOption(options, "group", "");
  if (!text.empty() && !parseIpv4(text, address))
    throw Napi::TypeError::New(options.Env(), "The option `group` must be an IPv4 address.");
  return ntohl(address.s_addr);
}

/// A time may need more bits than a double has.
int64_t nsOption(const Napi::Object& options, const char* name, int64_t otherwise) {
  const Napi::Value value = options.Get(name);
  if (value.IsUndefined()) return otherwise;
  bool lossless = false;
  if (!value.IsBigInt())
    throw Napi::TypeError::New(options.Env(), std::string("The option `") + name + "` must be a bigint.");
  return value.As<Napi::BigInt>().Int64Value(&lossless);
}

std::vector<uint64_t> symbolsOption(const Napi::Object& options) {
  std::vector<uint64_t> symbols;
  const Napi::Array given = options.Get("symbols").As<Napi::Array>();
  for (uint32_t n = 0; n < given.Length(); ++n)
    symbols.push_back(packSymbol(given.Get(n).As<Napi::String>().Utf8Value()));
  return symbols;
}

std::optional<CaptureForm> formOption(const Napi::Object& options) {
  const std::string form = stringOption(options, "to");
  if (form == "pcap") return CaptureForm::pcapNanoseconds;
  if (form == "pcap-us") return CaptureForm::pcapMicroseconds;
  if (form == "pcapng") return CaptureForm::pcapng;
  if (form == "binaryfile") return std::nullopt;
  throw Napi::TypeError::New(options.Env(), "The option `to` must be pcap, pcap-us, pcapng or binaryfile.");
}

class RecordingConverterObject : public Napi::ObjectWrap<RecordingConverterObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "RecordingConverter",
                       {InstanceMethod<&RecordingConverterObject::step>("step"),
                        InstanceMethod<&RecordingConverterObject::stats>("stats")});
  }

  explicit RecordingConverterObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    const Napi::Object options = optionsOf(info, "RecordingConverter");
    // A view: Node 22 gives native code no other way into a SharedArrayBuffer.
    const Napi::Object view = Napi::Object::New(info.Env());
    view.Set("ring", info.Env().Global().Get("Uint8Array").As<Napi::Function>().New({options.Get("ring")}));
    const Lent<uint8_t> ring =
        bytesOption(view, "ring", layout::byte_ring::headerBytes + ByteRingReader::kMinCapacity);
    ring_ = Napi::Persistent(view.Get("ring").As<Napi::Object>());
    converter_ = converterOf(options, ring);
  }

 private:
  static std::unique_ptr<Converter> converterOf(const Napi::Object& options, const Lent<uint8_t>& ring) {
    const std::optional<CaptureForm> form = formOption(options);
    const ConvertWindow window = {nsOption(options, "fromNs", ConvertWindow().fromNs),
                                  nsOption(options, "toNs", ConvertWindow().toNs)};
    const uint32_t group = groupOption(options);
    const auto port = static_cast<uint16_t>(integerOption(options, "port", 0, 65'535, 0));
    if (!options.Get("messages").ToBoolean().Value()) {
      const CaptureFormat format =
          stringOption(options, "format") == "pcap" ? CaptureFormat::pcap : CaptureFormat::pcapng;
      std::optional<int64_t> midnightNs;
      if (!options.Get("midnightNs").IsUndefined()) midnightNs = nsOption(options, "midnightNs", 0);
      auto frames = std::make_unique<FrameConverter>(format, ring.data, ring.length, form.value(), window,
                                                     midnightNs, group, port);
      if (!frames->usable())
        throw Napi::Error::New(options.Env(), "There is not enough memory for the recording's reader.");
      return frames;
    }
    const MessageConverterOptions messages = {form,
                                              window,
                                              symbolsOption(options),
                                              group,
                                              port,
                                              stringOption(options, "format") != "binaryfile",
                                              nsOption(options, "midnightNs", 0)};
    const bool chosen = options.Get("chosen").ToBoolean().Value();
    return std::make_unique<MessageConverter>(
        recordingIn(ring.data, ring.length, options, chosen ? group : 0, chosen ? port : 0, false), messages);
  }

  Napi::Value step(const Napi::CallbackInfo& info) {
    size_t length = 0;
    void* data = nullptr;
    if (!info[0].IsTypedArray() ||
        napi_get_typedarray_info(info.Env(), info[0], nullptr, &length, &data, nullptr, nullptr) != napi_ok ||
        length < Converter::kLeastOut)
      throw Napi::RangeError::New(info.Env(), "out must be a Uint8Array of at least 1 MiB");
    return Napi::Number::New(info.Env(),
                             static_cast<double>(converter_->step(static_cast<uint8_t*>(data), length)));
  }

  Napi::Value stats(const Napi::CallbackInfo& info) {
    const ConvertStats& stats = converter_->stats();
    Napi::Object out = Napi::Object::New(info.Env());
    const auto set = [&out](const char* name, uint64_t value) { out.Set(name, static_cast<double>(value)); };
    set("frames", stats.frames);
    set("framesWritten", stats.framesWritten);
    set("messages", stats.messages);
    set("messagesWritten", stats.messagesWritten);
    set("outsideTime", stats.outsideTime);
    set("otherGroups", stats.otherGroups);
    set("otherSymbols", stats.otherSymbols);
    set("malformed", stats.malformed);
    set("duplicates", stats.duplicates);
    set("lost", stats.lost);
    set("untimed", stats.untimed);
    out.Set("truncated", stats.truncated);
    out.Set("group", converter_->group());
    const std::vector<uint64_t> missing = converter_->missing();
    Napi::Array symbols = Napi::Array::New(info.Env(), missing.size());
    for (uint32_t n = 0; n < missing.size(); ++n) symbols.Set(n, unpackSymbol(missing[n]));
    out.Set("missingSymbols", symbols);
    out.Set("phase", phaseNames[static_cast<size_t>(converter_->phase())]);
    return out;
  }

  Napi::ObjectReference ring_;
  std::unique_ptr<Converter> converter_;
};

}  // namespace

void InitRecordingConverter(Napi::Env env, Napi::Object exports) {
  exports.Set("RecordingConverter", RecordingConverterObject::define(env));
}

}  // namespace hotlap
