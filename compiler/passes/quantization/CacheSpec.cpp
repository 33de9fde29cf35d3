#include "compiler/passes/quantization/CacheSpec.h"
#include "compiler/support/UsageError.h"
#include "llvm/ADT/StringSwitch.h"
#include <optional>

namespace llmc::passes {

static constexpr llvm::StringLiteral kKind = "caches";

/// The pattern of a rule and the name of a type; nothing where it is about something else.
static std::optional<std::pair<llvm::StringRef, llvm::StringRef>> partsOf(llvm::StringRef rule) {
  auto [left, type] = rule.rsplit('=');
  if (left == kKind)
    return std::make_pair(llvm::StringRef("*"), type);
  auto [pattern, kind] = left.rsplit(':');
  return kind == kKind ? std::optional(std::make_pair(pattern, type)) : std::nullopt;
}

bool isOfCaches(llvm::StringRef rule) { return partsOf(rule).has_value(); }

llvm::Expected<NodeRules<CacheType>> parseCaches(llvm::ArrayRef<std::string> texts) {
  NodeRules<CacheType> rules;
  for (const std::string &text : texts) {
    auto parts = partsOf(text);
    if (!parts)
      continue;
    auto type = llvm::StringSwitch<std::optional<CacheType>>(parts->second)
                    .Case("float", CacheType::Float)
                    .Case("fp16", CacheType::Float16)
                    .Case("bf16", CacheType::BFloat16)
                    .Case("int8", CacheType::Int8)
                    .Default(std::nullopt);
    if (!type)
      return usageError("can't read the quantization \"" + text +
                        "\"; try: caches=int8, caches=fp16 or caches=bf16, or PATTERN:caches=float for the names of "
                        "inputs, of which the last that matches counts");
    if (llvm::Error error = rules.add(text, parts->first, *type))
      return usageError("can't read the pattern of the quantization \"" + text +
                        "\": " + llvm::toString(std::move(error)) + "; try: *.key:caches=int8");
  }
  return rules;
}

} // namespace llmc::passes
