// Which tensors the weights file holds, and where.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_WEIGHTSLAYOUT_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_WEIGHTSLAYOUT_H

#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/DenseMap.h"

namespace llmc::codegen {

class WeightsLayout {
public:
  struct Entry {
    mlir::Operation *source; // an llmc.weight, or an llmc.constant that a kernel reads from memory
    uint64_t offset, bytes;
  };

  /// Lays out all weights and constants that kernels of the functions read, in the order of their first use.
  WeightsLayout(mlir::ModuleOp module, llvm::ArrayRef<mlir::func::FuncOp> functions);

  /// Where the data of a kernel's operand begin. Nothing when it is no weight.
  std::optional<uint64_t> offsetOf(mlir::Value operand) const;
  llvm::ArrayRef<Entry> entries() const { return list; }
  uint64_t totalBytes() const { return total; }

private:
  void place(mlir::Value operand);
  mlir::Operation *sourceOf(mlir::Value operand) const;

  mlir::ModuleOp module;
  std::vector<Entry> list;
  llvm::DenseMap<mlir::Operation *, uint64_t> offsets;
  uint64_t total = 0;
};

} // namespace llmc::codegen

#endif
