// Calls of the hot loop, in raw Node-API: int32 in, int32 out, no handle scope, no C++ exception.
#pragma once

#include <napi.h>

#include <cstdint>

namespace hotlap {

/// A property descriptor for ObjectWrap<Class>::DefineClass.
template <typename Class>
Napi::ClassPropertyDescriptor<Class> hotMethod(const char* name, napi_callback method) {
  return napi_property_descriptor{name,   nullptr, method, nullptr, nullptr, nullptr, napi_default_method,
                                  nullptr};
}

/// The object behind `this` and the first `Count` arguments (0 where they are no numbers). V8's signature
/// check has seen to it that `this` is a `Class`. Null while a Worker is being terminated: Node-API then
/// refuses napi_unwrap, although the loop still makes its last call; the caller returns null at once.
template <typename Class, size_t Count = 0>
Class* hotSelf(napi_env env, napi_callback_info info, int32_t* numbers = nullptr) {
  napi_value arguments[Count + 1];
  napi_value self = nullptr;
  size_t count = Count;
  void* object = nullptr;
  if (napi_get_cb_info(env, info, &count, arguments, &self, nullptr) != napi_ok ||
      napi_unwrap(env, self, &object) != napi_ok) {
    return nullptr;
  }
  for (size_t index = 0; index < Count; ++index) {
    numbers[index] = 0;
    napi_get_value_int32(env, arguments[index], &numbers[index]);
  }
  return static_cast<Class*>(object);
}

inline napi_value int32Of(napi_env env, int32_t value) {
  napi_value result = nullptr;
  napi_create_int32(env, value, &result);
  return result;
}

}  // namespace hotlap
