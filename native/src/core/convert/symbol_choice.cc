#include <algorithm>

#include "core/convert/converter.h"
#include "core/feed/itch50.h"

namespace hotlap {

bool SymbolChoice::wants(const uint8_t* message, uint32_t length) {
  if (choosesAll()) return true;
  if (!itch50::wellFormed(message, length)) return false;
  if (itch50::isWholeFeed(message[0])) return true;
  const uint16_t locate = itch50::stockLocate(message);
  // Every message that names a stock says whose number it is: a recording may begin behind the directory.
  if (const uint8_t at = itch50::kStockOffsets[message[0]]; at != 0) {
    const auto symbol = std::find(symbols_.begin(), symbols_.end(), be64(message + at));
    locates_[locate] = symbol != symbols_.end();
    if (locates_[locate]) found_[static_cast<size_t>(symbol - symbols_.begin())] = true;
  }
  return locates_[locate];
}

std::vector<uint64_t> SymbolChoice::missing() const {
  std::vector<uint64_t> missing;
  for (size_t n = 0; n < symbols_.size(); ++n)
    if (!found_[n]) missing.push_back(symbols_[n]);
  return missing;
}

}  // namespace hotlap
