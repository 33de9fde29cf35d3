// Reshapes and expands to sizes that are formulas.
#ifndef LLMC_COMPILER_IR_RESHAPING_H
#define LLMC_COMPILER_IR_RESHAPING_H

#include "compiler/ir/DimExpr.h"
#include "mlir/IR/Builders.h"

namespace llmc::ir {

/// `tensor` under other sizes; the formulas must not depend on data.
mlir::Value reshapeTo(mlir::OpBuilder &builder, mlir::Location location, mlir::Value tensor,
                      llvm::ArrayRef<DimExpr> dims);
/// `tensor` repeated to these sizes.
mlir::Value expandTo(mlir::OpBuilder &builder, mlir::Location location, mlir::Value tensor,
                     llvm::ArrayRef<DimExpr> dims);

} // namespace llmc::ir

#endif
