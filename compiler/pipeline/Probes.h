// What a compilation is to measure instead of what the model gives.
#ifndef LLMC_COMPILER_PIPELINE_PROBES_H
#define LLMC_COMPILER_PIPELINE_PROBES_H

#include <cstdint>

namespace llmc::pipeline {

/// What the results of probes are for.
enum class ProbesFor { Pruning, Quantization };

/// The rest are options of llmc-add-probes.
struct Probes {
  ProbesFor purpose;
  int64_t skip, mostBytes;
};

} // namespace llmc::pipeline

#endif
