// Puts llmc.attention in the place of what matchAttention finds.
#include "compiler/ir/Decisions.h"
#include "compiler/ir/FloatMaps.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/passes/fusion/AttentionMatcher.h"
#include "compiler/passes/fusion/HeadAxes.h"
#include "compiler/passes/fusion/Passes.h"
#include "compiler/passes/fusion/ScoreRegion.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_FUSEATTENTION
#include "compiler/passes/fusion/Passes.h.inc"

namespace {

ArrayRef<ir::DimExpr> batchOf(ArrayRef<ir::DimExpr> dims) { return dims.drop_back(2); }

class Rewrite {
public:
  Rewrite(const AttentionMatch &found, ir::DimAnalysis &analysis)
      : match(found), analysis(analysis), builder(match.weighed), region(builder, match.scores.getResult(), locate()) {}

  bool run() {
    if (!adoptBatch() || !collectScores())
      return false;
    query = hoistScalarMaps(query, analysis);
    moveFactorToQueries(builder, query, key, analysis);
    query = hoistScalarMaps(query, analysis);
    key = swapMatrixAxes(builder, hoistScalarMaps(withoutWidening(key), analysis), analysis);
    value = hoistScalarMaps(withoutWidening(value), analysis);
    region.inlineMasks(analysis);
    ir::MatmulOp weighed = match.weighed;
    auto keys = findRepeatedHeads(key, analysis), values = findRepeatedHeads(value, analysis);
    if (!keys || !values || keys->heads != values->heads) {
      put(region.build(query, widened(key), widened(value), match.guarded), weighed);
      return true;
    }
    readHeadsOnce(*keys, *values);
    return true;
  }

private:
  /// Scores and what lies between them and the weighed values, not what masks are made of.
  Location locate() {
    ir::MatmulOp scores = match.scores, weighed = match.weighed;
    SmallVector<Value> stops = {scores.getLhs(), scores.getRhs()};
    for (const ScoreMap &step : match.maps)
      for (auto [number, input] : llvm::enumerate(ir::MapOp(step.map).getInputs()))
        if (number != step.score)
          stops.push_back(input);
    return ir::locationBetween(stops, weighed.getLhs(), weighed);
  }

  /// Queries, keys and values with the batch axes of the softmax.
  bool adoptBatch() {
    ir::MatmulOp scores = match.scores, weighed = match.weighed;
    ir::DimVector from = analysis.dims(scores.getResult()), to = analysis.dims(weighed.getLhs());
    query = withBatch(builder, scores.getLhs(), batchOf(from), batchOf(match.sizes), analysis);
    key = separateWidening(scores.getRhs(), analysis);
    key = withBatch(builder, key, batchOf(from), batchOf(match.sizes), analysis);
    value = withBatch(builder, weighed.getRhs(), batchOf(to), batchOf(match.sizes), analysis);
    return query && key && value;
  }

  bool collectScores() {
    for (const ScoreMap &step : match.maps) {
      ir::MapOp map = step.map;
      ir::DimVector from = analysis.dims(map.getResult());
      SmallVector<Value> operands;
      for (auto [number, input] : llvm::enumerate(map.getInputs())) {
        operands.push_back(
            number == step.score ? input : withBatch(builder, input, batchOf(from), batchOf(match.sizes), analysis));
        if (!operands.back())
          return false;
      }
      region.append(map, operands, step.score);
    }
    return true;
  }

  /// Query heads that share keys and values are an axis over which these broadcast.
  void readHeadsOnce(const RepeatedHeads &keys, const RepeatedHeads &values) {
    auto split = [&](Value tensor) -> Value {
      ir::DimVector dims = analysis.dims(tensor);
      if (dims.size() < 3)
        return tensor;
      bool shared = dims[dims.size() - 3].isConstant(1);
      return splitAxis(builder, tensor, dims.size() - 3, shared ? ir::DimExpr(1) : keys.heads,
                       shared ? ir::DimExpr(1) : keys.copies, analysis);
    };
    for (Value &input : region.inputs)
      input = split(input);
    ir::MatmulOp weighed = match.weighed;
    Value result = region.build(split(query), widened(keys.tensor), widened(values.tensor), match.guarded);
    auto transpose = dyn_cast<ir::TransposeOp>(*weighed->user_begin());
    bool direct = transpose && weighed->hasOneUse() && analysis.dims(weighed.getResult()).size() == match.sizes.size();
    if (!direct)
      return put(result, weighed);
    // The transpose comes first, then the heads are one axis: it costs nothing behind the values.
    OpBuilder behind(transpose);
    int64_t axis = match.sizes.size() - 3;
    SmallVector<int64_t> perm = splitInPermutation(transpose.getPerm(), axis);
    put(ir::transposeBy(behind, transpose.getLoc(), result, perm), transpose);
  }

  /// In the type of the scores, where keys and values are read, so that what is stored is read where it lies.
  Value widened(Value tensor) {
    Type element = getElementTypeOrSelf(query);
    if (getElementTypeOrSelf(tensor) == element)
      return tensor;
    return ir::convertEach<arith::ExtFOp>(builder, tensor.getLoc(), tensor, element);
  }

  /// Takes the place of `op`, under its sizes.
  void put(Value result, Operation *op) {
    OpBuilder before(op);
    ir::DimVector dims = analysis.dims(op->getResult(0));
    if (analysis.dims(result) != dims)
      result = ir::reshapeTo(before, op->getLoc(), result, dims);
    result.setType(op->getResult(0).getType());
    op->getResult(0).replaceAllUsesWith(result);
  }

  AttentionMatch match;
  ir::DimAnalysis &analysis;
  OpBuilder builder;
  ScoreRegion region;
  Value query, key, value;
};

struct FuseAttentionPass : impl::FuseAttentionBase<FuseAttentionPass> {
  using FuseAttentionBase::FuseAttentionBase;

  void runOnOperation() override {
    ir::DimAnalysis analysis(getOperation());
    if (!analysis.isValid())
      return signalPassFailure();
    SmallVector<ir::SoftmaxOp> softmaxes;
    getOperation().walk([&](ir::SoftmaxOp softmax) { softmaxes.push_back(softmax); });
    for (ir::SoftmaxOp softmax : softmaxes) {
      std::string why;
      auto match = matchAttention(softmax, analysis, why);
      if (match && Rewrite(*match, analysis).run())
        ++numFused;
      else if (records)
        ir::note(softmax, "not attention",
                 match ? "batch axes of queries, keys and masks can't be brought together" : why);
    }
  }
};

} // namespace
} // namespace llmc::passes
