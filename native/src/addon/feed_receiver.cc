#include "addon/addon.h"

namespace hotlap {

void InitFeedReceiver(Napi::Env, Napi::Object) {}

}  // namespace hotlap
