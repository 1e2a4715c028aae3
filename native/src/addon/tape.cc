#include "addon/tape.h"

#include <cmath>
#include <cstring>
#include <string>

#include "addon/addon.h"
#include "addon/hot_call.h"
#include "addon/options.h"
#include "core/ring/layout.h"

namespace hotlap {

namespace {

using tape::TapePlayer;
using tape::TapeWriter;

constexpr napi_type_tag writerTag = {0x686f746c61705461, 0x7065577269746572};
constexpr napi_type_tag playerTag = {0x686f746c61705461, 0x7065506c61796572};

/// The bytes of a caller's Uint8Array; null for anything else.
Lent<uint8_t> bytesOf(napi_env env, napi_value value) {
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      type != napi_uint8_array) {
    return {nullptr, 0};
  }
  return {static_cast<uint8_t*>(data), length};
}

int32_t int32Of(napi_env env, napi_value value, int32_t otherwise) {
  napi_get_value_int32(env, value, &otherwise);
  return otherwise;
}

class TapeWriterObject : public Napi::ObjectWrap<TapeWriterObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "TapeWriter",
                       {InstanceAccessor<&TapeWriterObject::cutAt>("cutAt"),
                        InstanceMethod<&TapeWriterObject::close>("close")});
  }

  explicit TapeWriterObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    const Napi::Object options = optionsOf(info, "TapeWriter");
    const double* cells = float64ArrayOption(options, "cells", layout::cells_doubles).data;
    cells_ = Napi::Persistent(options.Get("cells").As<Napi::Object>());
    std::unique_ptr<journal::RingWriter> ring;
    if (const Failure failure = journal::RingWriter::attach(stringOption(options, "ringFile"), ring))
      throw errorOf(info.Env(), failure);
    writer_ = std::make_shared<TapeWriter>(std::move(ring), cells);
    napi_type_tag_object(info.Env(), info.This(), &writerTag);
    const Napi::Object self = info.This().As<Napi::Object>();
    defineHot(self, "note", note, writer_.get());
    defineHot(self, "worked", worked, writer_.get());
  }

  const std::shared_ptr<TapeWriter>& writer() const { return writer_; }

 private:
  static napi_value note(napi_env env, napi_callback_info info) {
    napi_value given[6];
    size_t count = 6;
    void* self = nullptr;
    napi_get_cb_info(env, info, &count, given, nullptr, &self);
    const int32_t kind = int32Of(env, given[0], -1);
    const Lent<uint8_t> bytes = bytesOf(env, given[3]);
    const int32_t start = int32Of(env, given[4], -1);
    const int32_t end = int32Of(env, given[5], -1);
    if (kind < 0 || start < 0 || end < start || static_cast<size_t>(end) > bytes.length) {
      return hotlap::int32Of(env, -1);
    }
    static_cast<TapeWriter*>(self)->note(kind, int32Of(env, given[1], 0), int32Of(env, given[2], 0),
                                         bytes.data + start, static_cast<size_t>(end - start));
    return hotlap::int32Of(env, 0);
  }

  static napi_value worked(napi_env env, napi_callback_info info) {
    hotSelf<TapeWriter>(env, info).worked();
    return hotlap::int32Of(env, 0);
  }

  Napi::Value cutAt(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), writer_->cutAt());
  }

  void close(const Napi::CallbackInfo&) { writer_->end(); }

  Napi::ObjectReference cells_;
  std::shared_ptr<TapeWriter> writer_;
};

class TapePlayerObject : public Napi::ObjectWrap<TapePlayerObject> {
 public:
  static Napi::Function define(Napi::Env env) { return DefineClass(env, "TapePlayer", {}); }

  explicit TapePlayerObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {
    const Napi::Object options = optionsOf(info, "TapePlayer");
    self_.cells = float64ArrayOption(options, "cells", layout::cells_doubles).data;
    self_.entry = int32ArrayOption(options, "entry", 2).data;
    const Lent<uint8_t> ring =
        bytesOption(options, "ring", layout::byte_ring::headerBytes + ByteRingReader::kMinCapacity);
    for (const char* name : {"cells", "entry", "ring"})
      lent_.push_back(Napi::Persistent(options.Get(name).As<Napi::Object>()));
    self_.player = std::make_shared<TapePlayer>(ring.data, ring.length);
    napi_type_tag_object(info.Env(), info.This(), &playerTag);
    const Napi::Object object = info.This().As<Napi::Object>();
    defineHot(object, "advance", advance, &self_);
    defineHot(object, "take", take, &self_);
  }

  const std::shared_ptr<TapePlayer>& player() const { return self_.player; }

 private:
  struct Self {
    std::shared_ptr<TapePlayer> player;
    double* cells;
    int32_t* entry;
  };

  static napi_value advance(napi_env env, napi_callback_info info) {
    const Self& self = hotSelf<Self>(env, info);
    double turn = self.cells[layout::cell::turns];
    const tape::Advance result = self.player->advance(turn);
    // The loop counts the turn itself when it begins.
    if (result == tape::Advance::ready) self.cells[layout::cell::turns] = turn - 1;
    return hotlap::int32Of(env, static_cast<int32_t>(result));
  }

  static napi_value take(napi_env env, napi_callback_info info) {
    napi_value given[4];
    size_t count = 4;
    void* data = nullptr;
    napi_get_cb_info(env, info, &count, given, nullptr, &data);
    const Self& self = *static_cast<Self*>(data);
    const tape::EntryHead* const entry = self.player->peek(int32Of(env, given[0], 0));
    const int32_t b = int32Of(env, given[1], -1);
    if (entry == nullptr || (b >= 0 && entry->b != b)) return hotlap::int32Of(env, -1);
    const Lent<uint8_t> out = bytesOf(env, given[2]);
    const int32_t at = int32Of(env, given[3], 0);
    const uint32_t bytes = entry->bytes;
    if (at < 0 || static_cast<size_t>(at) > out.length || bytes > out.length - static_cast<size_t>(at))
      return hotlap::int32Of(env, -2);
    if (bytes != 0) std::memcpy(out.data + at, self.player->bytes(), bytes);
    self.entry[0] = entry->a;
    self.entry[1] = entry->b;
    self.player->take();
    return hotlap::int32Of(env, static_cast<int32_t>(bytes));
  }

  Self self_;
  std::vector<Napi::ObjectReference> lent_;
};

template <typename Object>
Object& objectOption(const Napi::Object& options, const char* name, const napi_type_tag& tag,
                     const char* className) {
  const Napi::Value value = options.Get(name);
  bool is = false;
  if (!value.IsObject() || napi_check_object_type_tag(options.Env(), value, &tag, &is) != napi_ok || !is) {
    throw Napi::TypeError::New(options.Env(),
                               std::string("The option `") + name + "` must be a " + className + ".");
  }
  return *Object::Unwrap(value.As<Napi::Object>());
}

}  // namespace

std::shared_ptr<TapeWriter> tapeWriterOption(const Napi::Object& options, const char* name) {
  if (options.Get(name).IsUndefined()) return nullptr;
  return objectOption<TapeWriterObject>(options, name, writerTag, "TapeWriter").writer();
}

std::shared_ptr<TapePlayer> tapePlayerOption(const Napi::Object& options, const char* name) {
  return objectOption<TapePlayerObject>(options, name, playerTag, "TapePlayer").player();
}

void InitTape(Napi::Env env, Napi::Object exports) {
  exports.Set("TapeWriter", TapeWriterObject::define(env));
  exports.Set("TapePlayer", TapePlayerObject::define(env));
}

}  // namespace hotlap
