// The memory plan as the IR carries it, with the places of kernels' results, see `llmc-plan-arena`, and its evaluation
// for given sizes.
#ifndef LLMC_COMPILER_IR_ARENAPLAN_H
#define LLMC_COMPILER_IR_ARENAPLAN_H

#include "compiler/ir/DimAnalysis.h"

namespace llmc::ir {

inline constexpr llvm::StringLiteral kSlotsAttr = "llmc.slots"; // of functions: the places in the arena
inline constexpr int64_t kArenaAlignment = 64;

struct ArenaSlot {
  DimExpr bytes;
  std::vector<int64_t> below; // places that end before this one begins
  int64_t firstKernel, lastKernel;
};

std::vector<ArenaSlot> readArenaPlan(mlir::func::FuncOp function, const DimAnalysis &analysis);

/// Numbers of places such that each comes after those below it.
std::vector<size_t> arenaOrder(llvm::ArrayRef<ArenaSlot> slots);

struct ArenaUse {
  int64_t arenaBytes;
  int64_t lowerBoundBytes; // most bytes alive at once; a place that several results take in turn counts once
  DimExpr lowerBound;      // the same as a formula: what is alive at the kernel where most is
};
/// What the plan needs for given sizes of the symbols.
ArenaUse evaluateArena(llvm::ArrayRef<ArenaSlot> slots,
                       llvm::function_ref<std::optional<int64_t>(llvm::StringRef)> symbols);

} // namespace llmc::ir

#endif
