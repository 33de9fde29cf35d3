// What a model demands of the sizes of its inputs, and sizes that satisfy it.
#ifndef LLMC_COMPILER_IR_SIZERULES_H
#define LLMC_COMPILER_IR_SIZERULES_H

#include "compiler/ir/DimAnalysis.h"
#include "llvm/ADT/StringMap.h"

namespace llmc::ir {

/// A dim symbol and the values that it may take; `most` is DimExpr::kUnbounded where nothing bounds it.
struct SymbolRange {
  std::string name;
  int64_t least, most;
};

/// A relation that ranges can't express.
struct SizeRule {
  DimRelation relation;
  DimExpr left, right;

  /// Nothing where a symbol is unknown to `lookup`.
  std::optional<bool> holds(llvm::function_ref<std::optional<int64_t>(llvm::StringRef)> lookup) const;
  /// For people: "floordiv(height, 16) * floordiv(width, 16) + 1 = 17".
  std::string text() const;
};

struct SizeRules {
  std::vector<SymbolRange> symbols;
  std::vector<SizeRule> rules;
};

/// Reads the symbols of a function's arguments and its llmc.check operations.
SizeRules readSizeRules(mlir::func::FuncOp function, DimAnalysis &dims);

/// A value for each symbol: that in `fixed`, else `usual(name)`, within its range, or another where a rule asks for it.
/// Rules that no value found satisfies are left broken; whoever uses the sizes gets the message of the run.
llvm::StringMap<int64_t> exampleSizes(const SizeRules &rules, const llvm::StringMap<int64_t> &fixed,
                                      llvm::function_ref<int64_t(llvm::StringRef)> usual);

} // namespace llmc::ir

#endif
