#include "core/journal/journal_reader.h"

#include "addon/addon.h"
#include "addon/options.h"
#include "core/ring/layout.h"

namespace hotlap {

namespace {

using journal::ReadRecord;

class JournalReaderObject : public Napi::ObjectWrap<JournalReaderObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "JournalReader",
                       {InstanceMethod<&JournalReaderObject::next>("next"),
                        InstanceMethod<&JournalReaderObject::close>("close"),
                        InstanceAccessor<&JournalReaderObject::segments>("segments"),
                        InstanceAccessor<&JournalReaderObject::tornBytes>("tornBytes")});
  }

  explicit JournalReaderObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    const Napi::Object options = optionsOf(info, "JournalReader");
    const Failure failure = reader_->open(
        stringOption(options, "folder"), stringOption(options, "ringFile", ""),
        static_cast<uint64_t>(integerOption(options, "fromSegment", 0, journal::maxSegmentNumber, 0)));
    if (failure) throw errorOf(info.Env(), failure);
  }

 private:
  Napi::Value next(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    if (!info[0].IsTypedArray() || !info[1].IsTypedArray() ||
        info[0].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array ||
        info[1].As<Napi::TypedArray>().TypedArrayType() != napi_float64_array ||
        info[1].As<Napi::TypedArray>().ElementLength() < layout::journal_head_doubles)
      throw Napi::TypeError::New(env, "JournalReader.next needs a Uint8Array and a Float64Array of " +
                                          std::to_string(layout::journal_head_doubles) + " elements.");
    auto out = info[0].As<Napi::Uint8Array>();
    auto head = info[1].As<Napi::Float64Array>();
    Failure failure;
    ReadRecord record;
    if (!reader_ || !reader_->next(record, failure)) {
      if (failure) throw errorOf(env, failure);
      return Napi::Number::New(env, -1);
    }
    if (record.payloadBytes > out.ElementLength())
      throw Napi::RangeError::New(
          env, "JournalReader.next needs room for " + std::to_string(record.payloadBytes) + " bytes.");
    std::memcpy(out.Data(), record.payload, record.payloadBytes);
    double* const slots = head.Data();
    slots[layout::journal_head::kind] = record.header.kind;
    slots[layout::journal_head::sequence] = static_cast<double>(record.header.sequence);
    slots[layout::journal_head::generation] = record.header.generation;
    slots[layout::journal_head::key] = static_cast<double>(record.header.key);
    slots[layout::journal_head::segment] = static_cast<double>(record.segment);
    slots[layout::journal_head::offset] = static_cast<double>(record.offset);
    return Napi::Number::New(env, static_cast<double>(record.payloadBytes));
  }

  Napi::Value segments(const Napi::CallbackInfo& info) {
    Napi::Array numbers = Napi::Array::New(info.Env());
    if (!reader_) return numbers;
    for (const uint64_t number : reader_->segments())
      numbers.Set(numbers.Length(), static_cast<double>(number));
    return numbers;
  }

  Napi::Value tornBytes(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), reader_ ? static_cast<double>(reader_->tornBytes()) : 0);
  }

  void close(const Napi::CallbackInfo&) { reader_.reset(); }

  std::unique_ptr<journal::JournalReader> reader_ = std::make_unique<journal::JournalReader>();
};

}  // namespace

void InitJournalReader(Napi::Env env, Napi::Object exports) {
  exports.Set("JournalReader", JournalReaderObject::define(env));
}

}  // namespace hotlap
