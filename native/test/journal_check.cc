// The journal without Node: CRC32C against known vectors and against itself, the ring against a plain map,
// what a disk that refuses leaves behind, and its record reader over mutated segments and rings.
//
//   journal_check [ITERATIONS] [SEED]
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "check.h"
#include "core/journal/journal.h"
#include "core/journal/journal_reader.h"
#include "core/journal/ring_writer.h"

using namespace hotlap;
using namespace hotlap::journal;
using namespace hotlap::test;
namespace fs = std::filesystem;

namespace {

using Bytes = std::vector<uint8_t>;
constexpr uint32_t kMessage = 1;

struct Place {
  std::string root;
  Place() {
    char name[] = "/tmp/hotlap-journal-XXXXXX";
    root = mkdtemp(name);
    fs::create_directory(folder());
    chmod(folder().c_str(), 0700);
  }
  ~Place() { fs::remove_all(root); }
  Place(const Place& other) : Place() {
    for (const auto& entry : fs::directory_iterator(other.folder()))
      fs::copy_file(entry.path(), folder() + "/" + entry.path().filename().string());
    if (fs::exists(other.ring())) fs::copy_file(other.ring(), ring());
  }
  std::string folder() const { return root + "/state"; }
  std::string ring() const { return root + "/ring"; }
  JournalOptions options(size_t segmentBytes = 1 << 16) const {
    return {folder(), ring(), 1 << 16, segmentBytes, 1000};
  }
};

Bytes payloadOf(uint64_t key, size_t length) {
  Bytes out(length);
  for (size_t at = 0; at < length; ++at) out[at] = static_cast<uint8_t>(key * 31 + at);
  return out;
}

Append put(RingWriter& writer, uint64_t key, size_t length) {
  const Bytes bytes = payloadOf(key, length);
  const Append result = writer.append(kMessage, key, bytes.data(), bytes.size());
  if (result == Append::ok) writer.setNumbers({static_cast<uint32_t>(key + 1), 1});
  return result;
}

bool has(const RingWriter& writer, uint64_t key, size_t length) {
  uint8_t out[1 << 15];
  return writer.read(key, out, sizeof out) == length &&
         (length == 0 || std::memcmp(out, payloadOf(key, length).data(), length) == 0);
}

void checkCrc(Random& random) {
  const auto of = [](const Bytes& bytes) {
    const uint32_t crc = crc32c(0, bytes.data(), bytes.size());
    CHECK(crc == crc32cSoftware(0, bytes.data(), bytes.size()));
    return crc;
  };
  // RFC 3720, appendix B.4, and the check value of the catalogue of CRCs.
  CHECK(of(Bytes(32, 0x00)) == 0x8a9136aa);
  CHECK(of(Bytes(32, 0xff)) == 0x62a8ab43);
  Bytes rising(32);
  Bytes falling(32);
  for (size_t at = 0; at < 32; ++at) {
    rising[at] = static_cast<uint8_t>(at);
    falling[at] = static_cast<uint8_t>(31 - at);
  }
  CHECK(of(rising) == 0x46dd794e);
  CHECK(of(falling) == 0x113fdb5c);
  const char* digits = "123456789";
  CHECK(of(Bytes(digits, digits + 9)) == 0xe3069283);
  CHECK(of({}) == 0);
  for (int round = 0; round < 2000; ++round) {
    Bytes bytes(random.below(400));
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.next());
    const uint32_t whole = of(bytes);
    const size_t cut = bytes.empty() ? 0 : random.below(static_cast<uint32_t>(bytes.size()));
    const uint32_t first = crc32c(0, bytes.data(), cut);
    CHECK(crc32c(first, bytes.data() + cut, bytes.size() - cut) == whole);
    CHECK(crc32cSoftware(first, bytes.data() + cut, bytes.size() - cut) == whole);
  }
}

/** Any order of appends, drains and attachments: what is readable is what was written, and nothing is lost on
 * the way. */
void checkRing(Random& random) {
  const Place place;
  Journal journal;
  Recovery recovery;
  CHECK(!journal.open(place.options(), recovery));
  std::unique_ptr<RingWriter> writer;
  CHECK(!RingWriter::attach(place.ring(), writer));
  std::deque<std::pair<uint64_t, size_t>> sent;
  uint64_t key = 1;
  for (int step = 0; step < 4000; ++step) {
    const size_t length = random.below(20) == 0 ? random.below(16'000) : random.below(600);
    const Append result = put(*writer, key, length);
    if (result == Append::ok) {
      sent.emplace_back(key++, length);
    } else {
      CHECK(result == Append::full);
      while (journal.poll() > 0) {
      }
      CHECK(put(*writer, key, length) == Append::ok);
      sent.emplace_back(key++, length);
    }
    if (random.below(10) == 0) CHECK(journal.poll() >= 0);
    if (random.below(100) == 0) {
      writer.reset();
      CHECK(!RingWriter::attach(place.ring(), writer));
    }
    if (random.below(50) == 0) {
      writer->rewind(--key);
      writer->setNumbers({static_cast<uint32_t>(key), 1});
      sent.pop_back();
    }
    while (!sent.empty() && sent.front().first < writer->oldestKey()) sent.pop_front();
    if (step % 64 == 0)
      for (const auto& [number, bytes] : sent) CHECK(has(*writer, number, bytes));
  }
  CHECK(sent.size() > 20);
  writer.reset();
  journal.close();
  Journal again;
  CHECK(!again.open(place.options(), recovery));
  CHECK(recovery.from == Recovery::From::disk && recovery.next.out == key);
  CHECK(!RingWriter::attach(place.ring(), writer));
  CHECK(has(*writer, sent.back().first, sent.back().second));
}

/** The file that a descriptor of this process leads to; -1 where there is none. */
int descriptorOf(const std::string& path) {
  for (int fd = 3; fd < 256; ++fd) {
    char target[4096];
    const ssize_t length = readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), target, sizeof target);
    if (length > 0 && std::string(target, static_cast<size_t>(length)) == path) return fd;
  }
  return -1;
}

/** The disk refuses a write: the hot side hears of it, the ring keeps what is not on the disk, the next start
 * has it. */
void checkRefusal() {
  const Place place;
  Recovery recovery;
  {
    Journal journal;
    CHECK(!journal.open(place.options(), recovery));
    std::unique_ptr<RingWriter> writer;
    CHECK(!RingWriter::attach(place.ring(), writer));
    CHECK(put(*writer, 1, 100) == Append::ok);
    CHECK(journal.poll() == 1);
    const int fd = descriptorOf(place.folder() + "/" + segmentName(1));
    const int full = open("/dev/full", O_RDWR);
    CHECK(fd >= 0 && full >= 0);
    dup2(full, fd);
    close(full);
    CHECK(put(*writer, 2, 100) == Append::ok);
    CHECK(journal.poll() == -1);
    CHECK(journal.failure().code == "ERR_STORE_SPACE");
    CHECK(put(*writer, 3, 100) == Append::failed);
    CHECK(has(*writer, 2, 100));
    CHECK(journal.poll() == -1);
    journal.close();
  }
  {
    Journal journal;
    CHECK(!journal.open(place.options(), recovery));
    CHECK(recovery.from == Recovery::From::ring && recovery.fromRing == 1 && recovery.next.out == 3);
    std::unique_ptr<RingWriter> writer;
    CHECK(!RingWriter::attach(place.ring(), writer));
    CHECK(has(*writer, 1, 100) && has(*writer, 2, 100));
    CHECK(put(*writer, 3, 100) == Append::ok);
    // A descriptor that may not be written: every other error of a disk comes the same way.
    const int fd = descriptorOf(place.folder() + "/" + segmentName(1));
    const int readOnly = open("/dev/zero", O_RDONLY);
    dup2(readOnly, fd);
    close(readOnly);
    CHECK(journal.poll() == -1);
    CHECK(journal.failure().code == "ERR_STORE_IO");
    CHECK(put(*writer, 4, 100) == Append::failed);
  }
}

struct Reached {
  int whole = 0;
  int refused = 0;
  int torn = 0;
  int fromRing = 0;
  int readWhole = 0;
  int readRefused = 0;
} reached;

void mutate(Random& random, const std::string& path) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  const size_t size = fs::file_size(path);
  for (uint32_t times = 1 + random.below(4); times > 0; --times) {
    // Most near the front, where the records are.
    const size_t at = random.below(2) == 0 ? random.below(static_cast<uint32_t>(size)) : random.below(8'000);
    const uint32_t kindOf = random.below(4);
    const size_t length = kindOf == 0 ? 1 : std::min<size_t>(1 + random.below(300), size - at);
    Bytes bytes(length);
    for (uint8_t& byte : bytes)
      byte = kindOf == 1 ? 0 : kindOf == 2 ? 0xff : static_cast<uint8_t>(random.next());
    file.seekp(static_cast<std::streamoff>(at));
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(length));
  }
  file.close();
  if (random.below(8) == 0) fs::resize_file(path, random.below(static_cast<uint32_t>(size)));
}

/** Whatever lies there: a reader finds what was written, in order, or refuses with a code and the file. */
uint64_t readThrough(const Place& place, bool withRing) {
  JournalReader reader;
  Failure failure = reader.open(place.folder(), withRing ? place.ring() : "", 0);
  uint64_t last = 0;
  ReadRecord record{};
  while (!failure && reader.next(record, failure)) {
    CHECK(record.header.kind == kMessage && record.header.sequence > last);
    last = record.header.sequence;
    const Bytes expected = payloadOf(record.header.key, record.payloadBytes);
    CHECK(std::memcmp(record.payload, expected.data(), expected.size()) == 0);
  }
  if (failure) {
    CHECK(failure.code.starts_with("ERR_STORE_") && failure.sentence.find(place.root) != std::string::npos);
    ++reached.readRefused;
  } else {
    ++reached.readWhole;
  }
  return last;
}

/** Whatever lies there: opened and usable, or refused with a code; nothing read beyond its end; no number
 * used twice. */
void checkMutated(Random& random, const Place& original, uint32_t nextOut) {
  Place place(original);
  const bool isRing = random.below(3) == 0;
  if (random.below(3) == 0) fs::remove(place.ring());
  const std::string target = isRing ? place.ring() : place.folder() + "/" + segmentName(1 + random.below(2));
  if (fs::exists(target)) mutate(random, target);
  readThrough(place, random.below(2) == 0);
  Journal journal;
  Recovery recovery;
  const Failure failure = journal.open(place.options(), recovery);
  if (failure) {
    CHECK(failure.code.starts_with("ERR_STORE_") && failure.sentence.size() > 20);
    ++reached.refused;
    return;
  }
  recovery.tornBytes != 0 ? ++reached.torn : ++reached.whole;
  reached.fromRing += recovery.from == Recovery::From::ring;
  // The numbers in a ring's header have no checksum: one below its records is refused, one above them is
  // taken.
  if (!isRing && recovery.from != Recovery::From::nothing) CHECK(recovery.next.out >= nextOut);
  std::unique_ptr<RingWriter> writer;
  CHECK(!RingWriter::attach(place.ring(), writer));
  CHECK(journal.poll() >= 0);
  for (uint64_t key = writer->oldestKey(); key != 0 && key < nextOut; ++key) {
    uint8_t out[1 << 15];
    const size_t length = writer->read(key, out, sizeof out);
    CHECK(length == 0 || std::memcmp(out, payloadOf(key, length).data(), length) == 0);
  }
  CHECK(put(*writer, recovery.next.out, 50) == Append::ok);
  CHECK(has(*writer, recovery.next.out, 50));
  CHECK(journal.poll() >= 0);
  writer.reset();
  journal.close();
}

/** Two segments and a ring with records that are on the disk, and some that are not. */
uint32_t fill(Random& random, const Place& place, std::unique_ptr<Journal>& journal) {
  Recovery recovery;
  journal = std::make_unique<Journal>();
  CHECK(!journal->open(place.options(), recovery));
  std::unique_ptr<RingWriter> writer;
  CHECK(!RingWriter::attach(place.ring(), writer));
  uint32_t key = 1;
  for (; key < 200; ++key) {
    CHECK(put(*writer, key, 100 + random.below(500)) == Append::ok);
    if (key < 190 && random.below(4) == 0) CHECK(journal->poll() >= 0);
  }
  return key;
}

}  // namespace

int main(int count, char** arguments) {
  const long iterations = count > 1 ? std::strtol(arguments[1], nullptr, 10) : 60;
  Random random(count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1);
  checkCrc(random);
  checkRing(random);
  checkRefusal();
  const Place place;
  std::unique_ptr<Journal> journal;
  const uint32_t nextOut = fill(random, place, journal);
  // Untouched: everything, of which the disk alone does not have the last records.
  CHECK(readThrough(place, true) == nextOut - 1);
  CHECK(readThrough(place, false) < nextOut - 1);
  for (long i = 0; i < iterations; ++i) checkMutated(random, place, nextOut);
  std::printf(
      "opened whole %d, with a torn end cut %d, from a ring %d, refused %d; read whole %d, refused %d\n",
      reached.whole, reached.torn, reached.fromRing, reached.refused, reached.readWhole, reached.readRefused);
  return finish("journal_check");
}
