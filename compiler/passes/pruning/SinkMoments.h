// What calibration knows of products that sum over groups.
#ifndef LLMC_COMPILER_PASSES_PRUNING_SINKMOMENTS_H
#define LLMC_COMPILER_PASSES_PRUNING_SINKMOMENTS_H

#include "compiler/ir/Measurements.h"
#include "compiler/passes/pruning/GroupedTensors.h"

namespace llmc::passes {

class SinkMoments {
public:
  explicit SinkMoments(mlir::ModuleOp module) : byWeight(ir::measurementsIn(module, ir::Measure::Moments)) {}

  /// The second moments of what a weight is multiplied with, read where `builder` is; null where they are not known.
  mlir::Value read(mlir::OpBuilder &builder, const KnownOperand &operand) const;
  /// Whether products sum over the groups, and those of all of them are known.
  bool knowsAll(const GroupedTensors &tensors) const;

private:
  ir::WeightOp find(const KnownOperand &operand) const;

  llvm::StringMap<ir::WeightOp> byWeight;
};

} // namespace llmc::passes

#endif
