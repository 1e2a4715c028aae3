// What a JavaScript caller asks of a FeedReceiver, checked before native code believes it.
#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "core/feed/packet_source.h"
#include "core/feed/receiver.h"

namespace hotlap {

/** A receiver's settings and the JavaScript memory that it borrows. */
struct FeedSetup {
  ReceiverMemory memory{};
  ReceiverOptions options{};
  std::unique_ptr<PacketSource> source;
  /** Keeps typed arrays, rings and native companions from collection while the receiver lives. */
  std::vector<Napi::ObjectReference> borrowed;
};

/** 0: as fast as polled; else a factor on recorded time. NaN is none. */
constexpr bool isSpeed(double speed) { return speed >= 0 && speed <= 1e9; }

/** Opens the option `source`, and keeps in `setup` what it borrows and how it is paced. Throws as below. */
std::unique_ptr<PacketSource> readSource(const Napi::Object& options, FeedSetup& setup);

/** Throws an Error that names the option, or says why the source cannot be opened. */
FeedSetup readFeedOptions(const Napi::Object& options);

}  // namespace hotlap
