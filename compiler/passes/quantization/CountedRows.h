// Which rows of left sides count in calibration: positions whose keys attention leaves out, padding, give results that
// nobody reads.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_COUNTEDROWS_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_COUNTEDROWS_H

#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace llmc::passes {

class CountedRows {
public:
  /// Looks at what attention makes of its masks: a score of 0 that becomes as good as none belongs to a key that is
  /// left out, whatever the mask itself holds there.
  CountedRows(mlir::func::FuncOp function, ir::DimAnalysis &dims);

  /// 1 for the rows of these left sides that count, and 0 for others, as a column; null where all of them do. All count
  /// where none would.
  mlir::Value of(mlir::OpBuilder &builder, llvm::ArrayRef<mlir::Value> lefts);

private:
  /// Attention whose masks are about keys alone: sequences of a batch, and their keys.
  struct Masked {
    ir::AttentionOp attention;
    ir::DimExpr batch, keys;
    bool isLike(const Masked &other);
  };
  std::optional<Masked> masked(ir::AttentionOp attention);
  const Masked *find(mlir::Value left);
  mlir::Value columnOf(mlir::OpBuilder &builder, const Masked &source);

  ir::DimAnalysis &dims;
  std::vector<Masked> sources; // of different sizes
};

} // namespace llmc::passes

#endif
