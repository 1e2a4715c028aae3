#include "dpdk/log_tail.h"

#include <rte_log.h>
#include <stdio.h>

#include <mutex>

namespace hotlap::dpdk {

namespace {

constexpr size_t mostBytes = 4'096;

std::mutex guard;
std::string* tail = nullptr;

ssize_t take(void*, const char* bytes, size_t size) {
  const std::lock_guard<std::mutex> lock(guard);
  tail->append(bytes, size);
  if (tail->size() > mostBytes) tail->erase(0, tail->size() - mostBytes);
  return static_cast<ssize_t>(size);
}

}  // namespace

void catchLog() {
  {
    const std::lock_guard<std::mutex> lock(guard);
    // DPDK's threads may log until the process has ended: neither is ever given back.
    tail = new std::string;
  }
  cookie_io_functions_t functions = {};
  functions.write = take;
  FILE* stream = fopencookie(nullptr, "w", functions);
  if (stream == nullptr) return;
  setlinebuf(stream);
  rte_openlog_stream(stream);
}

std::string complaint() {
  const std::lock_guard<std::mutex> lock(guard);
  if (tail == nullptr) return {};
  std::string line = tail->substr(0, tail->find('\n'));
  tail->clear();
  // `EAL: ` and the like say which part of DPDK speaks.
  const size_t prefix = line.find(": ");
  if (prefix != std::string::npos && prefix < 24) line.erase(0, prefix + 2);
  while (!line.empty() && line.back() == '.') line.pop_back();
  return line;
}

}  // namespace hotlap::dpdk
