// Which schedule a kernel gets.
#ifndef LLMC_COMPILER_CODEGEN_CPU_SCHEDULES_CHOOSESCHEDULE_H
#define LLMC_COMPILER_CODEGEN_CPU_SCHEDULES_CHOOSESCHEDULE_H

#include "compiler/codegen/cpu/schedules/Contraction.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/support/TargetSpec.h"

namespace llmc::codegen::cpu {

/// Null for a kernel whose loops have nothing to choose.
ir::ScheduleAttr chooseSchedule(ir::KernelOp kernel, ir::DimAnalysis &dims, const TargetSpec &spec);

/// Those that may be faster than the model says, behind the one that it chooses.
std::vector<ir::ScheduleAttr> schedulesToTry(ir::KernelOp kernel, ir::DimAnalysis &dims, const TargetSpec &spec);

/// How a contraction multiplies on a target.
DotKind dotOf(mlir::Operation *contraction, const TargetSpec &spec);

/// The numbers that loops of a contraction take.
struct Tile {
  int64_t rows, vectors, chunk;
  int64_t depth; // 0: all
};
/// Those that the kernel carries for the level at hand; without any, those of the first row for sums of this type.
Tile tileOf(ir::KernelOp kernel, mlir::Type sum, const TargetSpec &spec);

} // namespace llmc::codegen::cpu

#endif
