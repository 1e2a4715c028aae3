#include "addon/addon.h"

namespace hotlap {

void InitTcpStream(Napi::Env, Napi::Object) {}

}  // namespace hotlap
