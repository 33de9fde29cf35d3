// One word for the floats of a whole model.
#ifndef LLMC_COMPILER_PIPELINE_PRECISION_H
#define LLMC_COMPILER_PIPELINE_PRECISION_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace llmc::pipeline {

/// The rules of quantization that say what a precision means, "f32", "bf16", "fp16" or "auto", and behind them those
/// that users give. "auto" is bf16 as far as an accuracy budget allows, and needs one.
llvm::Expected<std::vector<std::string>> quantizationRules(llvm::StringRef precision, bool hasBudget,
                                                           std::vector<std::string> given);

} // namespace llmc::pipeline

#endif
