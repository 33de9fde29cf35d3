#include "compiler/passes/quantization/QuantizationSpec.h"
#include "compiler/support/UsageError.h"
#include "llvm/ADT/StringSwitch.h"

namespace llmc::passes {

static std::optional<ProductType> typeNamed(llvm::StringRef name) {
  return llvm::StringSwitch<std::optional<ProductType>>(name)
      .Case("float", ProductType::Float)
      .Case("bf16", ProductType::BFloat16)
      .Case("fp16", ProductType::Float16)
      .Case("int8", ProductType::Int8)
      .Case("int8-static", ProductType::Int8Static)
      .Case("int8-weights", ProductType::Int8Weights)
      .Case("int4", ProductType::Int4)
      .Case("int4-weights", ProductType::Int4Weights)
      .Default(std::nullopt);
}

/// The pattern of a rule, and the name of a type.
static std::pair<llvm::StringRef, llvm::StringRef> partsOf(llvm::StringRef text) {
  auto [pattern, name] = text.rsplit('=');
  bool isForAll = name.empty() && !pattern.contains('*');
  return isForAll ? std::make_pair(llvm::StringRef("*"), pattern) : std::make_pair(pattern, name);
}

static int64_t rowsAtOnce(ProductType type) {
  bool isOfBytes = type == ProductType::Int8 || type == ProductType::Int8Static;
  return isOfBytes ? 4 : type == ProductType::BFloat16 ? 2 : 1;
}

std::vector<std::string> rowsAtOnce(llvm::ArrayRef<std::string> texts) {
  std::vector<std::string> rows;
  for (const std::string &text : texts) {
    auto [pattern, name] = partsOf(text);
    if (std::optional<ProductType> type = typeNamed(name))
      rows.push_back((pattern + "=" + llvm::Twine(rowsAtOnce(*type))).str());
  }
  return rows;
}

llvm::Expected<NodeRules<ProductType>> parseQuantization(llvm::ArrayRef<std::string> texts) {
  NodeRules<ProductType> rules;
  for (const std::string &text : texts) {
    auto [pattern, name] = partsOf(text);
    std::optional<ProductType> type = typeNamed(name);
    if (!type)
      return usageError(
          "can't read the quantization \"" + text +
          "\"; try: bf16, fp16, int8, int8-static, int4, int8-weights or int4-weights, or rules PATTERN=int8 and " +
          "PATTERN=float for the names of nodes, of which the last that matches counts");
    if (llvm::Error error = rules.add(text, pattern, *type))
      return usageError("can't read the pattern of the quantization \"" + text +
                        "\": " + llvm::toString(std::move(error)) + "; try: *attention*=int8");
  }
  return rules;
}

mlir::FailureOr<NodeRules<ProductType>> parseQuantization(mlir::ModuleOp module, llvm::ArrayRef<std::string> rules) {
  auto spec = parseQuantization(rules);
  if (!spec)
    return module.emitError() << llvm::toString(spec.takeError());
  return std::move(*spec);
}

} // namespace llmc::passes
