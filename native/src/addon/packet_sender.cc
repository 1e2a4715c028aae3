#include <errno.h>
#include <napi.h>

#include <memory>

#include "addon/addon.h"
#include "addon/hot_call.h"
#include "addon/link_options.h"
#include "addon/options.h"
#include "core/link/open_sender.h"

namespace hotlap {

namespace {

class PacketSenderObject : public Napi::ObjectWrap<PacketSenderObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "PacketSender",
                       {InstanceMethod<&PacketSenderObject::counters>("counters"),
                        InstanceMethod<&PacketSenderObject::close>("close")});
  }

  explicit PacketSenderObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    const Napi::Object options = optionsOf(info, "PacketSender");
    bytes_ = bytesOption(options, "bytes", 1);
    lent_ = Napi::Persistent(options.Get("bytes").As<Napi::Object>());
    if (const Failure failure = openSender(datagramOptions(options), sender_))
      throw errorOf(info.Env(), failure);
    const Napi::Object self = info.This().As<Napi::Object>();
    defineHot(self, "send", send, this);
    defineHot(self, "flush", flush, this);
  }

 private:
  static napi_value send(napi_env env, napi_callback_info info) {
    int32_t given[2];
    PacketSenderObject& self = hotSelf<PacketSenderObject, 2>(env, info, given);
    return int32Of(env, self.offer(given[0], given[1]));
  }

  static napi_value flush(napi_env env, napi_callback_info info) {
    PacketSenderObject& self = hotSelf<PacketSenderObject>(env, info);
    return int32Of(env, self.sender_ == nullptr ? -EBADF : -self.sender_->flush());
  }

  int32_t offer(int32_t offset, int32_t length) {
    if (sender_ == nullptr) return -EBADF;
    if (offset < 0 || length < 0 || static_cast<size_t>(offset) > bytes_.length ||
        static_cast<size_t>(length) > bytes_.length - static_cast<size_t>(offset)) {
      return -EINVAL;
    }
    const int error = sender_->send(bytes_.data + offset, static_cast<size_t>(length));
    return error == ENOBUFS ? -EAGAIN : -error;
  }

  Napi::Value counters(const Napi::CallbackInfo& info) {
    Napi::Object result = Napi::Object::New(info.Env());
    if (sender_ != nullptr) counters_ = sender_->counters();
    result.Set("packets", static_cast<double>(counters_.datagrams));
    result.Set("dropped", static_cast<double>(counters_.dropped));
    result.Set("full", static_cast<double>(counters_.full));
    result.Set("sendCalls", static_cast<double>(counters_.calls));
    return result;
  }

  void close(const Napi::CallbackInfo&) {
    if (sender_ != nullptr) counters_ = sender_->counters();
    sender_.reset();
    lent_.Reset();
  }

  std::unique_ptr<DatagramSender> sender_;
  Lent<uint8_t> bytes_{};
  Napi::ObjectReference lent_;
  /// As they were when it was closed.
  SenderCounters counters_;
};

}  // namespace

void InitPacketSender(Napi::Env env, Napi::Object exports) {
  exports.Set("PacketSender", PacketSenderObject::define(env));
}

}  // namespace hotlap
