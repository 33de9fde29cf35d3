// What a model demands of single symbols, as their ranges.
#include "compiler/ir/DimAnalysis.h"
#include "compiler/passes/shapes/Passes.h"
#include <map>

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_NARROWRANGES
#include "compiler/passes/shapes/Passes.h.inc"

namespace {

struct Range {
  int64_t least = 0, most = ir::DimExpr::kUnbounded;
};

/// min(most, symbol), where most is a constant: how an exporter writes the first `symbol` rows of a table.
std::optional<int64_t> clippedAt(const ir::DimExpr &expr, const ir::DimExpr &symbol) {
  const ir::DimAtom *atom = expr.atom();
  if (!atom || atom->kind != ir::DimAtom::Min)
    return std::nullopt;
  if (atom->left == symbol)
    return atom->right.constant();
  return atom->right == symbol ? atom->left.constant() : std::nullopt;
}

/// The values of `symbol` for which it stands in `relation` to `other`, where they are a range.
std::optional<Range> allowed(ir::DimRelation relation, const ir::DimExpr &symbol, const ir::DimExpr &other,
                             bool symbolIsLeft) {
  auto constant = other.constant(), clip = clippedAt(other, symbol);
  switch (relation) {
  case ir::DimRelation::Equal:
    if (constant)
      return Range{*constant, *constant};
    return clip ? std::optional<Range>({0, *clip}) : std::nullopt;
  case ir::DimRelation::Repeat:
  case ir::DimRelation::Broadcast: // min(most, symbol) is 1 only where both are, unless most is 1 itself
    return clip && *clip > 1 ? std::optional<Range>({0, *clip}) : std::nullopt;
  case ir::DimRelation::AtLeast:
    if (!constant)
      return std::nullopt;
    return symbolIsLeft ? Range{*constant, ir::DimExpr::kUnbounded} : Range{0, *constant};
  }
  return std::nullopt;
}

struct NarrowRangesPass : impl::NarrowRangesBase<NarrowRangesPass> {
  void runOnOperation() override {
    ir::DimAnalysis analysis(getOperation());
    if (!analysis.isValid())
      return signalPassFailure();
    for (const ir::DimAnalysis::Requirement &requirement : analysis.requirements()) {
      narrow(requirement.relation, requirement.a, requirement.b, /*symbolIsLeft=*/true);
      narrow(requirement.relation, requirement.b, requirement.a, /*symbolIsLeft=*/false);
    }
    if (ranges.empty())
      return;
    NamedAttrList entries(getOperation()->getAttrOfType<DictionaryAttr>(ir::kRangesAttr));
    for (const auto &[symbol, range] : ranges)
      entries.set(symbol, DenseI64ArrayAttr::get(&getContext(), {range.least, range.most}));
    getOperation()->setAttr(ir::kRangesAttr, entries.getDictionary(&getContext()));
    ranges.clear();
  }

private:
  void narrow(ir::DimRelation relation, const ir::DimExpr &symbol, const ir::DimExpr &other, bool symbolIsLeft) {
    StringRef name = symbol.symbolName();
    if (name.empty() || ir::DimAnalysis::dependsOnData(symbol))
      return;
    if (auto range = allowed(relation, symbol, other, symbolIsLeft)) {
      Range &known = ranges.try_emplace(name.str(), Range{symbol.least(), symbol.most()}).first->second;
      // A contradiction is left to the analysis, whose message names the operation.
      if (std::max(known.least, range->least) > std::min(known.most, range->most))
        return;
      known = {std::max(known.least, range->least), std::min(known.most, range->most)};
      ++numNarrowed;
    }
  }

  std::map<std::string, Range> ranges;
};

} // namespace
} // namespace llmc::passes
