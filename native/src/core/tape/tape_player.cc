#include "core/tape/tape_player.h"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

namespace hotlap::tape {

namespace {

constexpr double kNull = std::numeric_limits<double>::quiet_NaN();
constexpr size_t kFirstCapacity = 1 << 20;
constexpr size_t kRecordHead = 8;

uint32_t u32At(const uint8_t* at) { return headAt<uint32_t>(at); }

}  // namespace

TapePlayer::TapePlayer(uint8_t* ring, size_t ringBytes)
    : ring_(ring, ringBytes),
      entries_(new uint8_t[kFirstCapacity]),
      capacity_(kFirstCapacity),
      nowNs_(kNull) {}

Advance TapePlayer::advance(double& turn) {
  if (at_ != length_ && loaded_.turn <= turn) return Advance::diverged;
  if (!isLoaded_) {
    const Advance loaded = load();
    if (loaded == Advance::waiting || loaded == Advance::diverged) return loaded;
    if (loaded == Advance::ended && (!goesOn_ || turn >= lastTurn_)) return Advance::ended;
  }
  const bool isNext = isLoaded_ && (!goesOn_ || loaded_.turn <= turn + 1);
  if (!isNext) {
    turn += 1;
    nowNs_ = kNull;
    return Advance::ready;
  }
  if (loaded_.turn <= turn) return Advance::diverged;
  turn = loaded_.turn;
  nowNs_ = loaded_.nowNs;
  isLoaded_ = false;
  return Advance::ready;
}

Advance TapePlayer::load() {
  for (;;) {
    if (isEnded_) return Advance::ended;
    const bool ended = ring_.ended();
    const uint8_t* const head = ring_.peek(kRecordHead);
    if (head == nullptr) {
      if (!ended) return Advance::waiting;
      isEnded_ = true;
      // A part without an end: the process was killed in that turn.
      length_ = at_ = 0;
      return Advance::ended;
    }
    const size_t length = u32At(head);
    const auto kind = static_cast<int32_t>(u32At(head + 4));
    if (length < sizeof(TurnHead) || length > kMaxRecord || length % 8 != 0) return Advance::diverged;
    const uint8_t* const record = ring_.peek(kRecordHead + length);
    if (record == nullptr) {
      if (!ended) return Advance::waiting;
      isEnded_ = true;
      continue;
    }
    if (kind == record::end && !hasPart_) {
      lastTurn_ = headAt<TurnHead>(record + kRecordHead).turn;
      isEnded_ = true;
      continue;
    }
    if (!hasPart_) length_ = at_ = 0;
    const bool isAdded = add(record + kRecordHead, length);
    ring_.consume(kRecordHead + length);
    ring_.release();
    if (!isAdded) return Advance::diverged;
    hasPart_ = kind == record::part;
    if (hasPart_) continue;
    isLoaded_ = true;
    return Advance::ready;
  }
}

/** Entries of a record behind those of its turn that were there before. False when they make no sense. */
bool TapePlayer::add(const uint8_t* record, size_t length) {
  const auto head = headAt<TurnHead>(record);
  if (hasPart_ && head.turn != loaded_.turn) return false;
  loaded_ = head;
  record += sizeof head;
  length -= sizeof head;
  for (size_t at = 0; at < length;) {
    if (length - at < sizeof(EntryHead)) return false;
    const auto entry = headAt<EntryHead>(record + at);
    if (entry.bytes > kMaxEntry || padded(entry.bytes) > length - at - sizeof entry) return false;
    at += sizeof entry + padded(entry.bytes);
  }
  if (!grow(length)) return false;
  std::copy(record, record + length, entries_.get() + length_);
  length_ += length;
  if (length_ > at_) head_ = headAt<EntryHead>(entries_.get() + at_);
  return true;
}

bool TapePlayer::grow(size_t more) {
  if (length_ + more <= capacity_) return true;
  size_t capacity = capacity_;
  while (capacity < length_ + more) capacity *= 2;
  if (capacity > kMaxTurn) return false;
  std::unique_ptr<uint8_t[]> larger(new (std::nothrow) uint8_t[capacity]);
  if (larger == nullptr) return false;
  std::copy(entries_.get(), entries_.get() + length_, larger.get());
  entries_ = std::move(larger);
  capacity_ = capacity;
  return true;
}

const EntryHead* TapePlayer::peek(int32_t kind) const {
  // What is loaded may belong to a later turn.
  return isLoaded_ || at_ == length_ || head_.kind != kind ? nullptr : &head_;
}

void TapePlayer::take() {
  at_ += sizeof(EntryHead) + padded(head_.bytes);
  if (at_ < length_) head_ = headAt<EntryHead>(entries_.get() + at_);
}

}  // namespace hotlap::tape
