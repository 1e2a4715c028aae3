#include <napi.h>

#include <memory>
#include <string>
#include <vector>

#include "addon/addon.h"
#include "addon/feed_options.h"
#include "addon/feed_report.h"
#include "addon/hot_call.h"
#include "addon/options.h"
#include "core/feed/receiver.h"
#include "core/ring/layout.h"

namespace hotlap {

namespace {

/**
 * What `poll` reaches without a look at `this`: each receiver has a function of its own, bound to this. The
 * environment owns it too, so that a `poll` kept beyond its receiver finds nothing to do.
 */
struct PollTarget {
  FeedReceiver* receiver = nullptr;
};

napi_value poll(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  FeedReceiver* receiver = static_cast<PollTarget*>(data)->receiver;
  return int32Of(env, receiver == nullptr ? layout::poll::idle : receiver->poll());
}

class FeedReceiverObject : public Napi::ObjectWrap<FeedReceiverObject> {
 public:
  static void Register(Napi::Env env, Napi::Object exports) {
    exports.Set("FeedReceiver", DefineClass(env, "FeedReceiver",
                                            {InstanceMethod<&FeedReceiverObject::Subscribe>("subscribe"),
                                             InstanceMethod<&FeedReceiverObject::SetInterest>("setInterest"),
                                             InstanceMethod<&FeedReceiverObject::Pace>("pace"),
                                             InstanceMethod<&FeedReceiverObject::Queue>("queue"),
                                             InstanceMethod<&FeedReceiverObject::Levels>("levels"),
                                             InstanceMethod<&FeedReceiverObject::Summary>("summary"),
                                             InstanceMethod<&FeedReceiverObject::Books>("books"),
                                             InstanceMethod<&FeedReceiverObject::Transport>("transport"),
                                             InstanceMethod<&FeedReceiverObject::Close>("close")}));
  }

  explicit FeedReceiverObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<FeedReceiverObject>(info) {
    const Napi::Env env = info.Env();
    FeedSetup setup = readFeedOptions(optionsOf(info, "FeedReceiver"));
    auto receiver = std::make_unique<FeedReceiver>(setup.memory, setup.options, std::move(setup.source));
    if (!receiver->reserve()) throw Napi::Error::New(env, "not enough memory for expectedOrders");
    borrowed_ = std::move(setup.borrowed);
    receiver_ = std::move(receiver);
    target_->receiver = receiver_.get();
    napi_add_env_cleanup_hook(
        env, [](void* owner) { delete static_cast<std::shared_ptr<PollTarget>*>(owner); },
        new std::shared_ptr<PollTarget>(target_));
    napi_value function;
    napi_create_function(env, "poll", NAPI_AUTO_LENGTH, poll, target_.get(), &function);
    info.This().As<Napi::Object>().Set("poll", Napi::Value(env, function));
  }

  ~FeedReceiverObject() override { target_->receiver = nullptr; }

 private:
  FeedReceiver& Open(Napi::Env env) {
    if (receiver_ == nullptr) throw Napi::Error::New(env, "the feed receiver is closed");
    return *receiver_;
  }

  uint32_t Handle(const Napi::CallbackInfo& info, const FeedReceiver& receiver) {
    const double handle = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : -1;
    if (!(handle >= 0 && handle < receiver.subscriptions())) {
      throw Napi::RangeError::New(info.Env(), "handle was not given by subscribe");
    }
    return static_cast<uint32_t>(handle);
  }

  static uint8_t Byte(const Napi::CallbackInfo& info, size_t index, uint32_t low, uint32_t high,
                      const char* name) {
    const double value = info[index].IsNumber() ? info[index].As<Napi::Number>().DoubleValue() : -1;
    if (!(value >= low && value <= high))
      throw Napi::RangeError::New(info.Env(), std::string(name) + " is out of range");
    return static_cast<uint8_t>(value);
  }

  /** A caller's Float64Array: its memory and its length in doubles. */
  static double* Out(const Napi::CallbackInfo& info, size_t index, size_t& length) {
    napi_typedarray_type type;
    void* data = nullptr;
    if (!info[index].IsTypedArray() ||
        napi_get_typedarray_info(info.Env(), info[index], &type, &length, &data, nullptr, nullptr) !=
            napi_ok ||
        type != napi_float64_array) {
      throw Napi::TypeError::New(info.Env(), "out must be a Float64Array");
    }
    return static_cast<double*>(data);
  }

  Napi::Value Subscribe(const Napi::CallbackInfo& info) {
    FeedReceiver& receiver = Open(info.Env());
    const std::string symbol = info[0].IsString() ? info[0].As<Napi::String>().Utf8Value() : std::string();
    if (symbol.empty() || symbol.size() > 8) {
      throw Napi::RangeError::New(info.Env(), "symbol must have 1 to 8 characters");
    }
    const int32_t handle = receiver.subscribe(packSymbol(symbol), Byte(info, 1, 0, 255, "interest"));
    if (handle < 0) throw Napi::RangeError::New(info.Env(), "more symbols subscribed than maxInstruments");
    return Napi::Number::New(info.Env(), handle);
  }

  void SetInterest(const Napi::CallbackInfo& info) {
    FeedReceiver& receiver = Open(info.Env());
    receiver.setInterest(Handle(info, receiver), Byte(info, 1, 0, 255, "interest"));
  }

  void Pace(const Napi::CallbackInfo& info) {
    FeedReceiver& receiver = Open(info.Env());
    const double speed = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : -1;
    if (!isSpeed(speed)) throw Napi::RangeError::New(info.Env(), "speed must be 0 or a positive factor");
    receiver.pace(speed);
  }

  Napi::Value Queue(const Napi::CallbackInfo& info) {
    FeedReceiver& receiver = Open(info.Env());
    const uint32_t handle = Handle(info, receiver);
    const uint8_t side = Byte(info, 1, kBuy, kSell, "side");
    const double price = info[2].IsNumber() ? info[2].As<Napi::Number>().DoubleValue() : -1;
    size_t length = 0;
    double* out = Out(info, 3, length);
    // A price that no order of this feed can have is a level without orders.
    if (!(price >= 0 && price <= 4294967295.0) || price != static_cast<uint32_t>(price)) {
      return Napi::Number::New(info.Env(), 0);
    }
    const uint32_t orders =
        receiver.queue(handle, side, static_cast<uint32_t>(price), out, static_cast<uint32_t>(length / 4));
    return Napi::Number::New(info.Env(), orders);
  }

  Napi::Value Levels(const Napi::CallbackInfo& info) {
    FeedReceiver& receiver = Open(info.Env());
    const uint32_t handle = Handle(info, receiver);
    const uint8_t side = Byte(info, 1, kBuy, kSell, "side");
    size_t length = 0;
    double* out = Out(info, 2, length);
    return Napi::Number::New(info.Env(),
                             receiver.levels(handle, side, out, static_cast<uint32_t>(length / 2)));
  }

  Napi::Value Summary(const Napi::CallbackInfo& info) {
    FeedReceiver& receiver = Open(info.Env());
    receiver.refresh();
    return feedSummary(info.Env(), receiver);
  }

  Napi::Value Books(const Napi::CallbackInfo& info) {
    const uint32_t depth = info[0].IsNumber() ? info[0].As<Napi::Number>().Uint32Value() : 0;
    return bookSummaries(info.Env(), Open(info.Env()), depth);
  }

  Napi::Value Transport(const Napi::CallbackInfo& info) {
    return transportReport(info.Env(), Open(info.Env()).source().transport());
  }

  void Close(const Napi::CallbackInfo&) {
    target_->receiver = nullptr;
    receiver_.reset();
    borrowed_.clear();
  }

  std::unique_ptr<FeedReceiver> receiver_;
  std::vector<Napi::ObjectReference> borrowed_;
  std::shared_ptr<PollTarget> target_ = std::make_shared<PollTarget>();
};

}  // namespace

void InitFeedReceiver(Napi::Env env, Napi::Object exports) { FeedReceiverObject::Register(env, exports); }

}  // namespace hotlap
