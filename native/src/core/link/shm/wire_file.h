// A wire's file: made or found, checked, mapped, one end of it taken.
#pragma once

#include <cstdint>
#include <string>

#include "core/host/failure.h"
#include "core/link/shm/wire.h"

namespace hotlap::shm {

class WireFile {
 public:
  WireFile() = default;
  /// Gives the end back; the file stays.
  ~WireFile();
  WireFile(const WireFile&) = delete;
  WireFile& operator=(const WireFile&) = delete;

  /// @param end 0 venue, 1 engine
  Failure open(const std::string& path, int end, uint32_t ringFrames);

  WireHeader& header() const { return *header_; }
  uint8_t* slots(int direction) const {
    return reinterpret_cast<uint8_t*>(header_) + headerBytes + size_t{ringFrames_} * slotBytes * direction;
  }
  uint32_t ringFrames() const { return ringFrames_; }
  const std::string& path() const { return path_; }
  /// True when a process holds the other end, or cannot be known not to. One system call.
  bool peerIsThere() const;

 private:
  Failure make(uint32_t ringFrames);
  Failure find(bool& found);
  Failure takeEnd();
  Failure map();

  std::string path_;
  std::string what_;
  WireHeader* header_ = nullptr;
  uint32_t ringFrames_ = 0;
  int end_ = 0;
  int fd_ = -1;
};

}  // namespace hotlap::shm
