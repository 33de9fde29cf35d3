// Cgroups of both versions, up to the root of what this process sees: the tightest quota counts.
#include "threading/Topology.h"

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

using namespace llmc::runtime;

static constexpr uint32_t noLimit = UINT32_MAX;
static constexpr size_t pathBytes = 1024;

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

// Reads the beginning of a small file as text. False when it can't be read.
static bool readText(const char *path, char *text, size_t capacity) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return false;
  size_t used = 0;
  while (used < capacity - 1) {
    ssize_t got = read(file, text + used, capacity - 1 - used);
    if (got <= 0)
      break;
    used += static_cast<size_t>(got);
  }
  close(file);
  text[used] = '\0';
  return true;
}

// Reads a decimal number and moves `text` behind it. (sscanf and strtoll have other names in newer glibc: code compiled
// there would not load on older ones.)
static bool readNumber(const char *&text, long long &number) {
  while (*text == ' ')
    ++text;
  bool negative = *text == '-';
  text += negative;
  if (*text < '0' || *text > '9')
    return false;
  for (number = 0; *text >= '0' && *text <= '9'; ++text)
    if (__builtin_mul_overflow(number, 10, &number) || __builtin_add_overflow(number, *text - '0', &number))
      return false;
  number = negative ? -number : number;
  return true;
}

static bool readNumberIn(const char *folder, const char *file, long long &number) {
  char path[pathBytes], text[64];
  int length = snprintf(path, sizeof path, "%s/%s", folder, file);
  if (length < 0 || static_cast<size_t>(length) >= sizeof path || !readText(path, text, sizeof text))
    return false;
  const char *rest = text;
  return readNumber(rest, number);
}

static uint32_t cpusOf(long long quota, long long period) {
  if (quota <= 0 || period <= 0) // -1: no limit
    return noLimit;
  long long cpus = quota / period + (quota % period != 0);
  return cpus < noLimit ? static_cast<uint32_t>(cpus) : noLimit;
}

static uint32_t limitVersion1(const char *folder) {
  long long quota, period;
  if (!readNumberIn(folder, "cpu.cfs_quota_us", quota) || !readNumberIn(folder, "cpu.cfs_period_us", period))
    return noLimit;
  return cpusOf(quota, period);
}

static uint32_t limitVersion2(const char *folder) {
  char path[pathBytes], text[64];
  long long quota, period;
  int length = snprintf(path, sizeof path, "%s/cpu.max", folder);
  if (length < 0 || static_cast<size_t>(length) >= sizeof path || !readText(path, text, sizeof text))
    return noLimit;
  const char *rest = text;
  return readNumber(rest, quota) && readNumber(rest, period) ? cpusOf(quota, period) : noLimit;
}

// The tightest limit of a group and all groups above it. Inside a container the path may be the
// host's and not exist here; the walk then still ends at the mount, which is the container's group.
static uint32_t tightestLimit(const char *mount, const char *group, uint32_t (*limit)(const char *folder)) {
  char folder[pathBytes];
  int length = snprintf(folder, sizeof folder, "%s%s", mount, group);
  if (length < 0 || static_cast<size_t>(length) >= sizeof folder)
    return noLimit;
  size_t mountBytes = strlen(mount);
  uint32_t found = noLimit;
  for (;;) {
    found = least(found, limit(folder));
    char *slash = strrchr(folder + mountBytes, '/');
    if (!slash)
      return found;
    *slash = '\0';
  }
}

static bool listHolds(const char *list, const char *word) {
  size_t wordBytes = strlen(word);
  for (const char *item = list; item; item = strchr(item, ',')) {
    item += *item == ',';
    if (strncmp(item, word, wordBytes) == 0 && (item[wordBytes] == ',' || !item[wordBytes]))
      return true;
  }
  return false;
}

// One line "id:controllers:path"; no controllers means version 2.
static uint32_t limitOfLine(char *line, const char *root) {
  char mount[pathBytes];
  char *controllers = strchr(line, ':');
  char *group = controllers ? strchr(controllers + 1, ':') : nullptr;
  if (!group)
    return noLimit;
  *group++ = '\0';
  ++controllers;
  if (!*controllers) {
    snprintf(mount, sizeof mount, "%s/unified", root); // where version 1 is mounted beside it
    return least(tightestLimit(root, group, limitVersion2), tightestLimit(mount, group, limitVersion2));
  }
  if (!listHolds(controllers, "cpu"))
    return noLimit;
  int length = snprintf(mount, sizeof mount, "%s/%s", root, controllers);
  if (length < 0 || static_cast<size_t>(length) >= sizeof mount)
    return noLimit;
  return tightestLimit(mount, group, limitVersion1);
}

uint32_t llmc::runtime::cpusByQuota(const char *membership, const char *root) {
  char text[8192];
  if (!readText(membership, text, sizeof text))
    return noLimit;
  uint32_t found = noLimit;
  char *rest = nullptr;
  for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(nullptr, "\n", &rest))
    found = least(found, limitOfLine(line, root));
  return found;
}

static uint32_t cpusByAffinity() {
  cpu_set_t sets[8]; // 8192 CPUs
  if (sched_getaffinity(0, sizeof sets, sets) != 0)
    return 1;
  int count = CPU_COUNT_S(sizeof sets, sets);
  return count > 0 ? static_cast<uint32_t>(count) : 1;
}

uint32_t llmc::runtime::usableCpus() {
  return least(cpusByAffinity(), cpusByQuota("/proc/self/cgroup", "/sys/fs/cgroup"));
}
