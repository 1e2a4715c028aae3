#include <memory>

#include "addon/addon.h"
#include "addon/hot_call.h"
#include "addon/options.h"
#include "core/journal/ring_writer.h"
#include "core/ring/layout.h"

namespace hotlap {

namespace {

using journal::Append;
using journal::RingWriter;

static_assert(static_cast<int>(Append::ok) == layout::journal_result::ok);
static_assert(static_cast<int>(Append::full) == layout::journal_result::full);
static_assert(static_cast<int>(Append::failed) == layout::journal_result::failed);

using Writer = std::unique_ptr<RingWriter>;

/// The arguments of a hot call as they are; the missing ones are undefined.
template <size_t Count>
Writer& argumentsOf(napi_env env, napi_callback_info info, napi_value (&arguments)[Count]) {
  size_t count = Count;
  void* self = nullptr;
  napi_get_cb_info(env, info, &count, arguments, nullptr, &self);
  return *static_cast<Writer*>(self);
}

int32_t int32At(napi_env env, napi_value value) {
  int32_t number = -1;
  napi_get_value_int32(env, value, &number);
  return number;
}

Lent<uint8_t> bytesAt(napi_env env, napi_value value) {
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      type != napi_uint8_array)
    return {nullptr, 0};
  return {static_cast<uint8_t*>(data), length};
}

napi_value resultOf(napi_env env, Append result) { return int32Of(env, static_cast<int32_t>(result)); }

class JournalRingObject : public Napi::ObjectWrap<JournalRingObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "JournalRing",
                       {InstanceMethod<&JournalRingObject::reset>("reset"),
                        InstanceMethod<&JournalRingObject::close>("close")});
  }

  explicit JournalRingObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    if (!info[0].IsString())
      throw Napi::TypeError::New(info.Env(), "JournalRing needs the path of its ring.");
    const Failure failure = RingWriter::attach(info[0].As<Napi::String>(), writer_);
    if (failure) throw errorOf(info.Env(), failure);
    const Napi::Object self = info.This().As<Napi::Object>();
    defineHot(self, "append", append, &writer_);
    defineHot(self, "log", log, &writer_);
    defineHot(self, "read", read, &writer_);
    defineHot(self, "setNumbers", setNumbers, &writer_);
    defineHot(self, "rewind", rewind, &writer_);
    defineHot(self, "oldestKey", oldestKey, &writer_);
    self.DefineProperty(Napi::PropertyDescriptor::Value(
        "maxPayload", Napi::Number::New(info.Env(), static_cast<double>(writer_->maxPayload())),
        napi_enumerable));
    self.DefineProperty(Napi::PropertyDescriptor::Value(
        "createdMs", Napi::Number::New(info.Env(), writer_->createdMs()), napi_enumerable));
  }

 private:
  static napi_value append(napi_env env, napi_callback_info info) {
    napi_value given[5];
    const Writer& writer = argumentsOf(env, info, given);
    const int32_t kind = int32At(env, given[0]);
    const int32_t key = int32At(env, given[1]);
    const Lent<uint8_t> bytes = bytesAt(env, given[2]);
    const int32_t start = int32At(env, given[3]);
    const int32_t end = int32At(env, given[4]);
    if (!writer || kind < 1 || static_cast<uint32_t>(kind) >= journal::kind::own || key < 0 || start < 0 ||
        end < start || static_cast<size_t>(end) > bytes.length ||
        static_cast<size_t>(end - start) > writer->maxPayload())
      return resultOf(env, Append::failed);
    return resultOf(env, writer->append(static_cast<uint32_t>(kind), static_cast<uint64_t>(key),
                                        bytes.data + start, static_cast<size_t>(end - start)));
  }

  static napi_value log(napi_env env, napi_callback_info info) {
    napi_value given[4];
    const Writer& writer = argumentsOf(env, info, given);
    const int32_t kind = int32At(env, given[0]);
    const Lent<uint8_t> bytes = bytesAt(env, given[1]);
    const int32_t length = int32At(env, given[2]);
    const int32_t urgent = int32At(env, given[3]);
    if (!writer || kind < 1 || static_cast<uint32_t>(kind) >= journal::kind::own || length < 0 ||
        static_cast<size_t>(length) > bytes.length || static_cast<size_t>(length) > writer->maxPayload())
      return resultOf(env, Append::failed);
    return resultOf(
        env, writer->log(static_cast<uint32_t>(kind), bytes.data, static_cast<size_t>(length), urgent == 1));
  }

  static napi_value read(napi_env env, napi_callback_info info) {
    napi_value given[3];
    const Writer& writer = argumentsOf(env, info, given);
    const int32_t key = int32At(env, given[0]);
    const Lent<uint8_t> out = bytesAt(env, given[1]);
    const int32_t at = int32At(env, given[2]);
    if (!writer || key < 0 || at < 0 || static_cast<size_t>(at) > out.length) return int32Of(env, 0);
    const size_t length =
        writer->read(static_cast<uint64_t>(key), out.data + at, out.length - static_cast<size_t>(at));
    return int32Of(env, static_cast<int32_t>(length));
  }

  static napi_value setNumbers(napi_env env, napi_callback_info info) {
    int32_t next[2];
    const Writer& writer = hotSelf<Writer, 2>(env, info, next);
    if (!writer || next[0] < 0 || next[1] < 0) return resultOf(env, Append::failed);
    writer->setNumbers({static_cast<uint32_t>(next[0]), static_cast<uint32_t>(next[1])});
    return resultOf(env, Append::ok);
  }

  static napi_value rewind(napi_env env, napi_callback_info info) {
    int32_t key[1];
    const Writer& writer = hotSelf<Writer, 1>(env, info, key);
    if (!writer || key[0] < 0) return resultOf(env, Append::failed);
    return resultOf(env, writer->rewind(static_cast<uint64_t>(key[0])));
  }

  static napi_value oldestKey(napi_env env, napi_callback_info info) {
    const Writer& writer = hotSelf<Writer>(env, info);
    return int32Of(env, writer ? static_cast<int32_t>(writer->oldestKey()) : 0);
  }

  Napi::Value reset(const Napi::CallbackInfo& info) {
    const double createdMs = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : 0;
    const Append result = writer_ ? writer_->reset(createdMs) : Append::failed;
    return Napi::Number::New(info.Env(), static_cast<int32_t>(result));
  }

  void close(const Napi::CallbackInfo&) { writer_.reset(); }

  Writer writer_;
};

}  // namespace

void InitJournalRing(Napi::Env env, Napi::Object exports) {
  exports.Set("JournalRing", JournalRingObject::define(env));
}

}  // namespace hotlap
