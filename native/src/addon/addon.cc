#include "addon/addon.h"

namespace hotlap {

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  InitHost(env, exports);
  InitLatencyRecorder(env, exports);
  InitFeedReceiver(env, exports);
  InitTcpStream(env, exports);
  InitPlayback(env, exports);
  InitJournalRing(env, exports);
  InitJournalDrain(env, exports);
  return exports;
}

NODE_API_MODULE(hotlap, Init)

}  // namespace hotlap
