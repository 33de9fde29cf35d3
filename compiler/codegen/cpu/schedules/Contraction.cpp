// Picks a row of Contraction.def.
#include "compiler/codegen/cpu/schedules/Contraction.h"

namespace llmc::codegen::cpu {

ContractionSchedule contractionSchedule(const TargetSpec &target) {
#define LLMC_CONTRACTION(bytes, registers, rows, panels, vectors, chunk)                                               \
  if (target.vectorBytes == bytes && target.vectorRegisters >= registers)                                              \
    return {rows, panels, vectors, chunk};
#include "compiler/codegen/cpu/schedules/Contraction.def"
#undef LLMC_CONTRACTION
  return {4, 1, 1, 64};
}

} // namespace llmc::codegen::cpu
