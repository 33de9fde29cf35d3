// Products that a model has twice, as they were and as quantization makes them: each run chooses. Accuracy of any
// mixture can then be measured without another compilation.
#ifndef LLMC_COMPILER_IR_SWITCHES_H
#define LLMC_COMPILER_IR_SWITCHES_H

#include "compiler/ir/DimExpr.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>
#include <vector>

namespace llmc::ir {

inline constexpr llvm::StringLiteral kKept = "llmc.kept";         // of operations that quantization leaves as they are
inline constexpr llvm::StringLiteral kSwitches = "llmc.switches"; // of functions

/// Operations of the same nodes. An element of the function's last argument, i1, takes what quantization made of them.
struct Switch {
  std::vector<std::string> nodes; // one name of each operation, by which a rule finds it
  DimExpr flops;                  // of them as they were
  int64_t numbers = 0;            // of their weights
};

void recordSwitches(mlir::func::FuncOp function, llvm::ArrayRef<Switch> switches);
/// In the order of the elements.
std::vector<Switch> switchesOf(mlir::func::FuncOp function);

} // namespace llmc::ir

#endif
