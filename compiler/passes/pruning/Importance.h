// How much groups count, judged by weights, and by data where there are any.
#ifndef LLMC_COMPILER_PASSES_PRUNING_IMPORTANCE_H
#define LLMC_COMPILER_PASSES_PRUNING_IMPORTANCE_H

#include "compiler/passes/pruning/GroupedTensors.h"
#include "compiler/passes/pruning/SinkMoments.h"
#include "mlir/IR/Builders.h"

namespace llmc::passes {

/// The importance of each group, a vector of f64 that follows from weights: the norm of the rows by which products sum
/// over it, times the norm of the columns, and their biases, that make `result`. What is added counts as one, what is
/// multiplied, as a gate is, is a factor of its own. Zero where the group changes nothing.
mlir::Value importanceOf(mlir::OpBuilder &builder, const GroupedTensors &tensors, mlir::Value result);

/// The same where moments of all products that sum over the groups are known: the norm of what each of them gives
/// there.
mlir::Value importanceByData(mlir::OpBuilder &builder, const GroupedTensors &tensors, const SinkMoments &moments);

/// Indices, ascending, of the groups that count most.
mlir::Value mostImportant(mlir::OpBuilder &builder, const GroupedTensors &tensors, mlir::Value result, int64_t count,
                          const SinkMoments &moments);

} // namespace llmc::passes

#endif
