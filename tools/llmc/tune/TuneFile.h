// What tuning found, as a file that ships with the model.
#ifndef LLMC_TOOLS_LLMC_TUNE_TUNEFILE_H
#define LLMC_TOOLS_LLMC_TUNE_TUNEFILE_H

#include "compiler/ir/LlmcDialect.h"
#include <map>

namespace llmc::tools {

/// A schedule of a kernel, and its time as a part of that with the first schedule: in three of four runs it was no
/// more.
struct ScheduleCandidate {
  ir::ScheduleAttr schedule;
  double ratio = 1;
};

/// All kernels that compute the same from operands of the same sizes.
struct TunedKernel {
  std::vector<ir::KernelOp> operations;
  std::vector<size_t> numbers; // of those, in the order of the library
  std::vector<ScheduleCandidate> candidates;
  size_t chosen = 0;
};

using TunedKernels = std::map<std::string, TunedKernel>; // by fingerprint

/// As GivenSchedules reads it, with what was measured.
std::string tuneFile(const TunedKernels &kernels);

} // namespace llmc::tools

#endif
