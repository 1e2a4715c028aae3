// A packet device of a test's own: it receives what the test puts in, in bursts of random length, and each
// frame lies in memory of exactly its size, so that a sanitizer sees every read beyond it.
#pragma once

#include <cstring>
#include <deque>
#include <memory>
#include <vector>

#include "check.h"
#include "core/link/link.h"

namespace hotlap::test {

class MemoryLink final : public Link {
 public:
  explicit MemoryLink(uint64_t seed) : random_(seed) {}

  void put(const uint8_t* data, size_t size) { waiting_.push_back(exact(data, size)); }
  bool empty() const { return waiting_.empty(); }

  int rxBurst() override {
    taken_.clear();
    const uint32_t most = 1 + random_.below(burst);
    while (!waiting_.empty() && taken_.size() < most) {
      taken_.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
      const Held& frame = taken_.back();
      frames_[taken_.size() - 1] = {frame.bytes.get(), frame.size};
      ++counters_.rxFrames;
      counters_.rxBytes += frame.size;
    }
    return static_cast<int>(taken_.size());
  }

  /// What is sent comes back in.
  uint8_t* txReserve() override { return reserved_; }
  void txCommit(size_t size) override {
    put(reserved_, size);
    ++counters_.txFrames;
    counters_.txBytes += size;
  }
  int flush() override { return 0; }
  size_t maxFrameBytes() const override { return sizeof reserved_; }
  LinkFacts facts() const override { return {"memory", "frames of a test", true, false, burst}; }

 private:
  struct Held {
    std::unique_ptr<uint8_t[]> bytes;
    size_t size;
  };

  static Held exact(const uint8_t* data, size_t size) {
    Held held{std::make_unique<uint8_t[]>(size), size};
    if (size != 0) std::memcpy(held.bytes.get(), data, size);
    return held;
  }

  Random random_;
  std::deque<Held> waiting_;
  std::vector<Held> taken_;
  uint8_t reserved_[2048] = {};
};

}  // namespace hotlap::test
