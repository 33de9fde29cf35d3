// Takes groups out of tensors.
#ifndef LLMC_COMPILER_PASSES_PRUNING_CUTGROUPS_H
#define LLMC_COMPILER_PASSES_PRUNING_CUTGROUPS_H

#include "compiler/passes/pruning/GroupedTensors.h"
#include "compiler/passes/pruning/SinkMoments.h"
#include "mlir/IR/Builders.h"

namespace llmc::passes {

/// A tensor of static sizes whose axis `at.axis` is three: outer, groups, inner.
mlir::Value splitGroups(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value tensor, const GroupedAxis &at,
                        int64_t groups);

/// Leaves only the groups with these indices, a vector of static size, which stands before all that is cut. No analysis
/// of these tensors holds afterwards.
/// Where moments are known, rows of weights that stay make up for those that go.
void cutGroups(const GroupedTensors &tensors, mlir::Value left, const SinkMoments &moments);

} // namespace llmc::passes

#endif
