// Variants of a model: the first function of a module takes all sizes, others with the same inputs and outputs take
// some only, and are faster on them. Those say which by `llmc.variant = "batch=1, seq=128"`.
#ifndef LLMC_COMPILER_IR_VARIANTS_H
#define LLMC_COMPILER_IR_VARIANTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/SmallVector.h"

namespace llmc::ir {

inline constexpr llvm::StringLiteral kVariantAttr = "llmc.variant"; // of functions

/// The first function and the variants of it; none of a module without functions.
llvm::SmallVector<mlir::func::FuncOp> variantsOf(mlir::ModuleOp module);

/// Erases all variants of the first function, which takes all sizes, and gives that one; null for a module without
/// functions.
mlir::func::FuncOp keepGeneral(mlir::ModuleOp module);

/// The sizes that a function is for; empty: all.
llvm::StringRef variantDims(mlir::func::FuncOp function);

} // namespace llmc::ir

#endif
