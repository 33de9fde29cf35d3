// Register tiles of contractions: numbers per instruction set, chosen so that accumulators, one row of the right side
// and a broadcast fit the vector registers.
#ifndef LLMC_COMPILER_CODEGEN_CPU_SCHEDULES_CONTRACTION_H
#define LLMC_COMPILER_CODEGEN_CPU_SCHEDULES_CONTRACTION_H

#include "compiler/support/TargetSpec.h"

namespace llmc::codegen::cpu {

struct ContractionSchedule {
  int64_t rows;     // of a register tile; at most 8, so that rows whose stride is a multiple of 4 KB do not alias in L1
  int64_t panels;   // of packed weights in a tile
  int64_t vectors;  // native vectors in a tile when the right side is not packed
  int64_t rowChunk; // rows whose left side stays in L2 while all panels pass
};

ContractionSchedule contractionSchedule(const TargetSpec &target);

} // namespace llmc::codegen::cpu

#endif
