// Reads an options object; what is missing or of another kind throws a TypeError that names it.
#pragma once

#include <napi.h>

#include <cstdint>
#include <string>

#include "core/host/failure.h"

namespace hotlap {

/// Memory lent by JS: valid while `owner` is referenced.
template <typename Element>
struct Lent {
  Element* data;
  size_t length;
};

Napi::Object optionsOf(const Napi::CallbackInfo& info, const char* className);
std::string stringOption(const Napi::Object& options, const char* name);
/// Absent: `fallback`.
std::string stringOption(const Napi::Object& options, const char* name, const std::string& fallback);
int64_t integerOption(const Napi::Object& options, const char* name, int64_t lowest, int64_t highest);
int64_t integerOption(const Napi::Object& options, const char* name, int64_t lowest, int64_t highest,
                      int64_t fallback);
double numberOption(const Napi::Object& options, const char* name);

Lent<uint8_t> bytesOption(const Napi::Object& options, const char* name, size_t minLength);
Lent<int32_t> int32ArrayOption(const Napi::Object& options, const char* name, size_t minLength);
Lent<double> float64ArrayOption(const Napi::Object& options, const char* name, size_t minLength);

/// An Error with the failure's `code`.
Napi::Error errorOf(Napi::Env env, const Failure& failure);

}  // namespace hotlap
