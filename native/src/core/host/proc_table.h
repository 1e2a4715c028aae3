// Tables of the kernel's that are text with a heading, one entry a line (proc(5), /proc/net).
#pragma once

#include <cstdio>

namespace hotlap {

/// Shows each line behind the heading; none where there is no such table.
/// @param table under /proc/thread-self/net, which is the calling thread's network namespace: /proc/net is
/// the main thread's
template <typename Look>
void eachLineOf(const char* table, const Look& look) {
  FILE* const file = std::fopen(table, "re");
  if (file == nullptr) return;
  char line[256];
  bool heading = true;
  while (std::fgets(line, sizeof line, file) != nullptr) {
    if (!heading) look(static_cast<const char*>(line));
    heading = false;
  }
  std::fclose(file);
}

}  // namespace hotlap
