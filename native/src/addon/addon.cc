#include "addon/addon.h"

#include "core/ring/layout.h"

namespace hotlap {

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  InitHost(env, exports);
  InitNetworkDevice(env, exports);
  InitLatencyRecorder(env, exports);
  InitFeedReceiver(env, exports);
  InitTcpStream(env, exports);
  InitPlayback(env, exports);
  InitPacketReceiver(env, exports);
  InitPacketSender(env, exports);
  InitPacketPlayer(env, exports);
  InitPacketRecorder(env, exports);
  InitRecordingConverter(env, exports);
  InitTape(env, exports);
  InitJournalRing(env, exports);
  InitJournalDrain(env, exports);
  InitJournalReader(env, exports);
  InitProvide(env, exports);
  exports.Set("version", layout::addonVersion);
  return exports;
}

NODE_API_MODULE(hotlap, Init)

}  // namespace hotlap
