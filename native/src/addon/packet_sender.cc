#include <errno.h>
#include <napi.h>

#include <memory>

#include "addon/addon.h"
#include "addon/hot_call.h"
#include "addon/options.h"
#include "core/socket/udp_sender.h"

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
    const std::string group = stringOption(options, "group");
    const auto port = static_cast<int>(integerOption(options, "port", 1, 65'535));
    auto sender = std::make_unique<UdpSender>();
    if (const Failure failure = sender->open(group, port, stringOption(options, "interface"))) {
      throw errorOf(info.Env(), failure);
    }
    sender_ = std::move(sender);
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

  static napi_value flush(napi_env env, napi_callback_info) { return int32Of(env, 0); }

  int32_t offer(int32_t offset, int32_t length) {
    if (sender_ == nullptr) return -EBADF;
    if (offset < 0 || length < 0 || static_cast<size_t>(offset) > bytes_.length ||
        static_cast<size_t>(length) > bytes_.length - static_cast<size_t>(offset)) {
      return -EINVAL;
    }
    ++calls_;
    const int error = sender_->send(bytes_.data + offset, static_cast<size_t>(length));
    if (error == 0) ++packets_;
    if (error == EAGAIN || error == ENOBUFS) {
      ++full_;
      return -EAGAIN;
    }
    return -error;
  }

  Napi::Value counters(const Napi::CallbackInfo& info) {
    Napi::Object result = Napi::Object::New(info.Env());
    result.Set("packets", static_cast<double>(packets_));
    result.Set("full", static_cast<double>(full_));
    result.Set("sendCalls", static_cast<double>(calls_));
    return result;
  }

  void close(const Napi::CallbackInfo&) {
    sender_.reset();
    lent_.Reset();
  }

  std::unique_ptr<UdpSender> sender_;
  Lent<uint8_t> bytes_{};
  Napi::ObjectReference lent_;
  uint64_t packets_ = 0;
  uint64_t full_ = 0;
  uint64_t calls_ = 0;
};

}  // namespace

void InitPacketSender(Napi::Env env, Napi::Object exports) {
  exports.Set("PacketSender", PacketSenderObject::define(env));
}

}  // namespace hotlap
