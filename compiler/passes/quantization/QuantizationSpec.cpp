#include "compiler/passes/quantization/QuantizationSpec.h"
#include "compiler/support/UsageError.h"

namespace llmc::passes {

llvm::Expected<NodeRules<ProductType>> parseQuantization(llvm::ArrayRef<std::string> texts) {
  NodeRules<ProductType> rules;
  for (const std::string &text : texts) {
    auto [pattern, type] = llvm::StringRef(text).rsplit('=');
    if (type.empty() && !pattern.contains('*'))
      std::tie(pattern, type) = std::make_pair(llvm::StringRef("*"), pattern);
    if (type != "int8" && type != "float")
      return usageError("can't read the quantization \"" + text + "\"; try: int8, or rules PATTERN=int8 and " +
                        "PATTERN=float for the names of nodes, of which the last that matches counts");
    if (llvm::Error error = rules.add(text, pattern, type == "int8" ? ProductType::Int8 : ProductType::Float))
      return usageError("can't read the pattern of the quantization \"" + text +
                        "\": " + llvm::toString(std::move(error)) + "; try: *attention*=int8");
  }
  return rules;
}

} // namespace llmc::passes
