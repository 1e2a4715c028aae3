#include <memory>
#include <mutex>

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

/// Used by the thread that waits for the disk and by JS, one at a time; outlives whichever ends first.
struct SharedJournal {
  std::mutex mutex;
  Journal journal;
  /// What has come in counts once this one has it on the disk.
  std::shared_ptr<SharedJournal> first;

  int32_t poll() {
    raiseLimit();
    const std::lock_guard lock(mutex);
    return journal.poll();
  }

  void close() {
    raiseLimit();
    const std::lock_guard lock(mutex);
    journal.close();
  }

  journal::Inbound inbound() {
    const std::lock_guard lock(mutex);
    return journal.inbound();
  }

 private:
  /// The number is taken before the other journal is looked at: what was counted is in it by then.
  void raiseLimit() {
    if (!first) return;
    const journal::Inbound taken = inbound();
    if (!first->isDrained()) return;
    const std::lock_guard lock(mutex);
    journal.limitInbound(taken);
  }

  /// Brings everything that was appended until now to the disk, in several polls where it is much.
  bool isDrained() {
    uint64_t end = 0;
    do {
      const std::lock_guard lock(mutex);
      if (end == 0) end = journal.written();
      if (journal.isOnDisk(end)) return true;
    } while (poll() >= 0);
    return false;
  }
};

/// One poll on libuv's threads; `receiver` keeps the drain alive until it has been told.
class PollWork : public Napi::AsyncWorker {
 public:
  PollWork(const Napi::Object& receiver, const Napi::Function& polled, std::shared_ptr<SharedJournal> shared)
      : AsyncWorker(receiver, polled, "hotlap store"), shared_(std::move(shared)) {}

  void Execute() override { records_ = shared_->poll(); }
  std::vector<napi_value> GetResult(Napi::Env env) override { return {Napi::Number::New(env, records_)}; }

 private:
  std::shared_ptr<SharedJournal> shared_;
  int32_t records_ = 0;
};

class JournalDrainObject : public Napi::ObjectWrap<JournalDrainObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "JournalDrain",
                       {InstanceMethod<&JournalDrainObject::poll>("poll"),
                        InstanceMethod<&JournalDrainObject::pollLater>("pollLater"),
                        InstanceMethod<&JournalDrainObject::follow>("follow"),
                        InstanceMethod<&JournalDrainObject::tell>("tell"),
                        InstanceMethod<&JournalDrainObject::failure>("failure"),
                        InstanceMethod<&JournalDrainObject::close>("close")});
  }

  explicit JournalDrainObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    info.This().As<Napi::Object>().TypeTag(&typeTag);
    const Napi::Object options = optionsOf(info, "JournalDrain");
    const Lent<int32_t> cells = int32ArrayOption(options, "cells", layout::journal_cells);
    constexpr int64_t leastBytes = journal::minRingBytes;
    constexpr int64_t mostBytes = journal::maxRingBytes;
    Recovery recovery;
    const Failure failure = shared_->journal.open(
        {
            stringOption(options, "folder"),
            stringOption(options, "ringFile"),
            static_cast<size_t>(integerOption(options, "ringBytes", leastBytes, mostBytes)),
            static_cast<size_t>(integerOption(options, "segmentBytes", leastBytes, mostBytes)),
            static_cast<uint32_t>(integerOption(options, "blockNumbers", 1, 1 << 30)),
            options.Get("log").ToBoolean().Value(),
        },
        recovery);
    if (failure) throw errorOf(info.Env(), failure);
    cells_ = cells.data;
    memory_ = Napi::Persistent(options.Get("cells").As<Napi::Object>());
    cells_[layout::journal::nextOut] = static_cast<int32_t>(recovery.next.out);
    cells_[layout::journal::nextIn] = static_cast<int32_t>(recovery.next.in);
    tellCells();
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
  static constexpr napi_type_tag typeTag = {0x8d1c'4f0a'72e3'41b6, 0xb0a5'93d2'6c1e'57f4};

  void follow(const Napi::CallbackInfo& info) {
    if (!info[0].IsObject() || !info[0].As<Napi::Object>().CheckTypeTag(&typeTag))
      throw Napi::TypeError::New(info.Env(), "follow needs another JournalDrain.");
    const std::shared_ptr<SharedJournal> first = Unwrap(info[0].As<Napi::Object>())->shared_;
    if (first == shared_ || first->first)
      throw Napi::TypeError::New(info.Env(), "follow needs a JournalDrain that follows none.");
    const std::lock_guard lock(shared_->mutex);
    shared_->first = first;
    shared_->journal.limitInbound(shared_->journal.inbound());
  }

  Napi::Value poll(const Napi::CallbackInfo& info) {
    const int32_t records = shared_->poll();
    tellCells();
    return Napi::Number::New(info.Env(), records);
  }

  void pollLater(const Napi::CallbackInfo& info) {
    if (!info[0].IsFunction()) throw Napi::TypeError::New(info.Env(), "pollLater needs a function to call.");
    // Deletes itself once it has called.
    (new PollWork(info.This().As<Napi::Object>(), info[0].As<Napi::Function>(), shared_))->Queue();
  }

  void tell(const Napi::CallbackInfo&) { tellCells(); }

  Napi::Value failure(const Napi::CallbackInfo& info) {
    Napi::Array pair = Napi::Array::New(info.Env(), 2);
    const std::lock_guard lock(shared_->mutex);
    pair.Set(0u, shared_->journal.failure().code);
    pair.Set(1u, shared_->journal.failure().sentence);
    return pair;
  }

  void close(const Napi::CallbackInfo&) {
    shared_->close();
    tellCells();
  }

  /// Read by the hot thread.
  void tellCells() {
    const std::lock_guard lock(shared_->mutex);
    const Journal& journal = shared_->journal;
    __atomic_store_n(&cells_[layout::journal::reserved], static_cast<int32_t>(journal.reserved()),
                     __ATOMIC_RELEASE);
    __atomic_store_n(&cells_[layout::journal::failure], journal.failure() ? 1 : 0, __ATOMIC_RELEASE);
  }

  /// A property would not do: it may be swept before this object.
  Napi::ObjectReference memory_;
  int32_t* cells_ = nullptr;
  std::shared_ptr<SharedJournal> shared_ = std::make_shared<SharedJournal>();
};

}  // namespace

void InitJournalDrain(Napi::Env env, Napi::Object exports) {
  exports.Set("JournalDrain", JournalDrainObject::define(env));
}

}  // namespace hotlap
