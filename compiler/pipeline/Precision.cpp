#include "compiler/pipeline/Precision.h"
#include "compiler/support/UsageError.h"

namespace llmc::pipeline {

llvm::Expected<std::vector<std::string>> quantizationRules(llvm::StringRef precision, bool hasBudget,
                                                           std::vector<std::string> given) {
  if (precision == "auto" && !hasBudget)
    return usageError("the precision \"auto\" is bf16 as far as accuracy allows; try: --accuracy-budget "
                      "'cosine>=0.9999' and --calibration FILE.npz with it");
  if (precision == "bf16" || precision == "auto")
    given.insert(given.begin(), "bf16");
  else if (precision == "fp16")
    given.insert(given.begin(), "fp16");
  else if (precision != "f32")
    return usageError("the precision \"" + precision + "\" is not known; try: f32, bf16, fp16 or auto");
  return given;
}

} // namespace llmc::pipeline
