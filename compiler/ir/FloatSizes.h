// Sizes that exporters compute in floats: ceil(float(height) / 2) * 2.
#ifndef LLMC_COMPILER_IR_FLOATSIZES_H
#define LLMC_COMPILER_IR_FLOATSIZES_H

#include "compiler/ir/DimExpr.h"
#include "mlir/IR/Value.h"

namespace llmc::ir {

/// A float scalar converted to an integer, as a formula. `valueOf` tells what integers come to. Nothing where rounding
/// of floats below 2^24 could show, or where the scalar is made of anything but sizes and constants.
std::optional<DimExpr> truncatedFloat(mlir::Value scalar, llvm::function_ref<DimExpr(mlir::Value)> valueOf);

} // namespace llmc::ir

#endif
