#include "compiler/passes/pruning/PruningSpec.h"
#include "compiler/support/UsageError.h"
#include <cmath>

namespace llmc::passes {
namespace {

struct Rule {
  llvm::StringRef text, pattern, kind, amount;

  bool keeps() const { return amount == "keep"; }
};

llvm::Error notUnderstood(llvm::StringRef text) {
  return usageError(
      "can't read the pruning \"" + text +
      "\"; try: channels=0.5, heads=0.25, layers=2, blocks=0.75 or weights=2:4, or rules PATTERN:channels=0.5 and "
      "PATTERN:channels=keep for the names of nodes, of which the last that matches counts");
}

llvm::Error refuse(const Rule &rule, const llvm::Twine &reason, const llvm::Twine &remedy) {
  return usageError("the pruning \"" + rule.text + "\" " + reason + "; try: " + remedy);
}

llvm::Expected<double> shareOf(const Rule &rule) {
  double share = 0;
  if (rule.keeps())
    return share;
  if (rule.amount.getAsDouble(share))
    return notUnderstood(rule.text);
  if (!(share > 0 && share < 1))
    return refuse(rule, "takes a share away that is not between 0 and 1",
                  rule.kind + "=0.5, or " + rule.kind + "=keep");
  return share;
}

/// What is there has no share.
llvm::Expected<double> choiceOf(const Rule &rule) {
  double share = 1;
  if (rule.keeps())
    return 0.0;
  if (!rule.amount.empty() && rule.amount.getAsDouble(share))
    return notUnderstood(rule.text);
  if (share != 1)
    return refuse(rule, "takes a share away that zeros don't have", "zeros, or zeros=keep");
  return 1.0;
}

llvm::Expected<LayersToGo> layersOf(const Rule &rule) {
  double amount = 0;
  if (rule.keeps())
    return LayersToGo{LayersToGo::None};
  if (rule.amount == "drop")
    return LayersToGo{LayersToGo::All};
  if (rule.amount.getAsDouble(amount))
    return notUnderstood(rule.text);
  if (!(amount > 0) || (amount >= 1 && amount != std::floor(amount)) || amount > 1e9)
    return refuse(rule, "takes neither a number of layers nor a share of them away",
                  "layers=2, layers=0.25, PATTERN:layers=drop for some by the names of their nodes, or layers=keep");
  return LayersToGo{LayersToGo::Some, amount};
}

llvm::Expected<NumbersToGo> numbersOf(const Rule &rule) {
  if (!rule.amount.contains(':')) {
    auto share = shareOf(rule);
    return share ? llvm::Expected<NumbersToGo>(NumbersToGo{*share}) : share.takeError();
  }
  NumbersToGo numbers;
  auto [kept, span] = rule.amount.split(':');
  if (kept.getAsInteger(10, numbers.kept) || span.getAsInteger(10, numbers.span))
    return notUnderstood(rule.text);
  if (numbers.kept < 1 || numbers.kept >= numbers.span)
    return refuse(rule, "leaves no part of the numbers of a weight", "weights=2:4, which leaves 2 of 4");
  return numbers;
}

template <typename Wanted> llvm::Error add(NodeRules<Wanted> &rules, const Rule &rule, llvm::Expected<Wanted> wanted) {
  if (!wanted)
    return wanted.takeError();
  if (llvm::Error error = rules.add(rule.text, rule.pattern, *wanted))
    return usageError("can't read the pattern of the pruning \"" + rule.text +
                      "\": " + llvm::toString(std::move(error)) + "; try: *layer.0.*:" + rule.kind + "=" +
                      (rule.amount.empty() ? "keep" : rule.amount));
  return llvm::Error::success();
}

llvm::Error addRule(PruningSpec &spec, llvm::StringRef text) {
  auto [left, amount] = text.rsplit('=');
  bool isForSome = left.contains(':');
  auto [pattern, kind] = isForSome ? left.rsplit(':') : std::make_pair(llvm::StringRef("*"), left);
  Rule rule = {text, pattern, kind, amount};
  if (kind == "channels")
    return add(spec.channels, rule, shareOf(rule));
  if (kind == "heads")
    return add(spec.heads, rule, shareOf(rule));
  if (kind == "blocks")
    return add(spec.blocks, rule, shareOf(rule));
  if (kind == "zeros")
    return add(spec.zeros, rule, choiceOf(rule));
  if (kind == "layers")
    return add(spec.layers, rule, layersOf(rule));
  if (kind == "weights")
    return add(spec.weights, rule, numbersOf(rule));
  return notUnderstood(text);
}

} // namespace

llvm::Expected<PruningSpec> PruningSpec::parse(llvm::ArrayRef<std::string> rules) {
  PruningSpec spec;
  for (const std::string &text : rules)
    if (llvm::Error error = addRule(spec, text))
      return std::move(error);
  return spec;
}

mlir::FailureOr<PruningSpec> PruningSpec::parse(mlir::ModuleOp module, llvm::ArrayRef<std::string> rules) {
  auto spec = parse(rules);
  if (!spec)
    return module.emitError() << llvm::toString(spec.takeError());
  return std::move(*spec);
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

llvm::LogicalResult refuseUnused(mlir::ModuleOp module, llvm::ArrayRef<std::string> unused, llvm::StringRef nothing,
                                 llvm::StringRef why) {
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
