#include "compiler/passes/pruning/PruningSpec.h"
#include "compiler/support/UsageError.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>

namespace llmc::passes {

static llvm::Error notUnderstood(llvm::StringRef text) {
  return usageError(
      "can't read the pruning \"" + text +
      "\"; try: channels=0.5, heads=0.25 or blocks=0.75, or rules PATTERN:channels=0.5 and PATTERN:channels=keep for "
      "the names of nodes, of which the last that matches counts");
}

/// Null for a kind that nobody knows.
static NodeRules<double> *rulesFor(PruningSpec &spec, llvm::StringRef kind) {
  return llvm::StringSwitch<NodeRules<double> *>(kind)
      .Case("channels", &spec.channels)
      .Case("heads", &spec.heads)
      .Case("blocks", &spec.blocks)
      .Case("zeros", &spec.zeros)
      .Default(nullptr);
}

static llvm::Error addRule(PruningSpec &spec, llvm::StringRef text) {
  auto [left, amount] = text.rsplit('=');
  if (amount.empty() && (left == "zeros" || left.ends_with(":zeros")))
    amount = "1";
  bool isForSome = left.contains(':');
  auto [pattern, kind] = isForSome ? left.rsplit(':') : std::make_pair(llvm::StringRef("*"), left);
  NodeRules<double> *rules = rulesFor(spec, kind);
  double share = 0;
  if (!rules || amount.empty() || (amount != "keep" && amount.getAsDouble(share)))
    return notUnderstood(text);
  bool isChoice = kind == "zeros";
  if (isChoice && amount != "keep" && share != 1)
    return usageError("the pruning \"" + text +
                      "\" takes a share away that zeros don't have; try: zeros, or zeros=keep");
  if (amount != "keep" && !isChoice && !(share > 0 && share < 1))
    return usageError("the pruning \"" + text + "\" takes a share away that is not between 0 and 1; try: " + kind +
                      "=0.5, or " + kind + "=keep");
  if (llvm::Error error = rules->add(text, pattern, share))
    return usageError("can't read the pattern of the pruning \"" + text + "\": " + llvm::toString(std::move(error)) +
                      "; try: *layer.0.*:" + kind + "=0.5");
  return llvm::Error::success();
}

llvm::Expected<PruningSpec> PruningSpec::parse(llvm::ArrayRef<std::string> rules) {
  PruningSpec spec;
  for (const std::string &text : rules)
    if (llvm::Error error = addRule(spec, text))
      return std::move(error);
  return spec;
}

llvm::Expected<NodeRules<int64_t>> parseBlockRows(llvm::ArrayRef<std::string> texts) {
  NodeRules<int64_t> rules;
  for (const std::string &text : texts) {
    auto [pattern, number] = llvm::StringRef(text).rsplit('=');
    int64_t rows = 0;
    if (number.getAsInteger(10, rows) || rows < 1)
      return usageError("can't read the rows of blocks \"" + text + "\"; try: *=4");
    if (llvm::Error error = rules.add(text, pattern, rows))
      return std::move(error);
  }
  return rules;
}

llvm::LogicalResult refuseUnused(mlir::ModuleOp module, const NodeRules<double> &rules, llvm::StringRef nothing,
                                 llvm::StringRef why) {
  std::vector<std::string> unused = rules.unused();
  for (const std::string &rule : unused)
    module.emitError() << nothing << " a node that \"" << rule << "\" names" << (why.empty() ? "" : ": ") << why
                       << "; try: the names that llmc inspect tells, and a pattern with *";
  return llvm::success(unused.empty());
}

int64_t countLeft(int64_t all, double share, int64_t multiple) {
  auto left = std::llround(static_cast<double>(all) * (1 - share) / static_cast<double>(multiple)) * multiple;
  return std::min<int64_t>(std::max<int64_t>(left, multiple), all);
}

} // namespace llmc::passes
