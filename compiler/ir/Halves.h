// Floats of 16 bits, in which models store what is computed in f32.
#ifndef LLMC_COMPILER_IR_HALVES_H
#define LLMC_COMPILER_IR_HALVES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinAttributes.h"

namespace llmc::ir {

/// Of functions: the type of 16 bits that all their floats had in the model, and constants were rounded to.
inline constexpr llvm::StringLiteral kHalvesAttr = "llmc.halves";

inline bool isHalf(mlir::Type type) { return type.isF16() || type.isBF16(); }

/// That of the function in which an operation stands; null where there is none.
inline mlir::Type halvesAround(mlir::Operation *op) {
  auto function = op->getParentOfType<mlir::func::FuncOp>();
  auto type = function ? function->getAttrOfType<mlir::TypeAttr>(kHalvesAttr) : mlir::TypeAttr();
  return type ? type.getValue() : mlir::Type();
}

} // namespace llmc::ir

#endif
