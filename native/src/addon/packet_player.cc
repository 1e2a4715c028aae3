#include "core/playback/packet_player.h"

#include <napi.h>

#include <memory>
#include <string>
#include <vector>

#include "addon/addon.h"
#include "addon/hot_call.h"
#include "addon/link_options.h"
#include "addon/options.h"
#include "core/host/failure.h"
#include "core/ring/layout.h"
#include "core/socket/address.h"

namespace hotlap {

namespace {

constexpr const char* skipNames[PacketPlayer::skips] = {"notUdp",  "notMulticast", "notChosen", "fragments",
                                                        "snapped", "malformed",    "beyondRoom"};

Pace paceOption(const Napi::Object& options, bool& ratesMessages) {
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
  if (mode == "recorded") return {Pace::recorded, positive("factor"), 0};
  if (mode == "rate") {
    ratesMessages = true;
    return {Pace::rate, 1, positive("messagesPerSecond")};
  }
  if (mode == "packetRate") return {Pace::rate, 1, positive("packetsPerSecond")};
  if (mode == "max") return {};
  throw Napi::TypeError::New(pace.Env(), "The option `pace.mode` must be recorded, rate, packetRate or max.");
}

uint32_t groupOption(const Napi::Object& options, const char* name) {
  const std::string text = stringOption(options, name, "");
  in_addr address = {};
  if (!text.empty() && !parseIpv4(text, address)) {
    throw Napi::TypeError::New(options.Env(),
                               std::string("The option `") + name + "` must be an IPv4 address.");
  }
  return ntohl(address.s_addr);
}

std::vector<GroupRule> rulesOption(const Napi::Object& options) {
  constexpr uint32_t mostRules = 256;
  const Napi::Value value = options.Get("groups");
  if (!value.IsArray() || value.As<Napi::Array>().Length() > mostRules)
    throw Napi::TypeError::New(options.Env(), "The option `groups` must be an array of at most 256 rules.");
  const Napi::Array given = value.As<Napi::Array>();
  std::vector<GroupRule> rules;
  for (uint32_t index = 0; index < given.Length(); ++index) {
    const Napi::Value item = given.Get(index);
    if (!item.IsObject()) throw Napi::TypeError::New(options.Env(), "A rule of `groups` must be an object.");
    const Napi::Object rule = item.As<Napi::Object>();
    rules.push_back(
        {groupOption(rule, "group"), static_cast<uint16_t>(integerOption(rule, "port", 1, 65'535, 0)),
         groupOption(rule, "toGroup"), static_cast<uint16_t>(integerOption(rule, "toPort", 1, 65'535, 0))});
  }
  return rules;
}

PacketPlayerOptions readOptions(const Napi::Object& options) {
  PacketPlayerOptions read = {};
  const std::string format = stringOption(options, "format");
  if (format != "pcap" && format != "pcapng")
    throw Napi::TypeError::New(options.Env(), "The option `format` must be pcap or pcapng.");
  read.format = format == "pcap" ? CaptureFormat::pcap : CaptureFormat::pcapng;
  read.interface = stringOption(options, "interface");
  const Napi::Value transmit = options.Get("transmit");
  if (transmit.IsObject()) read.device = linkOptions(transmit.As<Napi::Object>(), ShmOptions::End::venue);
  read.pace = paceOption(options, read.ratesMessages);
  read.rules = rulesOption(options);
  read.cpu = static_cast<int>(integerOption(options, "cpu", 0, 65'535, -1));
  return read;
}

std::string nameOf(const GroupAddress& address) {
  in_addr group = {};
  group.s_addr = htonl(address.group);
  return addressText(group, address.port);
}

class PacketPlayerObject : public Napi::ObjectWrap<PacketPlayerObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "PacketPlayer",
                       {InstanceMethod<&PacketPlayerObject::start>("start"),
                        InstanceMethod<&PacketPlayerObject::stop>("stop"),
                        InstanceMethod<&PacketPlayerObject::stats>("stats")});
  }

  explicit PacketPlayerObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    const Napi::Object options = optionsOf(info, "PacketPlayer");
    // A view: Node 22 gives native code no other way into a SharedArrayBuffer.
    const Napi::Function view = info.Env().Global().Get("Uint8Array").As<Napi::Function>();
    const Napi::Object ring = view.New({options.Get("ring")});
    const Lent<uint8_t> bytes = ringOf(info.Env(), ring);
    player_ = std::make_unique<PacketPlayer>(readOptions(options), bytes.data, bytes.length);
    if (!player_->usable())
      throw Napi::Error::New(info.Env(), "There is not enough memory for the recording's reader.");
    lent_ = Napi::Persistent(ring);
    defineHot(info.This().As<Napi::Object>(), "phase", phase, player_.get());
    // The thread reads memory that belongs to this environment: it ends first.
    napi_add_env_cleanup_hook(info.Env(), endThread, player_.get());
  }

  ~PacketPlayerObject() override {
    if (player_ == nullptr) return;
    napi_remove_env_cleanup_hook(Env(), endThread, player_.get());
    player_->stop();
  }

 private:
  static void endThread(void* player) { static_cast<PacketPlayer*>(player)->stop(); }

  static Lent<uint8_t> ringOf(Napi::Env env, const Napi::Object& ring) {
    size_t length = 0;
    void* data = nullptr;
    if (napi_get_typedarray_info(env, ring, nullptr, &length, &data, nullptr, nullptr) != napi_ok ||
        length < layout::byte_ring::headerBytes + ByteRingReader::kMinCapacity) {
      throw Napi::RangeError::New(env,
                                  "The option `ring` is too small for the longest record; see BYTE_RING.");
    }
    return {static_cast<uint8_t*>(data), length};
  }

  static napi_value phase(napi_env env, napi_callback_info info) {
    return int32Of(env, hotSelf<PacketPlayer>(env, info).phase());
  }

  void start(const Napi::CallbackInfo& info) {
    if (const Failure failure = player_->start()) throw errorOf(info.Env(), failure);
  }
  void stop(const Napi::CallbackInfo&) { player_->stop(); }

  Napi::Value stats(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const PacketPlayer::Stats stats = player_->stats();
    const Lateness& error = player_->error();
    Napi::Object out = Napi::Object::New(env);
    const auto set = [](Napi::Object& object, const char* name, auto value) {
      object.Set(name, static_cast<double>(value));
    };
    set(out, "frames", stats.frames);
    set(out, "packets", stats.packets);
    set(out, "bytes", stats.bytes);
    Napi::Object skipped = Napi::Object::New(env);
    for (int why = 0; why < PacketPlayer::skips; ++why) set(skipped, skipNames[why], stats.skipped[why]);
    out.Set("skipped", skipped);
    set(out, "tooLong", stats.tooLong);
    set(out, "longestBytes", stats.longestBytes);
    set(out, "wireBytes", stats.wireBytes);
    set(out, "sendErrors", stats.sendErrors);
    out.Set("lastError", stats.lastError == 0 ? std::string() : errnoName(stats.lastError));
    set(out, "sendDrops", stats.sendDrops);
    set(out, "untimed", stats.untimed);
    set(out, "reversed", stats.reversed);
    set(out, "readLate", stats.readLate);
    set(out, "roomLate", stats.roomLate);
    set(out, "elapsedNs", stats.elapsedNs);
    set(out, "intendedElapsedNs", stats.intendedElapsedNs);
    set(out, "end", stats.end);
    set(out, "errorCount", error.count());
    set(out, "errorMinNs", error.count() == 0 ? 0 : error.minNs());
    set(out, "errorP50Ns", error.percentileNs(50));
    set(out, "errorP99Ns", error.percentileNs(99));
    set(out, "errorP999Ns", error.percentileNs(99.9));
    set(out, "errorMaxNs", error.maxNs());
    out.Set("groups", groups(env));
    return out;
  }

  Napi::Array groups(Napi::Env env) const {
    const GroupRoutes& routes = player_->routes();
    Napi::Array out = Napi::Array::New(env);
    for (uint32_t index = 0; index < routes.count(); ++index) {
      const GroupRoute& route = routes[index];
      Napi::Object group = Napi::Object::New(env);
      group.Set("group", nameOf(route.from));
      group.Set("to", route.plays ? Napi::Value(Napi::String::New(env, nameOf(route.to))) : env.Null());
      group.Set("packets", static_cast<double>(route.packets.load(std::memory_order_relaxed)));
      group.Set("sent", static_cast<double>(route.sent.load(std::memory_order_relaxed)));
      out.Set(index, group);
    }
    return out;
  }

  Napi::ObjectReference lent_;
  std::unique_ptr<PacketPlayer> player_;
};

}  // namespace

void InitPacketPlayer(Napi::Env env, Napi::Object exports) {
  exports.Set("PacketPlayer", PacketPlayerObject::define(env));
}

}  // namespace hotlap
