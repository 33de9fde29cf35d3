// What a user is told after a compile.
#ifndef LLMC_TOOLS_LLMC_COMPILESUMMARY_H
#define LLMC_TOOLS_LLMC_COMPILESUMMARY_H

#include "tools/llmc/compare/ModelComparison.h"

namespace llmc::tools {

struct CompileSummary {
  size_t operations;                // of the imported graph
  std::vector<OutputResult> judged; // empty when no inputs were given
  std::string notJudged;            // why not, where inputs were given
};

/// Kernels, what was recognised, memory as a formula, weights, the error against the reference.
void printSummary(pipeline::Compilation &compilation, const codegen::ModelFacts &facts, const CompileSummary &summary,
                  llvm::raw_ostream &out);
/// The same as one JSON object.
void printSummaryJson(pipeline::Compilation &compilation, const codegen::ModelFacts &facts,
                      const CompileSummary &summary, llvm::raw_ostream &out);

} // namespace llmc::tools

#endif
