// Formulas over dim symbols as index arithmetic, each formula computed once.
#ifndef LLMC_COMPILER_CODEGEN_KERNEL_SIZEBUILDER_H
#define LLMC_COMPILER_CODEGEN_KERNEL_SIZEBUILDER_H

#include "compiler/ir/DimExpr.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringMap.h"

namespace llmc::codegen {

class SizeBuilder {
public:
  SizeBuilder(mlir::MLIRContext *context, mlir::Location location) : builder(context), location(location) {}

  /// All arithmetic is added before this operation; every use must be dominated by that place.
  void setInsertionPoint(mlir::Operation *op) { builder.setInsertionPoint(op); }
  /// The value of a symbol.
  void define(llvm::StringRef symbol, mlir::Value value) { known[symbol] = value; }
  /// The value of a formula, an index. All its symbols must have been defined.
  mlir::Value size(const ir::DimExpr &expr);
  /// Watches this size, and from now on all products, for numbers beyond kMost. Sums of a few thousand smaller ones are
  /// right, so nothing wraps around unseen.
  void watchSize(mlir::Value size);
  /// True where such a number came up so far; null where nothing was watched.
  mlir::Value overflown() const { return overflow; }

private:
  static constexpr int64_t kMost = int64_t(1) << 50;

  mlir::Value multiply(mlir::Value a, mlir::Value b);
  void watch(mlir::Value condition);
  mlir::Value constant(int64_t value);
  mlir::Value materialize(const ir::DimExpr &expr);
  mlir::Value materialize(const ir::DimAtom &atom);

  mlir::OpBuilder builder;
  mlir::Location location;
  llvm::StringMap<mlir::Value> known;
  mlir::Value overflow;
};

} // namespace llmc::codegen

#endif
