// Rules over several symbols mostly say how large an image is, in patches: equal sides satisfy them, or one side does.
#include "compiler/ir/SizeRules.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/SymbolBinding.h"

namespace llmc::ir {

std::optional<bool> SizeRule::holds(llvm::function_ref<std::optional<int64_t>(llvm::StringRef)> lookup) const {
  auto a = left.evaluate(lookup), b = right.evaluate(lookup);
  if (!a || !b)
    return std::nullopt;
  return ir::holds(relation, *a, *b);
}

std::string SizeRule::text() const {
  switch (relation) {
  case DimRelation::Equal:
    return left.text() + " = " + right.text();
  case DimRelation::Repeat:
    return left.text() + " = " + right.text() + ", or the first is 1";
  case DimRelation::Broadcast:
    return left.text() + " = " + right.text() + ", or one of them 1";
  case DimRelation::AtLeast:
    return left.text() + " >= " + right.text();
  }
  return "";
}

SizeRules readSizeRules(mlir::func::FuncOp function, DimAnalysis &dims) {
  SizeRules result;
  for (const SymbolBinding &binding : bindSymbols(function, dims).bindings) {
    DimExpr symbol = dims.parse(binding.symbol);
    result.symbols.push_back({binding.symbol, symbol.least(), symbol.most()});
  }
  function.walk([&](CheckOp check) {
    if (auto relation = relationNamed(check.getKind()))
      result.rules.push_back({*relation, dims.parse(check.getLeft()), dims.parse(check.getRight())});
  });
  return result;
}

namespace {

class ExampleSearch {
public:
  ExampleSearch(const SizeRules &rules, const llvm::StringMap<int64_t> &fixed,
                llvm::function_ref<int64_t(llvm::StringRef)> usual)
      : rules(rules), fixed(fixed) {
    for (const SymbolRange &symbol : rules.symbols) {
      auto chosen = fixed.find(symbol.name);
      sizes[symbol.name] =
          chosen == fixed.end() ? std::clamp(usual(symbol.name), symbol.least, symbol.most) : chosen->second;
    }
  }

  llvm::StringMap<int64_t> run() {
    for (const SizeRule &rule : rules.rules) {
      // Sizes that are equal tell more than one of 1, for which a whole image may be less than a patch.
      if (rule.relation == DimRelation::Broadcast || rule.relation == DimRelation::Repeat)
        satisfy({DimRelation::Equal, rule.left, rule.right});
      satisfy(rule);
    }
    return sizes;
  }

private:
  static constexpr int64_t kLargest = 1024;

  bool holds(const SizeRule &rule) const {
    auto lookup = [&](llvm::StringRef name) -> std::optional<int64_t> {
      auto found = sizes.find(name);
      return found == sizes.end() ? std::nullopt : std::optional<int64_t>(found->second);
    };
    return rule.holds(lookup).value_or(true);
  }

  std::vector<const SymbolRange *> freeSymbols(const SizeRule &rule) const {
    std::vector<std::string> names = rule.left.symbols();
    llvm::append_range(names, rule.right.symbols());
    std::vector<const SymbolRange *> found;
    for (const SymbolRange &symbol : rules.symbols)
      if (llvm::is_contained(names, symbol.name) && !fixed.count(symbol.name))
        found.push_back(&symbol);
    return found;
  }

  void satisfy(const SizeRule &rule) {
    if (holds(rule))
      return;
    std::vector<const SymbolRange *> symbols = freeSymbols(rule);
    if (tryValues(rule, symbols) || symbols.size() < 2)
      return;
    for (const SymbolRange *symbol : symbols)
      if (tryValues(rule, symbol))
        return;
  }

  /// The first value that, given to all of `symbols`, keeps every rule, or else the first that keeps this one.
  bool tryValues(const SizeRule &rule, llvm::ArrayRef<const SymbolRange *> symbols) {
    llvm::StringMap<int64_t> before = sizes;
    std::optional<int64_t> second;
    for (int64_t value = 1; value <= kLargest; ++value) {
      assign(symbols, value);
      if (!holds(rule))
        continue;
      if (llvm::all_of(rules.rules, [&](const SizeRule &other) { return holds(other); }))
        return true;
      second = second.value_or(value);
    }
    sizes = before;
    if (second)
      assign(symbols, *second);
    return second.has_value();
  }

  void assign(llvm::ArrayRef<const SymbolRange *> symbols, int64_t value) {
    for (const SymbolRange *symbol : symbols)
      sizes[symbol->name] = std::clamp(value, symbol->least, symbol->most);
  }

  const SizeRules &rules;
  const llvm::StringMap<int64_t> &fixed;
  llvm::StringMap<int64_t> sizes;
};

} // namespace

llvm::StringMap<int64_t> exampleSizes(const SizeRules &rules, const llvm::StringMap<int64_t> &fixed,
                                      llvm::function_ref<int64_t(llvm::StringRef)> usual) {
  return ExampleSearch(rules, fixed, usual).run();
}

} // namespace llmc::ir
