#include "core/recorder/packet_recorder.h"

#include <arpa/inet.h>
#include <napi.h>

#include <climits>
#include <memory>
#include <string>
#include <vector>

#include "addon/addon.h"
#include "addon/feed_report.h"
#include "addon/hot_call.h"
#include "addon/link_options.h"
#include "addon/options.h"
#include "core/ring/layout.h"
#include "core/socket/address.h"

namespace hotlap {

namespace {

constexpr int64_t kMostRing = int64_t{1} << 33;
constexpr int64_t kMostReceiveBuffer = int64_t{1} << 30;

PacketRecorderOptions readOptions(const Napi::Object& options) {
  PacketRecorderOptions read = {};
  read.ringBytes =
      static_cast<size_t>(integerOption(options, "ringBytes", int64_t{BlockRing::kLeastBytes}, kMostRing));
  read.cpu = static_cast<int>(integerOption(options, "cpu", 0, 65'535, -1));
  read.naps = options.Get("naps").ToBoolean();
  const int64_t unbounded = int64_t{1} << 53;
  read.mostPackets = static_cast<uint64_t>(integerOption(options, "maxPackets", 1, unbounded, unbounded));
  return read;
}

UdpFlow flowOption(const Napi::Object& source) {
  const std::string group = stringOption(source, "group");
  in_addr address = {};
  if (!parseIpv4(group, address))
    throw Napi::TypeError::New(source.Env(), "The option `group` must be an IPv4 address.");
  return {ntohl(address.s_addr), static_cast<uint16_t>(integerOption(source, "port", 1, 65'535))};
}

std::string nameOf(const RecordedGroup& recorded) {
  in_addr group = {};
  group.s_addr = htonl(recorded.address);
  return addressText(group, recorded.port);
}

class PacketRecorderObject : public Napi::ObjectWrap<PacketRecorderObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "PacketRecorder",
                       {InstanceMethod<&PacketRecorderObject::add>("add"),
                        InstanceMethod<&PacketRecorderObject::addGroup>("addGroup"),
                        InstanceMethod<&PacketRecorderObject::transport>("transport"),
                        InstanceMethod<&PacketRecorderObject::start>("start"),
                        InstanceMethod<&PacketRecorderObject::stop>("stop"),
                        InstanceMethod<&PacketRecorderObject::close>("close"),
                        InstanceMethod<&PacketRecorderObject::take>("take"),
                        InstanceMethod<&PacketRecorderObject::askLosses>("askLosses"),
                        InstanceMethod<&PacketRecorderObject::waiting>("waiting"),
                        InstanceMethod<&PacketRecorderObject::inputs>("inputs")});
  }

  explicit PacketRecorderObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    recorder_ = std::make_unique<PacketRecorder>(readOptions(optionsOf(info, "PacketRecorder")));
    defineHot(info.This().As<Napi::Object>(), "phase", phase, recorder_.get());
    // No native thread outlives the environment.
    napi_add_env_cleanup_hook(info.Env(), endThread, recorder_.get());
  }

  ~PacketRecorderObject() override {
    if (recorder_ == nullptr) return;
    napi_remove_env_cleanup_hook(Env(), endThread, recorder_.get());
    recorder_->stop();
  }

 private:
  static void endThread(void* recorder) { static_cast<PacketRecorder*>(recorder)->stop(); }

  static napi_value phase(napi_env env, napi_callback_info info) {
    return int32Of(env, hotSelf<PacketRecorder>(env, info).phase());
  }

  void refuseOnceStarted(Napi::Env env) const {
    if (recorder_->phase() != PacketRecorder::waiting)
      throw Napi::Error::New(env, "The recording has begun: groups are added before.");
  }

  Napi::Value add(const Napi::CallbackInfo& info) {
    refuseOnceStarted(info.Env());
    const Napi::Object source = optionsOf(info, "PacketRecorder.add");
    uint32_t index = 0;
    const Failure failure =
        stringOption(source, "kind") == "kernel" ? addSocket(source, index) : addLink(source, index);
    if (failure) throw errorOf(info.Env(), failure);
    return Napi::Number::New(info.Env(), index);
  }

  Failure addSocket(const Napi::Object& source, uint32_t& index) {
    UdpReceiverOptions options;
    const UdpFlow group = flowOption(source);
    options.group = stringOption(source, "group");
    options.port = group.port;
    options.interface = stringOption(source, "interface");
    options.receiveBufferBytes =
        static_cast<int>(integerOption(source, "receiveBufferBytes", 0, kMostReceiveBuffer));
    return recorder_->addSocket(options, bypassOf(source), index);
  }

  Failure addLink(const Napi::Object& source, uint32_t& index) {
    return recorder_->addLink(linkOptions(source, ShmOptions::End::engine), flowOption(source),
                              bypassOf(source), index);
  }

  static bool bypassOf(const Napi::Object& source) { return source.Get("bypass").ToBoolean(); }

  uint32_t indexOf(const Napi::CallbackInfo& info) const {
    const double index = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : -1;
    if (!(index >= 0 && index < recorder_->inputs()))
      throw Napi::RangeError::New(info.Env(), "This input was not given by add.");
    return static_cast<uint32_t>(index);
  }

  void addGroup(const Napi::CallbackInfo& info) {
    refuseOnceStarted(info.Env());
    if (!info[1].IsObject()) throw Napi::TypeError::New(info.Env(), "addGroup takes an input and a group.");
    const Failure failure = recorder_->addGroup(indexOf(info), flowOption(info[1].As<Napi::Object>()));
    if (failure) throw errorOf(info.Env(), failure);
  }

  Napi::Value transport(const Napi::CallbackInfo& info) {
    return transportReport(info.Env(), recorder_->input(indexOf(info)).facts());
  }

  void start(const Napi::CallbackInfo& info) {
    if (const Failure failure = recorder_->start()) throw errorOf(info.Env(), failure);
  }
  void stop(const Napi::CallbackInfo&) { recorder_->stop(); }
  void close(const Napi::CallbackInfo&) { recorder_->close(); }
  void askLosses(const Napi::CallbackInfo&) { recorder_->askLosses(); }
  Napi::Value waiting(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(recorder_->ring().size()));
  }

  Napi::Value take(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const Napi::Object options = optionsOf(info, "PacketRecorder.take");
    const uint32_t interfaces = recorder_->inputs();
    const Lent<uint8_t> out = bytesOption(options, "out", BlockRing::kLongestBlock);
    const Lent<double> counts = float64ArrayOption(options, "counts", 2 * interfaces);
    bool lossless = true;
    const Napi::Value limit = options.Get("limitNs");
    const int64_t limitNs = limit.IsBigInt() ? limit.As<Napi::BigInt>().Int64Value(&lossless) : INT64_MAX;
    packets_.assign(interfaces, 0);
    lost_.assign(interfaces, 0);
    const TakenBlocks taken =
        recorder_->ring().take(out.data, out.length, limitNs, packets_.data(), lost_.data(), interfaces);
    for (uint32_t index = 0; index < interfaces; ++index) {
      counts.data[2 * index] = static_cast<double>(packets_[index]);
      counts.data[2 * index + 1] = static_cast<double>(lost_[index]);
    }
    Napi::Object result = Napi::Object::New(env);
    result.Set("bytes", static_cast<double>(taken.bytes));
    result.Set("packets", static_cast<double>(taken.packets));
    result.Set("lastAt", static_cast<double>(taken.lastAt));
    result.Set("limited", taken.limited);
    return result;
  }

  Napi::Value inputs(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    Napi::Array out = Napi::Array::New(env);
    for (uint32_t index = 0; index < recorder_->inputs(); ++index) {
      const RecorderInput& input = recorder_->input(index);
      const InputTallies& tallies = input.tallies();
      Napi::Object each = Napi::Object::New(env);
      const auto count = [&](Napi::Object& into, const char* name, const Tally& tally) {
        into.Set(name, static_cast<double>(tally.value()));
      };
      count(each, "dropped", tallies.dropped);
      count(each, "fragments", tallies.fragments);
      count(each, "oversized", tallies.oversized);
      count(each, "malformed", tallies.malformed);
      count(each, "foreign", tallies.foreign);
      count(each, "receiveCalls", tallies.receiveCalls);
      Napi::Array groups = Napi::Array::New(env);
      for (uint32_t number = 0; number < input.groups(); ++number) {
        const RecordedGroup& recorded = input.group(number);
        Napi::Object group = Napi::Object::New(env);
        group.Set("group", nameOf(recorded));
        count(group, "packets", recorded.packets);
        count(group, "bytes", recorded.bytes);
        count(group, "crowdedOut", recorded.crowdedOut);
        groups.Set(number, group);
      }
      each.Set("groups", groups);
      out.Set(index, each);
    }
    return out;
  }

  std::unique_ptr<PacketRecorder> recorder_;
  /// Of one take().
  std::vector<uint64_t> packets_;
  std::vector<uint64_t> lost_;
};

}  // namespace

void InitPacketRecorder(Napi::Env env, Napi::Object exports) {
  exports.Set("PacketRecorder", PacketRecorderObject::define(env));
}

}  // namespace hotlap
