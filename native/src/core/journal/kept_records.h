// What is still readable by key when a journal is opened: the last records, up to the bytes that a ring
// holds.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "core/journal/record.h"

namespace hotlap::journal {

class KeptRecords {
 public:
  struct Record {
    uint32_t kind;
    uint64_t sequence;
    uint64_t key;
    std::vector<uint8_t> payload;
  };

  explicit KeptRecords(size_t maxBytes) : maxBytes_(maxBytes) {}

  /// Any record of a journal, in order.
  void take(const RecordHeader& header, const uint8_t* record) {
    if (header.kind == kind::reset) {
      clear();
    } else if (header.kind == kind::rewind) {
      dropFrom(header.key);
    } else if (header.kind < kind::own && header.key != 0) {
      dropFrom(header.key);
      records_.push_back({header.kind,
                          header.sequence,
                          header.key,
                          {record + sizeof(RecordHeader), record + header.length}});
      bytes_ += sizeOf(records_.back());
      while (bytes_ > maxBytes_) dropFirst();
    }
  }

  /// Numbers from here on were never used.
  void dropFrom(uint64_t key) {
    while (!records_.empty() && records_.back().key >= key) {
      bytes_ -= sizeOf(records_.back());
      records_.pop_back();
    }
  }

  void clear() {
    records_.clear();
    bytes_ = 0;
  }

  const std::deque<Record>& records() const { return records_; }
  static size_t sizeOf(const Record& record) { return recordSize(record.payload.size()); }

 private:
  void dropFirst() {
    bytes_ -= sizeOf(records_.front());
    records_.pop_front();
  }

  const size_t maxBytes_;
  std::deque<Record> records_;
  size_t bytes_ = 0;
};

}  // namespace hotlap::journal
