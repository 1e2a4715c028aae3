// One function a class: each file of this folder registers its own.
#pragma once

#include <napi.h>

namespace hotlap {

void InitHost(Napi::Env env, Napi::Object exports);
void InitNetworkDevice(Napi::Env env, Napi::Object exports);
void InitLatencyRecorder(Napi::Env env, Napi::Object exports);
void InitFeedReceiver(Napi::Env env, Napi::Object exports);
void InitTcpStream(Napi::Env env, Napi::Object exports);
void InitPlayback(Napi::Env env, Napi::Object exports);
void InitPacketReceiver(Napi::Env env, Napi::Object exports);
void InitPacketSender(Napi::Env env, Napi::Object exports);
void InitPacketPlayer(Napi::Env env, Napi::Object exports);
void InitPacketRecorder(Napi::Env env, Napi::Object exports);
void InitRecordingConverter(Napi::Env env, Napi::Object exports);
void InitJournalRing(Napi::Env env, Napi::Object exports);
void InitJournalDrain(Napi::Env env, Napi::Object exports);
void InitJournalReader(Napi::Env env, Napi::Object exports);
void InitTape(Napi::Env env, Napi::Object exports);
void InitProvide(Napi::Env env, Napi::Object exports);

}  // namespace hotlap
