// Frames come on stdin, each behind its length in two bytes, big endian.
#pragma once

#include <cstdint>
#include <cstdio>
#include <utility>
#include <vector>

using Frames = std::vector<std::vector<uint8_t>>;

inline Frames framesOfStdin() {
  Frames frames;
  uint8_t length[2];
  while (fread(length, 1, 2, stdin) == 2) {
    std::vector<uint8_t> frame(static_cast<size_t>(length[0] << 8 | length[1]));
    if (fread(frame.data(), 1, frame.size(), stdin) != frame.size()) break;
    frames.push_back(std::move(frame));
  }
  return frames;
}
