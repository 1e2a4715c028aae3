#include <array>

#include "addon/addon.h"
#include "addon/options.h"
#include "core/journal/journal.h"
#include "core/ring/layout.h"

namespace hotlap {

namespace {

using journal::Journal;
using journal::Recovery;

static_assert(static_cast<int>(Recovery::From::nothing) == layout::journal_from::nothing);
static_assert(static_cast<int>(Recovery::From::disk) == layout::journal_from::disk);
static_assert(static_cast<int>(Recovery::From::ring) == layout::journal_from::ring);
static_assert(static_cast<int>(Recovery::From::reserved) == layout::journal_from::reserved);

class JournalDrainObject : public Napi::ObjectWrap<JournalDrainObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "JournalDrain",
                       {InstanceMethod<&JournalDrainObject::poll>("poll"),
                        InstanceMethod<&JournalDrainObject::failure>("failure"),
                        InstanceMethod<&JournalDrainObject::close>("close")});
  }

  explicit JournalDrainObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    const Napi::Object options = optionsOf(info, "JournalDrain");
    const Lent<int32_t> cells = int32ArrayOption(options, "cells", layout::journal_cells);
    constexpr int64_t leastBytes = journal::minRingBytes;
    constexpr int64_t mostBytes = journal::maxRingBytes;
    Recovery recovery;
    const Failure failure = journal_.open(
        {
            stringOption(options, "folder"),
            stringOption(options, "ringFile"),
            static_cast<size_t>(integerOption(options, "ringBytes", leastBytes, mostBytes)),
            static_cast<size_t>(integerOption(options, "segmentBytes", leastBytes, mostBytes)),
            static_cast<uint32_t>(integerOption(options, "blockNumbers", 2, 1 << 30)),
        },
        recovery);
    if (failure) throw errorOf(info.Env(), failure);
    cells_ = cells.data;
    memory_ = Napi::Persistent(options.Get("cells").As<Napi::Object>());
    cells_[layout::journal::nextOut] = static_cast<int32_t>(recovery.next.out);
    cells_[layout::journal::nextIn] = static_cast<int32_t>(recovery.next.in);
    tell();
    Napi::Object found = Napi::Object::New(info.Env());
    found.Set("from", static_cast<int>(recovery.from));
    found.Set("nextOut", recovery.next.out);
    found.Set("nextIn", recovery.next.in);
    found.Set("createdMs", recovery.createdMs);
    found.Set("records", static_cast<double>(recovery.records));
    found.Set("fromRing", static_cast<double>(recovery.fromRing));
    found.Set("tornBytes", static_cast<double>(recovery.tornBytes));
    found.Set("staleRing", recovery.staleRing);
    info.This().As<Napi::Object>().DefineProperty(
        Napi::PropertyDescriptor::Value("recovery", found, napi_enumerable));
  }

 private:
  Napi::Value poll(const Napi::CallbackInfo& info) {
    const int32_t records = journal_.poll();
    tell();
    return Napi::Number::New(info.Env(), records);
  }

  Napi::Value failure(const Napi::CallbackInfo& info) {
    Napi::Array pair = Napi::Array::New(info.Env(), 2);
    pair.Set(0u, journal_.failure().code);
    pair.Set(1u, journal_.failure().sentence);
    return pair;
  }

  void close(const Napi::CallbackInfo&) {
    journal_.close();
    tell();
  }

  /// Read by the hot thread.
  void tell() {
    __atomic_store_n(&cells_[layout::journal::reserved], static_cast<int32_t>(journal_.reserved()),
                     __ATOMIC_RELEASE);
    __atomic_store_n(&cells_[layout::journal::failure], journal_.failure() ? 1 : 0, __ATOMIC_RELEASE);
  }

  /// A property would not do: it may be swept before this object.
  Napi::ObjectReference memory_;
  int32_t* cells_ = nullptr;
  Journal journal_;
};

}  // namespace

void InitJournalDrain(Napi::Env env, Napi::Object exports) {
  exports.Set("JournalDrain", JournalDrainObject::define(env));
}

}  // namespace hotlap
