#include "addon/options.h"

namespace hotlap {

namespace {

[[noreturn]] void refuse(const Napi::Object& options, const std::string& sentence) {
  throw Napi::TypeError::New(options.Env(), sentence);
}

bool absent(const Napi::Object& options, const char* name) {
  const Napi::Value value = options.Get(name);
  return value.IsUndefined() || value.IsNull();
}

template <typename Element>
Lent<Element> arrayOption(const Napi::Object& options, const char* name, size_t minLength,
                          napi_typedarray_type type, const char* typeName) {
  const Napi::Value value = options.Get(name);
  napi_typedarray_type found;
  size_t length = 0;
  void* data = nullptr;
  if (!value.IsTypedArray() ||
      napi_get_typedarray_info(options.Env(), value, &found, &length, &data, nullptr, nullptr) != napi_ok ||
      found != type) {
    refuse(options, std::string("The option `") + name + "` must be a " + typeName + ".");
  }
  if (length < minLength) {
    refuse(options, std::string("The option `") + name + "` has " + std::to_string(length) +
                        " elements; it needs at least " + std::to_string(minLength) + ".");
  }
  return {static_cast<Element*>(data), length};
}

}  // namespace

Napi::Object optionsOf(const Napi::CallbackInfo& info, const char* className) {
  if (info.Length() < 1 || !info[0].IsObject()) {
    throw Napi::TypeError::New(info.Env(), std::string(className) + " needs an options object.");
  }
  return info[0].As<Napi::Object>();
}

std::string stringOption(const Napi::Object& options, const char* name) {
  const Napi::Value value = options.Get(name);
  if (!value.IsString()) refuse(options, std::string("The option `") + name + "` must be a string.");
  return value.As<Napi::String>().Utf8Value();
}

std::string stringOption(const Napi::Object& options, const char* name, const std::string& fallback) {
  return absent(options, name) ? fallback : stringOption(options, name);
}

double numberOption(const Napi::Object& options, const char* name) {
  const Napi::Value value = options.Get(name);
  if (!value.IsNumber()) refuse(options, std::string("The option `") + name + "` must be a number.");
  return value.As<Napi::Number>().DoubleValue();
}

int64_t integerOption(const Napi::Object& options, const char* name, int64_t lowest, int64_t highest) {
  const double value = numberOption(options, name);
  if (!(value >= static_cast<double>(lowest) && value <= static_cast<double>(highest)) ||
      value != static_cast<double>(static_cast<int64_t>(value))) {
    refuse(options, std::string("The option `") + name + "` must be a whole number from " +
                        std::to_string(lowest) + " to " + std::to_string(highest) + ".");
  }
  return static_cast<int64_t>(value);
}

int64_t integerOption(const Napi::Object& options, const char* name, int64_t lowest, int64_t highest,
                      int64_t fallback) {
  return absent(options, name) ? fallback : integerOption(options, name, lowest, highest);
}

Lent<uint8_t> bytesOption(const Napi::Object& options, const char* name, size_t minLength) {
  return arrayOption<uint8_t>(options, name, minLength, napi_uint8_array, "Uint8Array");
}

Lent<int32_t> int32ArrayOption(const Napi::Object& options, const char* name, size_t minLength) {
  return arrayOption<int32_t>(options, name, minLength, napi_int32_array, "Int32Array");
}

Lent<double> float64ArrayOption(const Napi::Object& options, const char* name, size_t minLength) {
  return arrayOption<double>(options, name, minLength, napi_float64_array, "Float64Array");
}

Napi::Error errorOf(Napi::Env env, const Failure& failure) {
  Napi::Error error = Napi::Error::New(env, failure.sentence);
  error.Set("code", Napi::String::New(env, failure.code));
  return error;
}

}  // namespace hotlap
