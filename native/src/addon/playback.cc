#include "addon/addon.h"

namespace hotlap {

void InitPlayback(Napi::Env, Napi::Object) {}

}  // namespace hotlap
