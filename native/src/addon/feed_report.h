// The cold answers of a FeedReceiver as JavaScript objects.
#pragma once

#include <napi.h>

#include <string>

#include "core/feed/receiver.h"

namespace hotlap {

/** `transport()` of whatever receives. */
Napi::Object transportReport(Napi::Env env, const TransportFacts& facts);
Napi::Object feedSummary(Napi::Env env, const FeedReceiver& receiver);
Napi::Array bookSummaries(Napi::Env env, const FeedReceiver& receiver, uint32_t depth);

/** Eight characters, space-padded, as one big-endian number; longer ones are cut. */
uint64_t packSymbol(const std::string& symbol);
std::string unpackSymbol(uint64_t symbol);

}  // namespace hotlap
