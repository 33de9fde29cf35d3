// How many CPUs this process may use. The number of CPUs of the machine is the wrong answer in a
// container: affinity masks and cgroup quotas both count.
#ifndef LLMC_RUNTIME_THREADING_TOPOLOGY_H
#define LLMC_RUNTIME_THREADING_TOPOLOGY_H

#include <cstdint>

namespace llmc::runtime {

// CPUs by affinity and quota together, at least 1. Read anew on each call.
uint32_t usableCpus();

// CPUs that the cgroup quota grants, rounded up; UINT32_MAX when there is none. `membership` is a
// file in the form of /proc/self/cgroup, `root` the place where cgroups are mounted. Understands
// version 2 (cpu.max), version 1 (cpu.cfs_quota_us) and both side by side; what is missing or
// malformed sets no limit.
uint32_t cpusByQuota(const char *membership, const char *root);

} // namespace llmc::runtime
#endif
