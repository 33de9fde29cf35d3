// What a user is told after a compile.
#ifndef LLMC_TOOLS_LLMC_COMPILESUMMARY_H
#define LLMC_TOOLS_LLMC_COMPILESUMMARY_H

#include "compiler/support/Comparison.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>

namespace llmc::tools {

/// The output that is furthest from what the reference gave.
struct WorstOutput {
  std::string name;
  Tolerance tolerance;
  Comparison comparison;
};

struct CompileSummary {
  llvm::StringRef facts;            // JSON of the compiler
  std::optional<WorstOutput> worst; // nothing where no inputs were given
  std::string notMeasured;          // why not, where inputs were given
  bool isQuantized = false;         // then the outputs are to differ from the reference's, which has floats
  bool isPruned = false;            // then, too: the reference has all channels and heads

  bool isToDiffer() const { return isQuantized || isPruned; }
};

/// Kernels, what was recognised, memory as a formula, weights, the error against the reference.
llvm::Error printSummary(const CompileSummary &summary, llvm::raw_ostream &out);
/// The facts and the error as one JSON object.
llvm::Error printSummaryJson(const CompileSummary &summary, llvm::raw_ostream &out);

} // namespace llmc::tools

#endif
