// Runs a compiled model and the one that it was made of on the same data, and tells how far they are apart.
#ifndef LLMC_TOOLS_LLMC_EVALUATE_EVALUATION_H
#define LLMC_TOOLS_LLMC_EVALUATE_EVALUATION_H

#include "compiler/evaluation/Agreement.h"
#include "compiler/evaluation/LabelScore.h"
#include "compiler/pipeline/Compilation.h"
#include <optional>

namespace llmc::tools {

struct EvaluationRequest {
  std::string model, against;       // folders of compiled models, or models that are compiled for this machine
  pipeline::CompileOptions compile; // for those
  std::string data;                 // .npz by names, or a folder of numbered .pb files
  std::string mask;                 // an input; empty: all positions count
  std::string labels;               // a tensor of the data that is no input; empty: none
  std::string next;                 // an input whose values the rows before them tell; empty: none
  uint32_t threads = 0;
};

/// How well both models tell labels.
struct LabelComparison {
  std::string labels, output;
  evaluation::LabelScore got, want;
};

struct Evaluation {
  std::string model, against, cpu;
  int64_t samples; // of the first axis
  std::vector<evaluation::Agreement> outputs;
  std::vector<LabelComparison> labels;
};

llvm::Expected<Evaluation> evaluate(const EvaluationRequest &request);

} // namespace llmc::tools

#endif
