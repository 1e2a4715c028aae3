#include "addon/latency_recorder.h"

#include <algorithm>
#include <cmath>

#include "addon/addon.h"
#include "addon/hot_call.h"
#include "addon/options.h"

namespace hotlap {

namespace {

constexpr napi_type_tag latencyRecorderTag = {0x686f746c61704c61, 0x74656e6379526563};

class LatencyRecorderObject : public Napi::ObjectWrap<LatencyRecorderObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "LatencyRecorder",
                       {InstanceMethod<&LatencyRecorderObject::record>("record"),
                        InstanceMethod<&LatencyRecorderObject::count>("count"),
                        InstanceMethod<&LatencyRecorderObject::percentile>("percentile"),
                        InstanceMethod<&LatencyRecorderObject::min>("min"),
                        InstanceMethod<&LatencyRecorderObject::max>("max"),
                        InstanceMethod<&LatencyRecorderObject::mean>("mean"),
                        InstanceMethod<&LatencyRecorderObject::buckets>("buckets"),
                        InstanceMethod<&LatencyRecorderObject::stallTotalNs>("stallTotalNs"),
                        InstanceMethod<&LatencyRecorderObject::watchedNs>("watchedNs"),
                        InstanceMethod<&LatencyRecorderObject::reset>("reset"),
                        InstanceAccessor<&LatencyRecorderObject::clockCostNs>("clockCostNs")});
  }

  explicit LatencyRecorderObject(const Napi::CallbackInfo& info)
      : ObjectWrap(info), recorder_(std::make_shared<LatencyRecorder>()) {
    napi_type_tag_object(info.Env(), info.This(), &latencyRecorderTag);
    const Napi::Object self = info.This().As<Napi::Object>();
    defineHot(self, "stamp", stamp, recorder_.get());
    defineHot(self, "commit", commit, recorder_.get());
    defineHot(self, "callBegin", callBegin, recorder_.get());
    defineHot(self, "callEnd", callEnd, recorder_.get());
  }

  const std::shared_ptr<LatencyRecorder>& recorder() const { return recorder_; }

 private:
  static napi_value stamp(napi_env env, napi_callback_info info) {
    int32_t stage[1];
    hotSelf<LatencyRecorder, 1>(env, info, stage).stamp(stage[0]);
    return int32Of(env, 0);
  }

  static napi_value commit(napi_env env, napi_callback_info info) {
    int32_t cause[1];
    LatencyRecorder& recorder = hotSelf<LatencyRecorder, 1>(env, info, cause);
    recorder.beforeSend();
    recorder.commit(cause[0]);
    return int32Of(env, 0);
  }

  static napi_value callBegin(napi_env env, napi_callback_info info) {
    hotSelf<LatencyRecorder>(env, info).callBegin();
    return int32Of(env, 0);
  }

  static napi_value callEnd(napi_env env, napi_callback_info info) {
    const int64_t us = hotSelf<LatencyRecorder>(env, info).callEndNs() / 1000;
    return int32Of(env, static_cast<int32_t>(std::min<int64_t>(us, INT32_MAX)));
  }

  Histogram& histogram(const Napi::CallbackInfo& info) {
    const double index = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : -1;
    if (!(index >= 0 && index < layout::histograms) || index != std::floor(index)) {
      throw Napi::RangeError::New(info.Env(), "The histogram must be one of HISTOGRAM.");
    }
    return recorder_->histogram(static_cast<int>(index));
  }

  static double argument(const Napi::CallbackInfo& info, size_t position, const char* what) {
    const double value = info[position].IsNumber() ? info[position].As<Napi::Number>().DoubleValue() : NAN;
    if (!std::isfinite(value)) {
      throw Napi::TypeError::New(info.Env(), std::string(what) + " must be a finite number.");
    }
    return value;
  }

  static Napi::Value number(const Napi::CallbackInfo& info, double value) {
    return Napi::Number::New(info.Env(), value);
  }

  void record(const Napi::CallbackInfo& info) {
    Histogram& target = histogram(info);
    const double ns = argument(info, 1, "The nanoseconds to record");
    const double count = info[2].IsUndefined() ? 1 : argument(info, 2, "The count to record");
    if (!(count >= 0 && count <= 9007199254740991.0)) {
      throw Napi::RangeError::New(info.Env(), "The count to record must lie between 0 and 2^53 - 1.");
    }
    if (count < 1) return;
    const double bounded = std::fmin(std::fmax(ns, 0), static_cast<double>(Histogram::highestNs));
    target.record(static_cast<int64_t>(bounded), static_cast<uint64_t>(count));
  }

  Napi::Value count(const Napi::CallbackInfo& info) {
    return number(info, static_cast<double>(histogram(info).count()));
  }

  Napi::Value percentile(const Napi::CallbackInfo& info) {
    const Histogram& source = histogram(info);
    const double percentile = argument(info, 1, "The percentile");
    return number(info, source.count() == 0 ? NAN : static_cast<double>(source.percentileNs(percentile)));
  }

  Napi::Value min(const Napi::CallbackInfo& info) {
    const Histogram& source = histogram(info);
    return number(info, source.count() == 0 ? NAN : static_cast<double>(source.minNs()));
  }

  Napi::Value max(const Napi::CallbackInfo& info) {
    const Histogram& source = histogram(info);
    return number(info, source.count() == 0 ? NAN : static_cast<double>(source.maxNs()));
  }

  Napi::Value mean(const Napi::CallbackInfo& info) {
    const Histogram& source = histogram(info);
    return number(info, source.count() == 0
                            ? NAN
                            : static_cast<double>(source.sumNs()) / static_cast<double>(source.count()));
  }

  Napi::Value buckets(const Napi::CallbackInfo& info) {
    const Histogram& source = histogram(info);
    size_t filled = 0;
    for (int index = 0; index < Histogram::buckets; ++index) filled += source.countAt(index) != 0;
    Napi::Float64Array pairs = Napi::Float64Array::New(info.Env(), 2 * filled);
    size_t next = 0;
    for (int index = 0; index < Histogram::buckets; ++index) {
      if (source.countAt(index) == 0) continue;
      pairs[next++] = static_cast<double>(Histogram::lowestOf(index));
      pairs[next++] = static_cast<double>(source.countAt(index));
    }
    return pairs;
  }

  Napi::Value stallTotalNs(const Napi::CallbackInfo& info) {
    return number(info, static_cast<double>(recorder_->stallTotalNs()));
  }
  Napi::Value watchedNs(const Napi::CallbackInfo& info) {
    return number(info, static_cast<double>(recorder_->watchedNs()));
  }
  void reset(const Napi::CallbackInfo&) { recorder_->reset(); }
  Napi::Value clockCostNs(const Napi::CallbackInfo& info) { return number(info, recorder_->clockCostNs()); }

  std::shared_ptr<LatencyRecorder> recorder_;
};

}  // namespace

std::shared_ptr<LatencyRecorder> latencyOption(const Napi::Object& options, const char* name) {
  const Napi::Value value = options.Get(name);
  if (value.IsUndefined() || value.IsNull()) return nullptr;
  bool tagged = false;
  if (!value.IsObject() ||
      napi_check_object_type_tag(options.Env(), value, &latencyRecorderTag, &tagged) != napi_ok || !tagged) {
    throw Napi::TypeError::New(options.Env(),
                               std::string("The option `") + name + "` must be a LatencyRecorder.");
  }
  return LatencyRecorderObject::Unwrap(value.As<Napi::Object>())->recorder();
}

void InitLatencyRecorder(Napi::Env env, Napi::Object exports) {
  exports.Set("LatencyRecorder", LatencyRecorderObject::define(env));
}

}  // namespace hotlap
