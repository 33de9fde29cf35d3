// How dim symbols get their values from the sizes of a function's arguments.
#ifndef LLMC_COMPILER_IR_SYMBOLBINDING_H
#define LLMC_COMPILER_IR_SYMBOLBINDING_H

#include "compiler/ir/DimAnalysis.h"

namespace llmc::ir {

struct SymbolBinding {
  std::string symbol;
  unsigned argument, axis; // where it is read
  DimExpr value;           // over kArgumentSize, the size found there, and symbols bound before
};

/// Stands for the size of the argument's axis in `value`.
inline constexpr llvm::StringLiteral kArgumentSize = ":size";

struct SymbolBindings {
  std::vector<SymbolBinding> bindings; // each depends only on those before
  std::vector<std::string> unbound;    // symbols that no input determines
};

/// A size that is just a symbol binds it; one that is linear in one unbound symbol, with factor 1, is solved for it.
SymbolBindings bindSymbols(mlir::func::FuncOp function, DimAnalysis &analysis);

} // namespace llmc::ir

#endif
