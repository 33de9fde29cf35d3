#include "compiler/pipeline/Precision.h"
#include "compiler/support/UsageError.h"

namespace llmc::pipeline {

llvm::Expected<std::vector<std::string>> quantizationRules(llvm::StringRef precision, std::vector<std::string> given) {
  if (precision == "bf16")
    given.insert(given.begin(), precision.str());
  else if (precision != "f32")
    return usageError("the precision \"" + precision + "\" is not known; try: f32 or bf16");
  return given;
}

} // namespace llmc::pipeline
