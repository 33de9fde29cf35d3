// What passes can't see and pruning asks for: how many blocks of weights are zero.
#ifndef LLMC_COMPILER_PIPELINE_COUNTZEROS_H
#define LLMC_COMPILER_PIPELINE_COUNTZEROS_H

#include "compiler/ir/WeightStore.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/Error.h"

namespace llmc::pipeline {

/// Reads the weights of the products that `asked`, a copy of the module on which the passes have run, has blocks noted
/// of, and tells the module what they hold. Weights have the same names in both.
llvm::Error countZeros(mlir::ModuleOp asked, mlir::ModuleOp module, ir::WeightStore &weights);

} // namespace llmc::pipeline

#endif
