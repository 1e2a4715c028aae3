// Calls of the hot loop, in raw Node-API: int32 in, int32 out, no handle scope, no C++ exception.
#pragma once

#include <napi.h>

#include <cstdint>

namespace hotlap {

/// Gives the object a function of its own that carries `self`. A method of the class would have to look its
/// object up (napi_unwrap), which takes 40 ns, and which Node-API refuses while a Worker is being terminated,
/// although the loop still makes its last call. The function holds its object, so that `self` outlives
/// whoever keeps only the function.
inline void defineHot(Napi::Object object, const char* name, napi_callback callback, void* self) {
  napi_value function = nullptr;
  if (napi_create_function(object.Env(), name, NAPI_AUTO_LENGTH, callback, self, &function) != napi_ok) {
    throw Napi::Error::New(object.Env());
  }
  Napi::Object(object.Env(), function).DefineProperty(Napi::PropertyDescriptor::Value("owner", object));
  object.DefineProperty(
      Napi::PropertyDescriptor::Value(name, Napi::Value(object.Env(), function), napi_enumerable));
}

/// The object behind a function of defineHot and the first `Count` arguments (0 where they are no numbers).
template <typename Class, size_t Count = 0>
Class& hotSelf(napi_env env, napi_callback_info info, int32_t* numbers = nullptr) {
  napi_value arguments[Count + 1];
  size_t count = Count;
  void* self = nullptr;
  napi_get_cb_info(env, info, &count, arguments, nullptr, &self);
  for (size_t index = 0; index < Count; ++index) {
    numbers[index] = 0;
    napi_get_value_int32(env, arguments[index], &numbers[index]);
  }
  return *static_cast<Class*>(self);
}

inline napi_value int32Of(napi_env env, int32_t value) {
  napi_value result = nullptr;
  napi_create_int32(env, value, &result);
  return result;
}

}  // namespace hotlap
