// Evaluations for people and for programs.
#ifndef LLMC_TOOLS_LLMC_EVALUATE_PRINTEVALUATION_H
#define LLMC_TOOLS_LLMC_EVALUATE_PRINTEVALUATION_H

#include "tools/llmc/evaluate/Evaluation.h"
#include "llvm/Support/raw_ostream.h"

namespace llmc::tools {

void printEvaluation(const Evaluation &evaluation, llvm::raw_ostream &out);
void printEvaluationJson(const Evaluation &evaluation, llvm::raw_ostream &out);

} // namespace llmc::tools

#endif
