// Matching of scalar expressions inside the regions of maps.
#ifndef LLMC_COMPILER_PASSES_FUSION_SCALARMATCHERS_H
#define LLMC_COMPILER_PASSES_FUSION_SCALARMATCHERS_H

#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

namespace llmc::passes {

/// The constant behind a scalar, seen through conversions.
std::optional<double> scalarConstant(mlir::Value scalar);
/// The largest relative error of a constant that a scalar is made of: it was rounded to the scalar's type, or to what
/// the model stored.
double roundingOf(mlir::Value scalar);
/// The scalar behind conversions between float types.
mlir::Value throughFloatCasts(mlir::Value scalar);
/// The tensor whose element a region argument of a map is; null for computed scalars.
mlir::Value tensorOf(mlir::Value scalar);
/// Whether a map only converts between float types.
bool isFloatCast(ir::MapOp map);
/// The tensor behind maps that only convert between float types.
mlir::Value throughFloatCastMaps(mlir::Value tensor);

/// a and b when `scalar` is made by `OpT` of them.
template <typename OpT> std::optional<std::pair<mlir::Value, mlir::Value>> matchBinary(mlir::Value scalar) {
  auto op = scalar.getDefiningOp<OpT>();
  if (!op)
    return std::nullopt;
  return std::make_pair(throughFloatCasts(op.getLhs()), throughFloatCasts(op.getRhs()));
}

/// The operand of a float sum along the last axis with kept dims, or null.
mlir::Value matchSumAlongLastAxis(mlir::Value tensor);
/// The same for a maximum.
mlir::Value matchMaxAlongLastAxis(mlir::Value tensor);

} // namespace llmc::passes

#endif
