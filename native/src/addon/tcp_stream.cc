#include "core/socket/tcp_stream.h"

#include <array>
#include <utility>

#include "addon/addon.h"
#include "addon/hot_call.h"
#include "addon/latency_recorder.h"
#include "addon/options.h"
#include "addon/stack_options.h"

namespace hotlap {

namespace {

class TcpStreamObject : public Napi::ObjectWrap<TcpStreamObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(
        env, "TcpStream",
        {InstanceMethod<&TcpStreamObject::open>("open"), InstanceMethod<&TcpStreamObject::close>("close"),
         InstanceMethod<&TcpStreamObject::transport>("transport"),
         InstanceMethod<&TcpStreamObject::port>("port")});
  }

  explicit TcpStreamObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    const Napi::Object options = optionsOf(info, "TcpStream");
    const Lent<uint8_t> rx = bytesOption(options, "rx", 1024);
    const Lent<uint8_t> tx = bytesOption(options, "tx", 1024);
    const Lent<int32_t> cells = int32ArrayOption(options, "cells", layout::stream_cells);
    constexpr int64_t mostBytes = INT64_C(1) << 30;
    if (rx.length > mostBytes || tx.length > mostBytes) {
      throw Napi::RangeError::New(info.Env(), "`rx` and `tx` may have at most 1 GiB.");
    }
    const int64_t maxPendingBytes = integerOption(options, "maxPendingBytes", 1024, mostBytes);
    TcpStream::Options asked;
    const bool listens = options.Get("listens").ToBoolean();
    asked.role = listens ? TcpStream::Role::listens : TcpStream::Role::connects;
    asked.host = stringOption(options, "host");
    asked.port = static_cast<int>(integerOption(options, "port", 0, 65535));
    asked.stack = stackOptions(options, "lwip", listens ? ShmOptions::End::venue : ShmOptions::End::engine);
    asked.memory = {rx.data, rx.length, tx.data, tx.length, cells.data};
    asked.maxPendingBytes = static_cast<size_t>(maxPendingBytes);
    asked.latency = latencyOption(options, "latency");
    const Failure failure = stream_.configure(std::move(asked));
    if (failure) throw errorOf(info.Env(), failure);

    const Napi::Object self = info.This().As<Napi::Object>();
    defineHot(self, "poll", poll, &stream_);
    defineHot(self, "send", send, &stream_);
    for (size_t index = 0; index < memory_.size(); ++index) {
      const Napi::Value value = options.Get(memoryNames[index]);
      memory_[index] = Napi::Persistent(value.As<Napi::Object>());
      self.DefineProperty(Napi::PropertyDescriptor::Value(memoryNames[index], value, napi_enumerable));
    }
  }

 private:
  static napi_value poll(napi_env env, napi_callback_info info) {
    return int32Of(env, hotSelf<TcpStream>(env, info).poll());
  }

  static napi_value send(napi_env env, napi_callback_info info) {
    int32_t given[3];
    TcpStream& stream = hotSelf<TcpStream, 3>(env, info, given);
    // Negative ones become larger than any buffer, and are refused by the stream.
    return int32Of(env, stream.send(static_cast<size_t>(given[0]), static_cast<size_t>(given[1]), given[2]));
  }

  void open(const Napi::CallbackInfo&) { stream_.open(); }
  void close(const Napi::CallbackInfo&) { stream_.close(); }

  Napi::Value port(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), stream_.port()); }

  Napi::Value transport(const Napi::CallbackInfo& info) {
    const TransportFacts facts = stream_.transport();
    Napi::Object report = Napi::Object::New(info.Env());
    report.Set("backend", facts.backend);
    report.Set("accelerated", facts.accelerated);
    report.Set("zeroCopy", facts.zeroCopy);
    report.Set("timestampSource", facts.timestampSource);
    report.Set("reason", facts.reason);
    return report;
  }

  static constexpr std::array<const char*, 3> memoryNames = {"rx", "tx", "cells"};
  /// Properties would not do: they may be swept before this object's destructor has drained the connection.
  std::array<Napi::ObjectReference, 3> memory_;
  TcpStream stream_;
};

}  // namespace

void InitTcpStream(Napi::Env env, Napi::Object exports) {
  exports.Set("TcpStream", TcpStreamObject::define(env));
}

}  // namespace hotlap
