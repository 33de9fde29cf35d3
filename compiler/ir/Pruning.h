// What pruning left of a function, on record by the nodes in question: operations become others on the way to kernels,
// nodes stay.
#ifndef LLMC_COMPILER_IR_PRUNING_H
#define LLMC_COMPILER_IR_PRUNING_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>
#include <vector>

namespace llmc::ir {

inline constexpr llvm::StringLiteral kPruning = "llmc.pruning"; // of functions

/// `left` of `all` are left between these nodes, "channels" for instance, and why so.
struct Pruning {
  std::string kind;
  int64_t left, all;
  std::string why;
  std::vector<std::string> nodes;
};

void recordPruning(mlir::func::FuncOp function, const Pruning &pruning);

/// All that is on record, in the order in which it was decided.
std::vector<Pruning> pruningOf(mlir::func::FuncOp function);
/// What of it took something out.
std::vector<Pruning> removalsOf(mlir::func::FuncOp function);

/// Whether an attribute has the form of such a record.
bool isPruningRecord(mlir::Attribute attribute);

} // namespace llmc::ir

#endif
