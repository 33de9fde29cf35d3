// Inputs and outputs that passes add to a model, behind its own.
#ifndef LLMC_COMPILER_IR_INTERFACE_H
#define LLMC_COMPILER_IR_INTERFACE_H

#include "compiler/ir/DimExpr.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace llmc::ir {

/// Another input of these sizes. It has the name `name`, with something behind it where that is taken.
mlir::BlockArgument addInput(mlir::func::FuncOp function, std::string name, mlir::Type element,
                             llvm::ArrayRef<DimExpr> sizes);
/// Another output, in the same way. Gives its number.
unsigned addOutput(mlir::func::FuncOp function, std::string name, mlir::Value tensor);

} // namespace llmc::ir

#endif
