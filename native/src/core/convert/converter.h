// One recording into another form: whole, or a part of it by time, group and symbol.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace hotlap {

/// Of what is written next to another: what was read, what of it was left out and why.
struct ConvertStats {
  /// Frames of a capture, and those of them that were written.
  uint64_t frames = 0;
  uint64_t framesWritten = 0;
  /// Messages of the feed, where it was taken apart.
  uint64_t messages = 0;
  uint64_t messagesWritten = 0;
  /// Frames, or messages of a BinaryFILE, outside of the time asked for.
  uint64_t outsideTime = 0;
  /// Frames that are not of the feed asked for.
  uint64_t otherGroups = 0;
  /// Messages of other symbols.
  uint64_t otherSymbols = 0;
  uint64_t malformed = 0;
  uint64_t duplicates = 0;
  /// Messages that the recording itself lacks.
  uint64_t lost = 0;
  /// Frames without a time: written with that of the frame before.
  uint64_t untimed = 0;
  /// It breaks off inside a record.
  bool truncated = false;
};

struct ConvertWindow {
  /// ns since the recording's midnight, both inside.
  int64_t fromNs = std::numeric_limits<int64_t>::min();
  int64_t toNs = std::numeric_limits<int64_t>::max();

  bool holds(int64_t ns) const { return ns >= fromNs && ns <= toNs; }
};

enum class ConvertPhase : uint8_t {
  reading,
  ended,
  /// Bytes that are no record: everything before them was written.
  broken,
  /// A frame of another link type than the first, and pcap has one for all.
  mixedLinkTypes,
};

class Converter {
 public:
  virtual ~Converter() = default;
  Converter() = default;
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  /// Converts until there is nothing to read now, or no room for more. @param size at least kLeastOut
  /// @returns bytes written
  virtual size_t step(uint8_t* out, size_t size) = 0;

  ConvertPhase phase() const { return phase_; }
  const ConvertStats& stats() const { return stats_; }
  /// What was taken for the feed, where one was looked for.
  virtual std::string group() const { return {}; }
  /// Symbols that were asked for, and that no message has named.
  virtual std::vector<uint64_t> missing() const { return {}; }

  static constexpr size_t kLeastOut = 1 << 20;

 protected:
  ConvertPhase phase_ = ConvertPhase::reading;
  ConvertStats stats_;
};

/// Which messages concern one of some symbols; no symbols: all do.
class SymbolChoice {
 public:
  /// @param symbols eight characters each, space-padded, big-endian
  explicit SymbolChoice(std::vector<uint64_t> symbols)
      : symbols_(std::move(symbols)), found_(symbols_.size()) {}

  bool choosesAll() const { return symbols_.empty(); }
  /// System events and market-wide ones concern all; a message that cannot be read concerns none.
  bool wants(const uint8_t* message, uint32_t length);
  std::vector<uint64_t> missing() const;

 private:
  std::vector<uint64_t> symbols_;
  std::vector<bool> found_;
  std::array<bool, 65'536> locates_{};
};

}  // namespace hotlap
