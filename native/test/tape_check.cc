// A tape without Node: what random turns noted comes back turn by turn, in pieces where it is long; a full
// ring ends the tape and says where; mutated tapes are refused or played, and nothing else.
//
//   tape_check [ITERATIONS] [SEED]
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "check.h"
#include "core/journal/journal.h"
#include "core/journal/journal_reader.h"
#include "core/journal/ring_writer.h"
#include "core/ring/layout.h"
#include "core/tape/tape_player.h"
#include "core/tape/tape_source.h"
#include "core/tape/tape_writer.h"

using namespace hotlap;
using namespace hotlap::tape;
using namespace hotlap::test;
namespace fs = std::filesystem;

namespace {

using Bytes = std::vector<uint8_t>;

constexpr int32_t kCaller = entry::command;

struct Note {
  int32_t kind;
  int32_t a;
  int32_t b;
  Bytes bytes;
};

struct Turn {
  double turn;
  double beforeNs;
  double nowNs;
  bool goesOn;
  std::vector<Note> notes;
};

/** Turns as a loop has them: idle ones between, packets worked off over several, notes of any length. */
std::vector<Turn> randomTurns(Random& random, size_t count, uint32_t longest) {
  std::vector<Turn> turns;
  double turn = 0;
  double now = 1e12;
  bool goesOn = false;
  for (size_t each = 0; each < count; ++each) {
    const bool idleBefore = !goesOn && random.below(2) == 0;
    turn += idleBefore ? 2 + random.below(1000) : 1;
    if (idleBefore) now += random.below(1'000'000);
    const double before = now;
    // A packet in hand is worked off at one reading of the clock.
    if (!goesOn || random.below(8) == 0) now += random.below(1000);
    Turn made = {turn, before, now, goesOn, {}};
    for (uint32_t left = random.below(goesOn ? 2 : 4); left > 0; --left) {
      const bool isPacket = random.below(2) == 0;
      Bytes bytes(random.below(random.below(10) == 0 ? longest : 200));
      for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.next());
      made.notes.push_back({isPacket ? entry::packet : kCaller, static_cast<int32_t>(random.below(5)),
                            static_cast<int32_t>(random.below(5)), std::move(bytes)});
    }
    goesOn = random.below(3) == 0;
    turns.push_back(std::move(made));
  }
  return turns;
}

struct Place {
  std::string root;
  Place() {
    char name[] = "/tmp/hotlap-tape-XXXXXX";
    root = mkdtemp(name);
    fs::create_directory(folder());
    chmod(folder().c_str(), 0700);
  }
  ~Place() { fs::remove_all(root); }
  Place(const Place&) = delete;
  std::string folder() const { return root + "/tape"; }
  std::string ring() const { return root + "/ring"; }
};

/** The tape of these turns, as a feeder puts it into a byte ring. */
Bytes taped(const std::vector<Turn>& turns, size_t ringBytes, bool drains, double& cutAt) {
  const Place place;
  journal::Journal journal;
  journal::Recovery recovery;
  journal::JournalOptions options = {place.folder(), place.ring(), ringBytes, size_t{4} << 20, 1000};
  options.isLog = true;
  CHECK(!journal.open(options, recovery));
  std::unique_ptr<journal::RingWriter> ring;
  CHECK(!journal::RingWriter::attach(place.ring(), ring));
  double cells[layout::cells_doubles] = {};
  {
    TapeWriter writer(std::move(ring), cells);
    for (const Turn& turn : turns) {
      // An idle turn before it has read the clock as well.
      cells[layout::cell::nowNs] = turn.beforeNs;
      cells[layout::cell::turns] = turn.turn;
      writer.polled(turn.goesOn);
      if (turn.nowNs != turn.beforeNs || !turn.goesOn) writer.clockRead(turn.beforeNs);
      cells[layout::cell::nowNs] = turn.nowNs;
      for (const Note& note : turn.notes)
        writer.note(note.kind, note.a, note.b, note.bytes.data(), note.bytes.size());
      writer.worked();
      if (drains) CHECK(journal.poll() >= 0);
    }
    writer.end();
    cutAt = writer.cutAt();
  }
  journal.close();
  Bytes out;
  journal::JournalReader reader;
  CHECK(!reader.open(place.folder(), "", 0));
  journal::ReadRecord record;
  Failure failure;
  while (reader.next(record, failure)) {
    const auto length = static_cast<uint32_t>(record.payloadBytes);
    const uint32_t head[2] = {length, record.header.kind};
    const auto* const at = reinterpret_cast<const uint8_t*>(head);
    out.insert(out.end(), at, at + sizeof head);
    out.insert(out.end(), record.payload, record.payload + length);
  }
  CHECK(!failure);
  return out;
}

/** A byte ring that a feeder fills as far as there is room. */
class Ring {
 public:
  explicit Ring(const Bytes& tape)
      : tape_(tape), memory_((layout::byte_ring::headerBytes + ByteRingReader::kMinCapacity + 8191) / 8) {}
  uint8_t* memory() { return reinterpret_cast<uint8_t*>(memory_.data()); }
  size_t size() const { return memory_.size() * sizeof(double); }

  /** @returns false when there is nothing left to write */
  bool fill() {
    const size_t capacity = size() - layout::byte_ring::headerBytes;
    const auto released = static_cast<size_t>(memory_[layout::byte_ring::released]);
    const size_t count = std::min(capacity - (written_ - released), tape_.size() - written_);
    for (size_t each = 0; each < count; ++each)
      memory()[layout::byte_ring::headerBytes + (written_ + each) % capacity] = tape_[written_ + each];
    written_ += count;
    memory_[layout::byte_ring::written] = static_cast<double>(written_);
    if (written_ == tape_.size()) memory_[layout::byte_ring::ended] = 1;
    return count > 0;
  }

 private:
  const Bytes& tape_;
  std::vector<double> memory_;
  size_t written_ = 0;
};

bool isSame(const EntryHead* entry, const uint8_t* bytes, const Note& note) {
  return entry != nullptr && entry->a == note.a && entry->b == note.b && entry->bytes == note.bytes.size() &&
         std::equal(note.bytes.begin(), note.bytes.end(), bytes);
}

/** Turns come in their order, each with what it had noted and at its time. @returns turns that came */
size_t play(const Bytes& tape, const std::vector<Turn>& turns) {
  Ring ring(tape);
  TapePlayer player(ring.memory(), ring.size());
  double turn = 0;
  double now = 0;
  size_t came = 0;
  for (;;) {
    ring.fill();
    const Advance next = player.advance(turn);
    if (next == Advance::waiting) {
      if (ring.fill()) continue;
      CHECK(false);
      break;
    }
    if (next == Advance::ended) break;
    CHECK(next == Advance::ready);
    if (next != Advance::ready) break;
    if (!std::isnan(player.nowNs())) now = player.nowNs();
    if (came == turns.size()) break;
    const Turn& expected = turns[came];
    if (turn < expected.turn) {
      // The idle turn before, with the time that this one found.
      CHECK(turn == expected.turn - 1);
      CHECK(now == expected.beforeNs);
      CHECK(player.peek(entry::packet) == nullptr && player.peek(kCaller) == nullptr);
      continue;
    }
    CHECK(turn == expected.turn);
    CHECK(now == expected.nowNs);
    for (const Note& note : expected.notes) {
      CHECK(isSame(player.peek(note.kind), player.bytes(), note));
      if (player.peek(note.kind) != nullptr) player.take();
    }
    ++came;
    player.goesOn(came < turns.size() && turns[came].goesOn);
  }
  return came;
}

void checkRoundTrip(Random& random) {
  const std::vector<Turn> turns = randomTurns(random, 400, 65'536);
  double cutAt = 0;
  const Bytes tape = taped(turns, size_t{1} << 21, true, cutAt);
  CHECK(cutAt == 0);
  CHECK(play(tape, turns) == turns.size());
}

/** More than a record holds in one turn. */
void checkPieces(Random& random) {
  std::vector<Turn> turns = {{1, 5, 6, false, {}}, {2, 6, 7, false, {}}};
  for (int each = 0; each < 40; ++each) {
    Bytes bytes(30'000 + random.below(5'000));
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.next());
    turns[0].notes.push_back({kCaller, each, 0, std::move(bytes)});
  }
  double cutAt = 0;
  const Bytes tape = taped(turns, size_t{1} << 22, true, cutAt);
  CHECK(play(tape, turns) == 2);
  // Killed in the middle of that turn: what there is of it is not played.
  const Bytes torn(tape.begin(), tape.begin() + 500'000);
  CHECK(play(torn, turns) == 0);
}

void checkFull(Random& random) {
  const std::vector<Turn> turns = randomTurns(random, 2'000, 4'096);
  double cutAt = 0;
  const Bytes tape = taped(turns, size_t{1} << 16, false, cutAt);
  CHECK(cutAt > 0);
  // What had room is whole, and nothing comes behind the hole.
  const size_t came = play(tape, turns);
  CHECK(came > 0 && came < turns.size());
  CHECK(turns[came].turn <= cutAt);
}

void checkTooLong() {
  double cutAt = 0;
  taped({{1, 5, 6, false, {{kCaller, 0, 0, Bytes(kMaxEntry + 1)}}}}, size_t{1} << 22, true, cutAt);
  CHECK(cutAt == 1);
}

/** What was not taken is told. */
void checkDivergence() {
  const std::vector<Turn> turns = {{1, 5, 6, false, {{kCaller, 1, 2, {1, 2, 3}}}}, {2, 6, 7, false, {}}};
  double cutAt = 0;
  const Bytes tape = taped(turns, size_t{1} << 20, true, cutAt);
  Ring ring(tape);
  ring.fill();
  TapePlayer player(ring.memory(), ring.size());
  double turn = 0;
  CHECK(player.advance(turn) == Advance::ready);
  CHECK(turn == 1);
  CHECK(player.peek(entry::packet) == nullptr);
  CHECK(player.advance(turn) == Advance::diverged);
}

/** Whatever the bytes are, the player ends, and the source takes from it what it may. */
void checkMutated(Random& random, const Bytes& whole) {
  Bytes tape = whole;
  for (uint32_t left = 1 + random.below(6); left > 0; --left) {
    const size_t at = random.below(static_cast<uint32_t>(tape.size()));
    if (random.below(8) == 0) {
      tape.resize(at);
      break;
    }
    tape[at] = static_cast<uint8_t>(random.below(2) == 0 ? 255 : random.next());
  }
  if (tape.empty()) return;
  Ring ring(tape);
  const auto player = std::make_shared<TapePlayer>(ring.memory(), ring.size());
  TapeSource source(player);
  double turn = 0;
  int turns = 0;
  for (; turns < 100'000; ++turns) {
    ring.fill();
    const Advance next = player->advance(turn);
    if (next == Advance::ended || next == Advance::diverged) break;
    if (next == Advance::waiting) {
      if (!ring.fill()) break;
      continue;
    }
    Packet packet;
    for (int polls = 0; polls < 64; ++polls) {
      if (player->peek(kCaller) != nullptr) player->take();
      const NextPacket got = source.next(0, packet);
      if (got == NextPacket::none && player->peek(kCaller) == nullptr) break;
      if (got == NextPacket::packet && packet.size > 0) CHECK(packet.data[packet.size - 1] < 256);
    }
  }
  CHECK(turns < 100'000);
}

}  // namespace

int main(int count, char** arguments) {
  const int iterations = count > 1 ? std::atoi(arguments[1]) : 20;
  Random random(count > 2 ? static_cast<uint64_t>(std::atoll(arguments[2])) : 1);
  checkPieces(random);
  checkFull(random);
  checkTooLong();
  checkDivergence();
  for (int each = 0; each < iterations; ++each) checkRoundTrip(random);
  double cutAt = 0;
  const Bytes whole = taped(randomTurns(random, 200, 2'000), size_t{1} << 20, true, cutAt);
  for (int each = 0; each < 200 * iterations; ++each) checkMutated(random, whole);
  return finish("tape_check");
}
