// The open-addressing table against std::unordered_map, with keys that collide and tables that grow.
#include <unordered_map>
#include <vector>

#include "check.h"
#include "core/book/index_table.h"

using namespace hotlap;
using namespace hotlap::test;

namespace {

void againstMap(uint64_t seed, uint64_t keySpace, uint64_t stride, int operations) {
  Random random(seed);
  IndexTable table;
  CHECK(table.reserve(8));
  std::unordered_map<uint64_t, uint32_t> map;
  std::vector<uint64_t> keys(static_cast<size_t>(operations));
  const auto keyOf = [&](uint32_t index) { return keys[index]; };
  for (int i = 0; i < operations; ++i) {
    const uint64_t key = random.next() % keySpace * stride;
    IndexTable::Slot* slot = table.probe(key, keyOf);
    const auto found = map.find(key);
    CHECK((slot->index() != kNone) == (found != map.end()));
    if (slot->index() == kNone) {
      const auto index = static_cast<uint32_t>(i);
      keys[index] = key;
      CHECK(table.insert(slot, key, index));
      map[key] = index;
    } else {
      CHECK(slot->index() == found->second);
      table.erase(slot);
      map.erase(found);
    }
    CHECK(table.count() == map.size());
    if (i % 512 != 0) continue;
    for (const auto& [present, index] : map) CHECK(table.probe(present, keyOf)->index() == index);
  }
  for (const auto& [present, index] : map) CHECK(table.probe(present, keyOf)->index() == index);
}

}  // namespace

int main() {
  againstMap(1, 20, 1, 20'000);
  againstMap(2, 4'000, 4, 40'000);
  // Multiples of 2^32 and of 2^60 share their low bits; keys 0 and 2^64 - 1 are keys like others.
  againstMap(3, 500, uint64_t{1} << 32, 20'000);
  againstMap(4, 16, uint64_t{1} << 60, 20'000);
  againstMap(5, 2, ~uint64_t{0}, 2'000);
  // The multiplier's inverse: all keys have the same half of a hash, so that the elements' own keys decide.
  againstMap(6, 60, 0xf1de83e19937733dull, 20'000);
  return finish("index_table");
}
