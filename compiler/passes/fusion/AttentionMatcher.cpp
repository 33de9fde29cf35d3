// Walks from a softmax back to the product that makes its scores, and on to the product that it weighs.
#include "compiler/passes/fusion/AttentionMatcher.h"
#include "compiler/ir/Recipes.h"
#include "compiler/passes/fusion/HeadAxes.h"
#include "compiler/passes/fusion/ScalarMatchers.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {
namespace {

/// Weights are read in panels by products of their own.
bool isComputed(Value tensor) {
  while (auto transpose = tensor.getDefiningOp<ir::TransposeOp>())
    tensor = transpose.getInput();
  return !ir::isKnown(tensor);
}

class Walk {
public:
  explicit Walk(ir::DimAnalysis &analysis) : analysis(analysis) {}

  /// Follows `value`, which nobody else reads, back to a product.
  bool findScores(Value value) {
    if (!value.hasOneUse())
      return decline("scores are read by others, too");
    if (auto reshape = value.getDefiningOp<ir::ReshapeOp>())
      return (keepsMatrices(reshape, analysis) || decline("a reshape takes scores apart")) &&
             findScores(reshape.getInput());
    if (auto map = value.getDefiningOp<ir::MapOp>())
      return throughMap(map);
    scores = value.getDefiningOp<ir::MatmulOp>();
    if (!scores)
      return decline("its input is not made of a product");
    return (isComputed(scores.getRhs()) && isComputed(scores.getLhs())) || decline("keys or queries are weights");
  }

  /// Follows weights to the product that they weigh.
  bool findWeighed(Value weights) {
    if (!weights.hasOneUse())
      return decline("its weights are read by others, too");
    Operation *user = *weights.user_begin();
    if (auto reshape = dyn_cast<ir::ReshapeOp>(user))
      return (keepsMatrices(reshape, analysis) || decline("a reshape takes weights apart")) &&
             findWeighed(reshape.getResult());
    if (auto map = dyn_cast<ir::MapOp>(user))
      return (isFloatCast(map) || isGuard(map) || decline("a map changes its weights")) && findWeighed(map.getResult());
    weighed = dyn_cast<ir::MatmulOp>(user);
    return (weighed && weighed.getLhs() == weights && weighed.getRhs() != weights) ||
           decline("its weights are not the left side of a product");
  }

  ir::MatmulOp scores, weighed;
  SmallVector<ScoreMap> maps; // the last one first
  bool guarded = false;
  std::string why; // it is none

  bool decline(const char *reason) {
    why = reason;
    return false;
  }

private:
  bool throughMap(ir::MapOp map) {
    ir::DimVector dims = analysis.dims(map.getResult());
    if (dims.size() < 2 ||
        !llvm::all_of(map.getInputs(), [&](Value input) { return ir::fitsInto(analysis.dims(input), dims); }))
      return decline("a map broadcasts scores");
    for (auto [number, input] : llvm::enumerate(map.getInputs())) {
      if (analysis.dims(input) != dims || !isa<FloatType>(getElementTypeOrSelf(input)))
        continue;
      maps.push_back({map, static_cast<unsigned>(number)});
      if (findScores(input))
        return true;
      maps.pop_back();
    }
    return why.empty() ? decline("its input is not made of a product") : false;
  }

  /// p where it equals itself, else 0.
  bool isGuard(ir::MapOp map) {
    auto select = map.getYielded().getDefiningOp<arith::SelectOp>();
    auto compare = select ? select.getCondition().getDefiningOp<arith::CmpFOp>() : arith::CmpFOp();
    if (!compare || compare.getLhs() != compare.getRhs())
      return false;
    bool keeps = llvm::is_contained({arith::CmpFPredicate::OEQ, arith::CmpFPredicate::ORD}, compare.getPredicate());
    bool replaces = llvm::is_contained({arith::CmpFPredicate::UNE, arith::CmpFPredicate::UNO}, compare.getPredicate());
    Value kept = keeps ? select.getTrueValue() : select.getFalseValue();
    Value other = keeps ? select.getFalseValue() : select.getTrueValue();
    auto constant = scalarConstant(other);
    guarded |= (keeps || replaces) && kept == compare.getLhs() && isa<BlockArgument>(kept) && constant == 0.0;
    return guarded;
  }

  ir::DimAnalysis &analysis;
};

} // namespace

std::optional<AttentionMatch> matchAttention(ir::SoftmaxOp softmax, ir::DimAnalysis &analysis, std::string &why) {
  ir::DimVector sizes = analysis.dims(softmax.getInput());
  Walk walk(analysis);
  bool isAlongRows = sizes.size() >= 2 && softmax.getAxis() == sizes.size() - 1;
  bool found = (isAlongRows || walk.decline("it is not along the last of several axes")) &&
               walk.findScores(softmax.getInput()) && walk.findWeighed(softmax.getResult());
  found = found && (getElementTypeOrSelf(walk.scores.getLhs()) == getElementTypeOrSelf(walk.weighed.getLhs()) ||
                    walk.decline("scores and weights have other types"));
  if (!found) {
    why = walk.why;
    return std::nullopt;
  }
  return AttentionMatch{walk.scores, llvm::to_vector(llvm::reverse(walk.maps)), softmax, walk.guarded, walk.weighed,
                        sizes};
}

} // namespace llmc::passes
