// The region of llmc.attention while it is collected from maps.
#ifndef LLMC_COMPILER_PASSES_FUSION_SCOREREGION_H
#define LLMC_COMPILER_PASSES_FUSION_SCOREREGION_H

#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/IR/Builders.h"

namespace llmc::passes {

class ScoreRegion {
public:
  /// Begins with elements of `scores`, passed on as they are.
  ScoreRegion(mlir::OpBuilder &outer, mlir::Value scores, mlir::Location location);

  /// Applies a map whose operand `score` are the scores so far.
  void append(ir::MapOp map, mlir::ValueRange operands, unsigned score);
  /// Computes masks from what they follow from, where that is much less than they are.
  void inlineMasks(ir::DimAnalysis &analysis);
  /// The operation with this region, which is then gone.
  mlir::Value build(mlir::Value query, mlir::Value key, mlir::Value value, bool guarded);

  llvm::SmallVector<mlir::Value> inputs; // tensors; argument i + 1 of the region is an element of input i

private:
  mlir::Value argumentFor(mlir::Value input);
  bool inlineMask(unsigned number, ir::DimAnalysis &analysis);
  void erase(unsigned number);
  void dropUnread();

  mlir::OpBuilder &outer;
  mlir::Location location;
  mlir::Region body;
  mlir::OpBuilder inner;
  mlir::Value yielded;
};

} // namespace llmc::passes

#endif
