#include "addon/addon.h"

namespace hotlap {

void InitHost(Napi::Env, Napi::Object) {}

}  // namespace hotlap
