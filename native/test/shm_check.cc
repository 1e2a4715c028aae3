// The shared-memory wire: order and boundaries over many turns of the ring, processes that are killed in the
// middle of a burst, files that are somebody else's, and a peer that writes nonsense.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "check.h"
#include "core/host/clock.h"
#include "core/link/shm/shm.h"
#include "core/link/shm/wire.h"

using namespace hotlap;

namespace {

constexpr uint32_t ring = 64;
const std::string path = "/dev/shm/hotlap-shm-check-" + std::to_string(getpid());

ShmOptions venue(uint32_t ringFrames = ring) { return {path, ShmOptions::End::venue, ringFrames}; }
ShmOptions engine(uint32_t ringFrames = ring) { return {path, ShmOptions::End::engine, ringFrames}; }

std::unique_ptr<Link> open(const ShmOptions& options) {
  std::unique_ptr<Link> link;
  const Failure failure = openShm(options, link);
  CHECK(!failure);
  if (failure) std::printf("%s\n", failure.sentence.c_str());
  return link;
}

Failure refusal(const ShmOptions& options) {
  std::unique_ptr<Link> link;
  return openShm(options, link);
}

/// A frame says its number, and each of its bytes says the number too.
size_t sizeOf(uint64_t number) { return 16 + number * 7 % 1'499; }

bool send(Link& link, uint64_t number) {
  uint8_t* frame = link.txReserve();
  if (frame == nullptr) return false;
  std::memset(frame, static_cast<int>(number & 0xff), sizeOf(number));
  std::memcpy(frame, &number, sizeof number);
  link.txCommit(sizeOf(number));
  return true;
}

uint64_t numberOf(const Frame& frame) {
  uint64_t number;
  std::memcpy(&number, frame.data, sizeof number);
  CHECK(frame.size == sizeOf(number));
  for (size_t n = sizeof number; n < frame.size; ++n) {
    if (frame.data[n] != static_cast<uint8_t>(number)) {
      CHECK(!"a byte of another frame");
      break;
    }
  }
  return number;
}

/// Sends without end, as fast as there is room.
pid_t sender(uint64_t first) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  std::unique_ptr<Link> link;
  if (openShm(venue(), link)) _exit(1);
  for (uint64_t number = first;;) {
    if (send(*link, number)) ++number;
  }
}

void end(pid_t pid) {
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

void keepsOrderOverManyTurns() {
  const auto to = open(engine());
  const auto from = open(venue());
  test::Random random(3);
  uint64_t sent = 0, received = 0, refused = 0;
  while (received < 20'000) {
    for (uint32_t n = random.below(100); n > 0; --n) {
      if (send(*from, sent)) {
        ++sent;
      } else {
        ++refused;
      }
    }
    CHECK(sent - received <= ring);
    for (uint32_t n = random.below(8); n > 0; --n) {
      const int count = to->rxBurst();
      CHECK(count >= 0 && count <= Link::burst);
      for (int index = 0; index < count; ++index) CHECK(numberOf(to->frame(index)) == received++);
    }
  }
  CHECK(refused > 0 && from->counters().txFull == refused);
  CHECK(from->counters().txFrames == sent && to->counters().rxFrames == received);
  CHECK(to->counters().rxDropped == 0u);
  CHECK(from->counters().txCalls + to->counters().rxCalls == 0u);
  // The other direction is a ring of its own.
  CHECK(send(*to, 1) && from->rxBurst() == 1 && numberOf(from->frame(0)) == 1u);
  struct stat status;
  CHECK(stat(path.c_str(), &status) == 0 && (status.st_mode & 07777) == 0600);
}

void hasOneOwnerPerEnd() {
  auto first = open(engine());
  const Failure failure = refusal(engine());
  CHECK(failure.code == "EBUSY");
  CHECK(failure.sentence.find("process " + std::to_string(getpid())) != std::string::npos);
  const pid_t child = fork();
  if (child == 0) _exit(refusal(engine()).code == "EBUSY" ? 0 : 1);
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  first.reset();
  first = open(engine());
}

/// A sender that is killed anywhere leaves whole frames, and the next one goes on behind them.
void survivesAKilledSender() {
  const auto to = open(engine());
  for (uint64_t round = 0; round < 12; ++round) {
    uint64_t next = round << 32;
    const pid_t pid = sender(next);
    const uint64_t wanted = next + 500 + round * 131;
    const int64_t deadlineNs = monotonicNs() + INT64_C(20'000'000'000);
    while (next < wanted && monotonicNs() < deadlineNs) {
      const int count = to->rxBurst();
      for (int index = 0; index < count; ++index) CHECK(numberOf(to->frame(index)) == next++);
    }
    CHECK(next >= wanted);
    end(pid);
    for (int count = to->rxBurst(); count > 0; count = to->rxBurst()) {
      for (int index = 0; index < count; ++index) CHECK(numberOf(to->frame(index)) == next++);
    }
  }
  CHECK(to->counters().rxDropped == 0u && to->counters().rxOversized == 0u);
}

/// Who waits for a receiver that was killed does not wait for ever, and the next receiver begins with what is
/// sent from then on.
void survivesAKilledReceiver() {
  const auto from = open(venue());
  int ready[2];
  CHECK(pipe(ready) == 0);
  const pid_t pid = fork();
  if (pid == 0) {
    std::unique_ptr<Link> link;
    if (openShm(engine(), link) || write(ready[1], "!", 1) != 1) _exit(1);
    pause();
  }
  ::close(ready[1]);
  char word = 0;
  CHECK(read(ready[0], &word, 1) == 1);
  ::close(ready[0]);
  if (word == 0) return;
  uint64_t number = 0;
  while (send(*from, number)) ++number;
  // It stands still and lives: nothing is thrown away.
  int64_t startNs = monotonicNs();
  while (monotonicNs() - startNs < 300'000'000) CHECK(!send(*from, number));
  end(pid);
  startNs = monotonicNs();
  while (!send(*from, number) && monotonicNs() - startNs < INT64_C(20'000'000'000)) usleep(1'000);
  CHECK(from->counters().txFrames == number + 1);
  for (int n = 0; n < 1'000; ++n) CHECK(send(*from, ++number));

  const auto to = open(engine());
  CHECK(to->rxBurst() == 0);
  CHECK(to->counters().rxDropped == 0u);
  for (uint64_t n = 1; n <= ring; ++n) CHECK(send(*from, number + n));
  CHECK(!send(*from, 0));
  uint64_t received = 0;
  for (int count = to->rxBurst(); count > 0; count = to->rxBurst()) {
    for (int index = 0; index < count; ++index) CHECK(numberOf(to->frame(index)) == number + ++received);
  }
  CHECK(received == ring);
}

/// Given back, an end is known to be empty at once.
void doesNotWaitForNobody() {
  const auto from = open(venue());
  for (uint64_t number = 0; number < 10 * ring; ++number) CHECK(send(*from, number));
  CHECK(from->counters().txCalls == 0u);
}

void put(const std::string& bytes, mode_t mode = 0600) {
  unlink(path.c_str());
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL, mode);
  CHECK(write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  CHECK(fchmod(fd, mode) == 0);
  ::close(fd);
}

bool says(const Failure& failure, const char* code, const char* words) {
  const bool right = failure.code == code && failure.sentence.find(words) != std::string::npos;
  if (!right) std::printf("%s: %s\n", failure.code.c_str(), failure.sentence.c_str());
  return right;
}

std::string wholeFile(uint32_t version, uint32_t ringFrames, uint32_t slotBytes, size_t size) {
  std::string bytes(size, '\0');
  shm::WireHeader header{};
  header.magic = shm::WireHeader::magicValue;
  header.version = version;
  header.ringFrames = ringFrames;
  header.slotBytes = slotBytes;
  std::memcpy(bytes.data(), static_cast<const void*>(&header), std::min(sizeof header, size));
  return bytes;
}

void refusesWhatIsNotIts() {
  CHECK(says(refusal({"wire", ShmOptions::End::engine, ring}), "EINVAL", "whole path"));
  CHECK(says(refusal(engine(63)), "EINVAL", "power of two"));
  CHECK(says(refusal(engine(1 << 21)), "EINVAL", "power of two"));
  CHECK(says(refusal({"/dev/shm/nowhere/wire", ShmOptions::End::engine, ring}), "ENOENT", "/dev/shm"));
  CHECK(says(refusal({"/dev/shm", ShmOptions::End::engine, ring}), "EINVAL", "no wire of hotlap"));
  put("somebody's notes");
  CHECK(says(refusal(engine()), "EINVAL", "no wire of hotlap"));
  put("");
  CHECK(says(refusal(engine()), "EINVAL", "no wire of hotlap"));
  constexpr uint32_t version = shm::WireHeader::layoutVersion;
  const size_t size = shm::wireBytes(ring);
  put(wholeFile(version, ring, shm::slotBytes, size), 0622);
  CHECK(says(refusal(engine()), "EPERM", "other users"));
  put(wholeFile(version + 1, ring, shm::slotBytes, size));
  CHECK(says(refusal(engine()), "EINVAL", "another version"));
  put(wholeFile(version, ring, 1 << 30, size));
  CHECK(says(refusal(engine()), "EINVAL", "another version"));
  put(wholeFile(version, ring, shm::slotBytes, size - 1));
  CHECK(says(refusal(engine()), "EINVAL", "its size"));
  put(wholeFile(version, ring, shm::slotBytes, sizeof(shm::WireHeader)));
  CHECK(says(refusal(engine()), "EINVAL", "its size"));
  for (const uint32_t frames : {0u, 63u, 1u << 21, 0x80000000u, 0xffffffffu}) {
    put(wholeFile(version, frames, shm::slotBytes, size));
    CHECK(says(refusal(engine()), "EINVAL", "its size"));
  }
  put(wholeFile(version, ring, shm::slotBytes, size));
  CHECK(!refusal(engine()));
  // Who made the file decides.
  CHECK(open(engine(4'096))->facts().ringFrames == ring);

  const std::string target = path + "-target";
  CHECK(rename(path.c_str(), target.c_str()) == 0 && symlink(target.c_str(), path.c_str()) == 0);
  CHECK(says(refusal(engine()), "EINVAL", "symbolic link"));
  unlink(path.c_str());
  unlink(target.c_str());
  CHECK(mkfifo(path.c_str(), 0600) == 0);
  CHECK(says(refusal(engine()), "EINVAL", "no wire of hotlap"));
  unlink(path.c_str());
}

/// Whatever a peer writes into header and slots, nothing beyond the rings is touched.
void believesNothing() {
  auto to = open(engine());
  auto from = open(venue());
  const size_t size = shm::wireBytes(ring);
  const int fd = ::open(path.c_str(), O_RDWR);
  auto* memory = static_cast<uint8_t*>(mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
  ::close(fd);
  auto* header = reinterpret_cast<shm::WireHeader*>(memory);
  test::Random random(4);
  uint64_t frames = 0;
  for (int round = 0; round < 30'000; ++round) {
    const uint64_t values[] = {0,
                               1,
                               UINT64_MAX,
                               UINT64_MAX - ring,
                               random.next(),
                               random.below(200),
                               header->rings[0].written.load() + ring + 1,
                               header->rings[0].written.load() + 1};
    const uint64_t value = values[random.below(8)];
    switch (random.below(5)) {
      case 0:
        header->rings[random.below(2)].written.store(value);
        break;
      case 1:
        header->rings[random.below(2)].taken.store(value);
        break;
      case 2:
        header->ringFrames = header->slotBytes = static_cast<uint32_t>(value);
        break;
      case 3: {
        const auto length = static_cast<uint32_t>(value);
        std::memcpy(memory + shm::headerBytes + random.below(2 * ring) * shm::slotBytes, &length,
                    sizeof length);
        break;
      }
      case 4:
        send(random.below(2) == 0 ? *from : *to, random.below(1'000));
        break;
    }
    for (Link* link : {to.get(), from.get()}) {
      const int count = link->rxBurst();
      CHECK(count >= 0 && count <= Link::burst);
      for (int index = 0; index < count; ++index) {
        CHECK(link->frame(index).size <= shm::slotCapacity);
        for (size_t n = 0; n < link->frame(index).size; n += 100) frames += link->frame(index).data[n] & 1;
      }
    }
  }
  CHECK(to->counters().rxOversized > 0 && to->counters().rxDropped > 0 && frames > 0);
  // What was checked at the start is checked again by whoever comes next.
  header->slotBytes = shm::slotBytes;
  header->ringFrames = 1 << 20;
  to.reset();
  CHECK(says(refusal(engine()), "EINVAL", "its size"));
  // Whoever is there does not look at it any more, and a file that is gone is made anew.
  send(*from, 1);
  munmap(memory, size);
  unlink(path.c_str());
  to = open(engine());
  CHECK(to->rxBurst() == 0);
}

}  // namespace

int main() {
  keepsOrderOverManyTurns();
  hasOneOwnerPerEnd();
  survivesAKilledSender();
  survivesAKilledReceiver();
  doesNotWaitForNobody();
  refusesWhatIsNotIts();
  believesNothing();
  unlink(path.c_str());
  return test::finish("shm");
}
