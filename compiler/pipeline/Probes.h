// What a compilation is to measure instead of what the model gives.
#ifndef LLMC_COMPILER_PIPELINE_PROBES_H
#define LLMC_COMPILER_PIPELINE_PROBES_H

#include <cstdint>

namespace llmc::pipeline {

/// Options of llmc-add-probes; the rules are those of quantization.
struct Probes {
  int64_t skip, mostBytes;
};

} // namespace llmc::pipeline

#endif
