#include "bench/floor/memory_feed.h"

#include <cstdio>
#include <cstring>

#include "core/feed/itch50.h"
#include "core/feed/moldudp64.h"

namespace hotlap::floor {

namespace {

constexpr char session[] = "FLOOR00001";
constexpr uint64_t openNs = UINT64_C(34'200'000'000'000);  // 09:30
constexpr uint32_t midPrice = 1'000'000;
constexpr uint32_t tick = 100;
/// Beyond so many live orders nothing more is added.
constexpr size_t fullBooks = 20'000;

void putBig(uint8_t* at, uint64_t value, int bytes) {
  for (int i = bytes; i-- > 0; value >>= 8) at[i] = static_cast<uint8_t>(value);
}

/// Marsaglia's xorshift64: enough for order flow, and the same everywhere.
class Random {
 public:
  uint32_t below(uint32_t bound) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<uint32_t>((state_ >> 32) * bound >> 32);
  }

 private:
  uint64_t state_ = UINT64_C(0x9E3779B97F4A7C15);
};

struct Live {
  uint64_t reference;
  uint32_t shares;
  uint16_t locate;
  uint8_t side;
};

class Flow {
 public:
  Flow(const MemoryFeedOptions& options, std::vector<uint8_t>& bytes, std::vector<uint32_t>& sizes)
      : options_(options), bytes_(bytes), sizes_(sizes) {}

  void run() {
    for (uint32_t locate = 1; locate <= options_.symbols; ++locate) directory(static_cast<uint16_t>(locate));
    while (written_ < options_.messages) order();
    closePacket();
  }

 private:
  uint8_t* message(char type, uint16_t locate) {
    const size_t length = itch50::kLengths[static_cast<uint8_t>(type)];
    if (blocks_ == 0) openPacket();
    const size_t at = bytes_.size();
    bytes_.resize(at + kBlockHeader + length);
    uint8_t* const block = bytes_.data() + at;
    putBig(block, length, 2);
    uint8_t* const m = block + kBlockHeader;
    m[0] = static_cast<uint8_t>(type);
    putBig(m + 1, locate, 2);
    now_ += 500 + random_.below(1000);
    putBig(m + 5, now_, 6);
    ++written_;
    if (++blocks_ == options_.messagesPerPacket) closeAfter_ = true;
    return m;
  }

  void done() {
    if (closeAfter_) closePacket();
  }

  void openPacket() {
    packetAt_ = bytes_.size();
    bytes_.resize(packetAt_ + kMoldHeader);
    memcpy(bytes_.data() + packetAt_, session, 10);
    putBig(bytes_.data() + packetAt_ + 10, written_ + 1, 8);
  }

  void closePacket() {
    if (blocks_ == 0) return;
    putBig(bytes_.data() + packetAt_ + 18, blocks_, 2);
    sizes_.push_back(static_cast<uint32_t>(bytes_.size() - packetAt_));
    blocks_ = 0;
    closeAfter_ = false;
  }

  void directory(uint16_t locate) {
    uint8_t* const m = message('R', locate);
    const std::string name = MemoryFeed::symbol(locate - 1u);
    memset(m + 11, ' ', 8);
    memcpy(m + 11, name.data(), name.size());
    done();
  }

  uint32_t price(uint8_t side) {
    const uint32_t behind = tick * (1 + random_.below(4) * random_.below(8));
    return side == 'B' ? midPrice - behind : midPrice + behind;
  }

  void add() {
    const auto locate = static_cast<uint16_t>(1 + random_.below(options_.symbols));
    const uint8_t side = random_.below(2) == 0 ? 'B' : 'S';
    const uint32_t shares = 100 * (1 + random_.below(9));
    uint8_t* const m = message('A', locate);
    putBig(m + 11, ++reference_, 8);
    m[19] = side;
    putBig(m + 20, shares, 4);
    const std::string name = MemoryFeed::symbol(locate - 1u);
    memset(m + 24, ' ', 8);
    memcpy(m + 24, name.data(), name.size());
    putBig(m + 32, price(side), 4);
    live_.push_back({reference_, shares, locate, side});
    done();
  }

  void order() {
    const uint32_t what = random_.below(100);
    if (live_.size() < 1000 || (what < 46 && live_.size() < fullBooks)) return add();
    const size_t at = random_.below(static_cast<uint32_t>(live_.size()));
    Live& order = live_[at];
    if (what < 84) return leave('D', at);
    if (what < 90) return reduce('E', at);
    if (what < 92) return reduce('X', at);
    uint8_t* const m = message('U', order.locate);
    putBig(m + 11, order.reference, 8);
    order.reference = ++reference_;
    order.shares = 100 * (1 + random_.below(9));
    putBig(m + 19, order.reference, 8);
    putBig(m + 27, order.shares, 4);
    putBig(m + 31, price(order.side), 4);
    done();
  }

  void leave(char type, size_t at) {
    putBig(message(type, live_[at].locate) + 11, live_[at].reference, 8);
    live_[at] = live_.back();
    live_.pop_back();
    done();
  }

  void reduce(char type, size_t at) {
    Live& order = live_[at];
    if (order.shares <= 100) return leave('D', at);
    uint8_t* const m = message(type, order.locate);
    putBig(m + 11, order.reference, 8);
    putBig(m + 19, 100, 4);
    if (type == 'E') putBig(m + 23, ++match_, 8);
    order.shares -= 100;
    done();
  }

  const MemoryFeedOptions& options_;
  std::vector<uint8_t>& bytes_;
  std::vector<uint32_t>& sizes_;
  Random random_;
  std::vector<Live> live_;
  uint64_t written_ = 0;
  uint64_t now_ = openNs;
  uint64_t reference_ = 0;
  uint64_t match_ = 0;
  size_t packetAt_ = 0;
  uint32_t blocks_ = 0;
  bool closeAfter_ = false;
};

}  // namespace

MemoryFeed::MemoryFeed(const MemoryFeedOptions& options) { Flow(options, bytes_, sizes_).run(); }

std::string MemoryFeed::symbol(uint32_t index) {
  char name[9];
  snprintf(name, sizeof name, "S%05u", index % 100'000);
  return name;
}

NextPacket MemoryFeed::next(int64_t, Packet& packet) {
  if (packet_ == sizes_.size()) return NextPacket::ended;
  packet = {bytes_.data() + at_, sizes_[packet_], 0, 0};
  at_ += sizes_[packet_++];
  return NextPacket::packet;
}

}  // namespace hotlap::floor
