// Other forms of the tensors around attention, in which heads are axes that broadcast and no copy is between.
#ifndef LLMC_COMPILER_PASSES_FUSION_HEADAXES_H
#define LLMC_COMPILER_PASSES_FUSION_HEADAXES_H

#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/IR/Builders.h"

namespace llmc::passes {

/// The reshape only spells the batch axes in another way.
bool keepsMatrices(ir::ReshapeOp reshape, ir::DimAnalysis &analysis);

/// `tensor` [from.., a, b] as [to.., a, b], where `from` and `to` have equally many elements. Null where its own first
/// axes are neither 1 nor `from`.
mlir::Value withBatch(mlir::OpBuilder &builder, mlir::Value tensor, llvm::ArrayRef<ir::DimExpr> from,
                      llvm::ArrayRef<ir::DimExpr> to, ir::DimAnalysis &analysis);

/// The last two axes swapped; a transpose that does only this is taken away, also from under a reshape of the others.
mlir::Value swapMatrixAxes(mlir::OpBuilder &builder, mlir::Value tensor, ir::DimAnalysis &analysis);

/// The permutation of a tensor whose axis `axis` has become two, which stay neighbours.
llvm::SmallVector<int64_t> splitInPermutation(llvm::ArrayRef<int64_t> perm, int64_t axis);

/// An axis in two, before the transposes that move it.
mlir::Value splitAxis(mlir::OpBuilder &builder, mlir::Value tensor, int64_t axis, const ir::DimExpr &outer,
                      const ir::DimExpr &inner, ir::DimAnalysis &analysis);

/// Heads [.., heads, n, d] that were repeated to [.., heads * copies, n, d].
struct RepeatedHeads {
  mlir::Value tensor; // [.., heads, 1, n, d]
  ir::DimExpr heads, copies;
};
std::optional<RepeatedHeads> findRepeatedHeads(mlir::Value tensor, ir::DimAnalysis &analysis);

/// Maths of a tensor's elements and scalars, computed before transposes and reshapes instead of after them.
mlir::Value hoistScalarMaps(mlir::Value tensor, ir::DimAnalysis &analysis);

/// A map that widens the floats of a tensor and then computes with them, after one that only widens them.
mlir::Value separateWidening(mlir::Value tensor, ir::DimAnalysis &analysis);

/// The tensor in the floats of fewer bits from which it is widened on its way, as a cache is; `tensor` itself where it
/// is not.
mlir::Value withoutWidening(mlir::Value tensor);

/// Keys that are multiplied by scalars, although others read what they are made of, as a cache is read: the scalars
/// become factors of the queries, and the keys are read where they lie. Does nothing for other keys.
void moveFactorToQueries(mlir::OpBuilder &builder, mlir::Value &query, mlir::Value &key, ir::DimAnalysis &analysis);

} // namespace llmc::passes

#endif
