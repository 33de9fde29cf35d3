// Where groups of elements lie along an axis of a tensor.
#ifndef LLMC_COMPILER_PASSES_PRUNING_GROUPEDAXIS_H
#define LLMC_COMPILER_PASSES_PRUNING_GROUPEDAXIS_H

#include "compiler/ir/DimExpr.h"
#include <optional>

namespace llmc::passes {

/// The axis is [outer, groups, inner] in row-major order: a projection to queries, keys and values of 12 heads has
/// outer = 3 and inner = the size of a head.
struct GroupedAxis {
  int64_t axis, outer = 1, inner = 1;

  bool operator==(const GroupedAxis &other) const {
    return axis == other.axis && outer == other.outer && inner == other.inner;
  }
  /// Of the axis, with so many groups.
  int64_t size(int64_t groups) const { return outer * groups * inner; }
};

/// Where the groups lie when the elements of a tensor are put under other sizes; nothing where they would not lie along
/// one axis any more.
std::optional<GroupedAxis> regroup(llvm::ArrayRef<ir::DimExpr> from, llvm::ArrayRef<ir::DimExpr> to,
                                   const GroupedAxis &at);

} // namespace llmc::passes

#endif
