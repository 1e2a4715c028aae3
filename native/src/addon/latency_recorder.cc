#include "addon/addon.h"

namespace hotlap {

void InitLatencyRecorder(Napi::Env, Napi::Object) {}

}  // namespace hotlap
