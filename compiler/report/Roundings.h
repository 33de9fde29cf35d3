// How far rounded weights are from what they stand for, as their recipes are run.
#ifndef LLMC_COMPILER_REPORT_ROUNDINGS_H
#define LLMC_COMPILER_REPORT_ROUNDINGS_H

#include "compiler/ir/LlmcDialect.h"
#include "compiler/reference/Tensor.h"
#include "compiler/report/Facts.h"
#include "llvm/ADT/DenseMap.h"

namespace llmc::report {

class Roundings {
public:
  /// A value that a recipe computes: to be told of all, in their order.
  void see(mlir::Value value, const reference::Tensor &tensor);

  /// Of a weight that is rounded, or made from one that is; nothing where none has been seen.
  std::optional<Rounding> of(ir::WeightOp stored) const;

private:
  void judgeNarrowed(ir::MapOp map, const reference::Tensor &wide, const reference::Tensor &narrow);
  void judgeEncoded(ir::EncodeOp encode, const reference::Tensor &zeros);

  /// What an llmc.encode reads and gives.
  struct Encoding {
    reference::Tensor matrix, moments, codes, scales;
  };
  llvm::DenseMap<mlir::Operation *, Encoding> open; // those of which there is more to come
  llvm::DenseMap<mlir::Value, reference::Tensor> wide;
  llvm::DenseMap<mlir::Operation *, Rounding> byWeight;
};

} // namespace llmc::report

#endif
