// Comparisons for people and for programs.
#ifndef LLMC_TOOLS_LLMC_COMPARE_PRINTCOMPARISON_H
#define LLMC_TOOLS_LLMC_COMPARE_PRINTCOMPARISON_H

#include "tools/llmc/compare/ModelComparison.h"

namespace llmc::tools {

struct ComparisonView {
  bool layers; // a row for each kernel, worst first
  bool bisect; // where the error arises
};

void printComparison(const ModelComparison &comparison, ComparisonView view, llvm::raw_ostream &out);
/// One object with everything that the comparison holds; kernels in the order of the run.
void printComparisonJson(const ModelComparison &comparison, llvm::raw_ostream &out);

} // namespace llmc::tools

#endif
