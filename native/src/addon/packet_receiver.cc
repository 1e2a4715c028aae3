#include <napi.h>

#include <cstring>
#include <memory>

#include "addon/addon.h"
#include "addon/fault_options.h"
#include "addon/feed_options.h"
#include "addon/feed_report.h"
#include "addon/hot_call.h"
#include "addon/options.h"
#include "core/host/clock.h"

namespace hotlap {

namespace {

constexpr size_t kMostPayload = 65'535;
constexpr size_t kDoublesOfPacket = 3;
/** A poll that meets nothing but foreign packets ends too. */
constexpr int kMostSkipped = 256;

class PacketReceiverObject : public Napi::ObjectWrap<PacketReceiverObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "PacketReceiver",
                       {InstanceMethod<&PacketReceiverObject::counters>("counters"),
                        InstanceMethod<&PacketReceiverObject::transport>("transport"),
                        InstanceMethod<&PacketReceiverObject::close>("close")});
  }

  explicit PacketReceiverObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    const Napi::Object options = optionsOf(info, "PacketReceiver");
    bytes_ = bytesOption(options, "bytes", kMostPayload);
    table_ = float64ArrayOption(options, "packets", kDoublesOfPacket);
    for (const char* name : {"bytes", "packets"}) {
      setup_.borrowed.push_back(Napi::Persistent(options.Get(name).As<Napi::Object>()));
    }
    setup_.source = readSource(options, setup_);
    if (setup_.options.recorded && setup_.options.speed != 0) {
      throw Napi::RangeError::New(info.Env(),
                                  "The option `speed` must be 0: a PacketReceiver does not pace packets.");
    }
    defineHot(info.This().As<Napi::Object>(), "poll", poll, this);
  }

 private:
  static napi_value poll(napi_env env, napi_callback_info info) {
    return int32Of(env, hotSelf<PacketReceiverObject>(env, info).take());
  }

  int32_t take() {
    if (setup_.source == nullptr) return -1;
    const int64_t nowNs = monotonicNs();
    const size_t most = table_.length / kDoublesOfPacket;
    size_t count = 0;
    size_t used = 0;
    for (int skipped = 0; count < most && skipped < kMostSkipped;) {
      if (!waiting_) {
        const NextPacket next = setup_.source->next(nowNs, packet_);
        if (next == NextPacket::none) break;
        if (next == NextPacket::ended) {
          if (count == 0) return -1;
          break;
        }
        if (next != NextPacket::packet) {
          ++skipped;
          continue;
        }
        waiting_ = true;
      }
      // It stays the source's until there is room for it.
      if (packet_.size > bytes_.length - used) break;
      waiting_ = false;
      if (packet_.size != 0) memcpy(bytes_.data + used, packet_.data, packet_.size);
      double* row = table_.data + count * kDoublesOfPacket;
      row[0] = static_cast<double>(used);
      row[1] = static_cast<double>(packet_.size);
      row[2] = static_cast<double>(packet_.burstNs == 0 ? nowNs : packet_.burstNs);
      used += packet_.size;
      ++count;
    }
    packets_ += count;
    return static_cast<int32_t>(count);
  }

  PacketSource& open(Napi::Env env) {
    if (setup_.source == nullptr) throw Napi::Error::New(env, "the packet receiver is closed");
    return *setup_.source;
  }

  Napi::Value counters(const Napi::CallbackInfo& info) {
    PacketSource& source = open(info.Env());
    source.refresh();
    const SourceCounters& counted = source.counters();
    Napi::Object result = Napi::Object::New(info.Env());
    const auto count = [&](const char* name, uint64_t value) {
      result.Set(name, static_cast<double>(value));
    };
    count("packets", packets_);
    count("dropped", counted.drops);
    count("filtered", counted.filtered);
    count("malformed", counted.malformed);
    count("fragments", counted.fragments);
    count("oversized", counted.oversized);
    count("badChecksums", counted.badChecksums);
    count("receiveCalls", counted.receiveCalls);
    if (const FaultCounters* faults = source.faults()) {
      result.Set("faults", faultCounts(info.Env(), *faults));
    }
    return result;
  }

  Napi::Value transport(const Napi::CallbackInfo& info) {
    return transportReport(info.Env(), open(info.Env()).transport());
  }

  void close(const Napi::CallbackInfo&) {
    waiting_ = false;
    setup_.source.reset();
    setup_.borrowed.clear();
  }

  FeedSetup setup_;
  Lent<uint8_t> bytes_{};
  Lent<double> table_{};
  /** Of the source, and not handed on yet. */
  Packet packet_{};
  bool waiting_ = false;
  uint64_t packets_ = 0;
};

}  // namespace

void InitPacketReceiver(Napi::Env env, Napi::Object exports) {
  exports.Set("PacketReceiver", PacketReceiverObject::define(env));
}

}  // namespace hotlap
