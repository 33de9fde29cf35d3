#include "compiler/passes/quantization/QuantizationSpec.h"
#include "compiler/support/UsageError.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/GlobPattern.h"

namespace llmc::passes {

/// It refers to the text, which has to stay where it is.
static llvm::Expected<llvm::GlobPattern> globOf(llvm::StringRef pattern) {
  return llvm::GlobPattern::create(pattern, /*MaxSubPatterns=*/1024);
}

llvm::Expected<QuantizationSpec> QuantizationSpec::parse(llvm::ArrayRef<std::string> texts) {
  QuantizationSpec spec;
  for (const std::string &text : texts) {
    auto [pattern, type] = llvm::StringRef(text).rsplit('=');
    if (type.empty() && !pattern.contains('*'))
      std::tie(pattern, type) = std::make_pair(llvm::StringRef("*"), pattern);
    if (type != "int8" && type != "float")
      return usageError("can't read the quantization \"" + text + "\"; try: int8, or rules PATTERN=int8 and " +
                        "PATTERN=float for the names of nodes, of which the last that matches counts");
    if (auto glob = globOf(pattern); !glob)
      return usageError("can't read the pattern of the quantization \"" + text +
                        "\": " + llvm::toString(glob.takeError()) + "; try: *attention*=int8");
    spec.rules.push_back({text, pattern.str(), type == "int8"});
  }
  return spec;
}

const QuantizationSpec::Rule *QuantizationSpec::find(llvm::ArrayRef<std::string> nodes) {
  const Rule *last = nullptr;
  for (Rule &rule : rules) {
    llvm::GlobPattern glob = llvm::cantFail(globOf(rule.pattern));
    bool isNameless = nodes.empty() && glob.match("");
    if (isNameless || llvm::any_of(nodes, [&](const std::string &node) { return glob.match(node); })) {
      rule.hasMatched = true;
      last = &rule;
    }
  }
  return last;
}

std::vector<std::string> QuantizationSpec::unused() const {
  std::vector<std::string> texts;
  for (const Rule &rule : rules)
    if (!rule.hasMatched)
      texts.push_back(rule.text);
  return texts;
}

} // namespace llmc::passes
