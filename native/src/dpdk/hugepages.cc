#include "dpdk/hugepages.h"

#include <cstdio>

namespace hotlap::dpdk {

namespace {

constexpr const char* folder = "/sys/kernel/mm/hugepages/hugepages-2048kB/";

bool read(const char* name, uint64_t& value) {
  char path[96];
  std::snprintf(path, sizeof path, "%s%s", folder, name);
  FILE* file = std::fopen(path, "re");
  if (file == nullptr) return false;
  unsigned long long number = 0;
  const bool found = std::fscanf(file, "%llu", &number) == 1;
  std::fclose(file);
  value = number;
  return found;
}

void write(const char* name, uint64_t value) {
  char path[96];
  std::snprintf(path, sizeof path, "%s%s", folder, name);
  FILE* file = std::fopen(path, "we");
  if (file == nullptr) return;
  std::fprintf(file, "%llu\n", static_cast<unsigned long long>(value));
  std::fclose(file);
}

}  // namespace

bool reserveHugepages(uint32_t pages, uint64_t& added) {
  uint64_t free = 0, all = 0;
  if (!read("free_hugepages", free) || !read("nr_hugepages", all)) return false;
  if (free >= pages) return true;
  write("nr_hugepages", all + pages - free);
  uint64_t now = all;
  read("nr_hugepages", now);
  added = now > all ? now - all : 0;
  return read("free_hugepages", free) && free >= pages;
}

}  // namespace hotlap::dpdk
