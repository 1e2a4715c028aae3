#include "addon/playback.h"

#include <arpa/inet.h>

#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "addon/addon.h"
#include "addon/hot_call.h"
#include "addon/link_options.h"
#include "addon/options.h"
#include "addon/recording_options.h"
#include "addon/stack_options.h"
#include "core/host/host.h"
#include "core/playback/playback.h"
#include "core/recording/byte_ring_reader.h"
#include "core/ring/layout.h"
#include "core/socket/address.h"

namespace hotlap {

namespace {

constexpr napi_type_tag playbackTag = {0x686f746c6170506c, 0x61796261636b5468};

Pace readPace(const Napi::Object& options) {
  const Napi::Value value = options.Get("pace");
  if (!value.IsObject()) throw Napi::TypeError::New(options.Env(), "The option `pace` must be an object.");
  const Napi::Object pace = value.As<Napi::Object>();
  const std::string mode = stringOption(pace, "mode");
  const auto positive = [&](const char* name) {
    const double number = numberOption(pace, name);
    if (!(number > 0 && number <= 1e12)) {
      throw Napi::RangeError::New(
          pace.Env(), std::string("The option `pace.") + name + "` must be above 0, at most 1e12.");
    }
    return number;
  };
  Pace read;
  if (mode == "recorded") {
    read.mode = Pace::recorded;
    read.factor = positive("factor");
  } else if (mode == "rate") {
    read.mode = Pace::rate;
    read.messagesPerSecond = positive("messagesPerSecond");
  } else if (mode != "max") {
    throw Napi::TypeError::New(pace.Env(), "The option `pace.mode` must be recorded, rate or max.");
  }
  return read;
}

PlaybackOptions readOptions(const Napi::Object& options) {
  PlaybackOptions read;
  read.datagrams = datagramOptions(options);
  read.pace = readPace(options);
  read.messagesPerPacket = static_cast<uint32_t>(integerOption(options, "messagesPerPacket", 1, 1000, 0));
  read.creditFile = stringOption(options, "creditFile", "");
  read.creditPackets = static_cast<uint32_t>(integerOption(options, "creditPackets", 1, 1'000'000, 0));
  read.tcpStack = stackOptions(options, "tcpLwip", ShmOptions::End::venue);
  read.tcpHost = stringOption(options, "tcpHost");
  read.tcpPort = static_cast<int>(integerOption(options, "tcpPort", 0, 65535));
  read.cpu = static_cast<int>(integerOption(options, "cpu", 0, 65535, -1));
  return read;
}

std::unique_ptr<PacketSource> openSource(const Napi::Object& options, const Napi::Object& ring) {
  size_t length = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(options.Env(), ring, nullptr, &length, &data, nullptr, nullptr) != napi_ok ||
      length < layout::byte_ring::headerBytes + ByteRingReader::kMinCapacity) {
    throw Napi::RangeError::New(options.Env(),
                                "The option `ring` is too small for the longest record; see BYTE_RING.");
  }
  auto* memory = static_cast<uint8_t*>(data);
  in_addr group = {};
  const std::string sourceGroup = stringOption(options, "sourceGroup", "");
  if (!sourceGroup.empty() && !parseIpv4(sourceGroup, group)) {
    throw Napi::TypeError::New(options.Env(), "The option `sourceGroup` must be an IPv4 address.");
  }
  const auto port = static_cast<uint16_t>(integerOption(options, "sourcePort", 1, 65535, 0));
  return recordingIn(memory, length, options, ntohl(group.s_addr), port);
}

class PlaybackObject : public Napi::ObjectWrap<PlaybackObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(
        env, "Playback",
        {InstanceMethod<&PlaybackObject::start>("start"), InstanceMethod<&PlaybackObject::start>("open"),
         InstanceMethod<&PlaybackObject::stop>("stop"), InstanceMethod<&PlaybackObject::go>("go"),
         InstanceMethod<&PlaybackObject::close>("close"),
         InstanceMethod<&PlaybackObject::arrivalSequence>("arrivalSequence"),
         InstanceMethod<&PlaybackObject::arrivalNs>("arrivalNs"),
         InstanceMethod<&PlaybackObject::consumed>("consumed"),
         InstanceMethod<&PlaybackObject::intendedNs>("intendedNs"),
         InstanceMethod<&PlaybackObject::sentSequence>("sentSequence"),
         InstanceMethod<&PlaybackObject::wait>("wait"), InstanceMethod<&PlaybackObject::stats>("stats"),
         InstanceAccessor<&PlaybackObject::tcpPort>("tcpPort")});
  }

  explicit PlaybackObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    const Napi::Object options = optionsOf(info, "Playback");
    const Lent<uint8_t> rx = bytesOption(options, "rx", 1024);
    const Lent<uint8_t> tx = bytesOption(options, "tx", 1024);
    const Lent<int32_t> cells = int32ArrayOption(options, "streamCells", layout::stream_cells);
    constexpr size_t mostBytes = size_t{1} << 30;
    if (rx.length > mostBytes || tx.length > mostBytes) {
      throw Napi::RangeError::New(info.Env(), "`rx` and `tx` may have at most 1 GiB.");
    }
    // A view: Node 22 gives native code no other way into a SharedArrayBuffer.
    const Napi::Function view = info.Env().Global().Get("Uint8Array").As<Napi::Function>();
    const Napi::Object ring = view.New({options.Get("ring")});
    playback_ =
        std::make_unique<Playback>(readOptions(options), openSource(options, ring),
                                   OrderLink::Memory{rx.data, rx.length, tx.data, tx.length, cells.data});

    const Napi::Object self = info.This().As<Napi::Object>();
    defineHot(self, "poll", poll, playback_.get());
    defineHot(self, "send", send, playback_.get());
    defineHot(self, "phase", phase, playback_.get());
    const std::pair<const char*, Napi::Value> memory[] = {
        {"rx", options.Get("rx")}, {"tx", options.Get("tx")}, {"cells", options.Get("streamCells")}};
    for (const auto& [name, value] : memory) {
      lent_.push_back(Napi::Persistent(value.As<Napi::Object>()));
      self.DefineProperty(Napi::PropertyDescriptor::Value(name, value, napi_enumerable));
    }
    lent_.push_back(Napi::Persistent(ring));
    napi_type_tag_object(info.Env(), self, &playbackTag);
    // The thread reads memory that belongs to this environment: it ends first.
    napi_add_env_cleanup_hook(info.Env(), endThread, playback_.get());
  }

  ~PlaybackObject() override {
    if (playback_ == nullptr) return;
    napi_remove_env_cleanup_hook(Env(), endThread, playback_.get());
    playback_->stop();
  }

  const std::shared_ptr<PlaybackTap>& tap() const { return playback_->tap(); }

 private:
  static void endThread(void* playback) { static_cast<Playback*>(playback)->stop(); }

  static napi_value poll(napi_env env, napi_callback_info info) {
    return int32Of(env, hotSelf<Playback>(env, info).link().poll());
  }

  static napi_value phase(napi_env env, napi_callback_info info) {
    return int32Of(env, hotSelf<Playback>(env, info).phase());
  }

  // An exchange's reports have no tick-to-order: `cause`, the third argument, is not looked at.
  static napi_value send(napi_env env, napi_callback_info info) {
    int32_t given[2];
    OrderLink& link = hotSelf<Playback, 2>(env, info, given).link();
    // Negative ones become larger than any buffer, and are refused.
    return int32Of(env, link.send(static_cast<size_t>(given[0]), static_cast<size_t>(given[1])));
  }

  void start(const Napi::CallbackInfo& info) {
    if (const Failure failure = playback_->start()) throw errorOf(info.Env(), failure);
  }
  void stop(const Napi::CallbackInfo&) { playback_->stop(); }
  void go(const Napi::CallbackInfo&) { playback_->go(); }
  void close(const Napi::CallbackInfo&) { playback_->link().close(); }
  Napi::Value tcpPort(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), playback_->link().port());
  }

  static uint64_t position(const Napi::CallbackInfo& info, const char* what) {
    const double value = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : -1;
    if (!(value >= 0 && value <= 9007199254740991.0)) {
      throw Napi::TypeError::New(info.Env(), std::string(what) + " must be a whole number from 0.");
    }
    return static_cast<uint64_t>(value);
  }

  Napi::Value arrivalSequence(const Napi::CallbackInfo& info) {
    const OrderLink::Arrival* arrival = playback_->link().arrival(position(info, "The stream offset"));
    return Napi::Number::New(info.Env(),
                             arrival == nullptr ? NAN : static_cast<double>(arrival->sentSequence));
  }
  Napi::Value arrivalNs(const Napi::CallbackInfo& info) {
    const OrderLink::Arrival* arrival = playback_->link().arrival(position(info, "The stream offset"));
    return Napi::Number::New(info.Env(), arrival == nullptr ? NAN : static_cast<double>(arrival->arrivalNs));
  }
  Napi::Value consumed(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(playback_->link().consumed()));
  }
  Napi::Value sentSequence(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(playback_->sentSequence()));
  }
  Napi::Value intendedNs(const Napi::CallbackInfo& info) {
    const int64_t ns = playback_->intendedNs(position(info, "The sequence number"));
    return Napi::Number::New(info.Env(), ns == INT64_MIN ? NAN : static_cast<double>(ns));
  }
  void wait(const Napi::CallbackInfo& info) {
    const double asked = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : 0;
    playback_->link().wait(asked >= 0 && asked <= 10'000 ? static_cast<int>(asked) : 10'000);
  }

  Napi::Value stats(const Napi::CallbackInfo& info) {
    const Playback::Stats stats = playback_->stats();
    const Lateness& lateness = playback_->lateness();
    Napi::Object out = Napi::Object::New(info.Env());
    const auto set = [&](const char* name, auto value) { out.Set(name, static_cast<double>(value)); };
    set("packets", stats.packets);
    set("messages", stats.messages);
    set("bytes", stats.bytes);
    set("latePackets", lateness.late());
    set("latenessP50Ns", lateness.percentileNs(50));
    set("latenessP99Ns", lateness.percentileNs(99));
    set("latenessMaxNs", lateness.maxNs());
    set("elapsedNs", stats.elapsedNs);
    set("sendErrors", stats.sendErrors);
    set("sendDrops", stats.sendDrops);
    set("tooLongBytes", stats.tooLongBytes);
    set("wireBytes", stats.wireBytes);
    set("creditWaits", stats.creditWaits);
    set("tapWaits", stats.tapWaits);
    set("malformed", stats.malformed);
    out.Set("truncated", stats.truncated);
    return out;
  }

  std::vector<Napi::ObjectReference> lent_;
  std::unique_ptr<Playback> playback_;
};

}  // namespace

std::shared_ptr<PlaybackTap> playbackTapOption(const Napi::Object& options, const char* name) {
  const Napi::Value value = options.Get(name);
  bool tagged = false;
  if (!value.IsObject() ||
      napi_check_object_type_tag(options.Env(), value, &playbackTag, &tagged) != napi_ok || !tagged) {
    throw Napi::TypeError::New(options.Env(), std::string("The option `") + name + "` must be a Playback.");
  }
  return PlaybackObject::Unwrap(value.As<Napi::Object>())->tap();
}

void InitPlayback(Napi::Env env, Napi::Object exports) {
  exports.Set("Playback", PlaybackObject::define(env));
}

}  // namespace hotlap
