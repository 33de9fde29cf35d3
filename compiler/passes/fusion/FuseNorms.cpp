// Finds norms from their middle: the scalar 1/sqrt(mean of squares + epsilon) of a row, wherever it is multiplied with
// the row. Whatever else the same map does (scale, bias, casts) stays in the map, behind the norm.
#include "compiler/ir/Provenance.h"
#include "compiler/ir/ScalarBodies.h"
#include "compiler/passes/fusion/Passes.h"
#include "compiler/passes/fusion/ScalarMatchers.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_FUSENORMS
#include "compiler/passes/fusion/Passes.h.inc"

namespace {

struct Norm {
  ir::NormKind kind;
  Value input;
  double epsilon;
};

/// A mean along the last axis: a sum divided by the number of elements, given as the scalar that holds it.
Value matchMean(Value scalar, ir::DimAnalysis &analysis) {
  Value sum;
  std::optional<double> count;
  if (auto quotient = matchBinary<arith::DivFOp>(scalar)) {
    sum = quotient->first;
    count = scalarConstant(quotient->second);
  } else if (auto product = matchBinary<arith::MulFOp>(scalar)) {
    sum = scalarConstant(product->second) ? product->first : product->second;
    auto factor = scalarConstant(sum == product->first ? product->second : product->first);
    count = factor && *factor != 0 ? std::optional<double>(1.0 / *factor) : std::nullopt;
  }
  Value tensor = sum ? tensorOf(sum) : Value();
  Value input = tensor ? matchSumAlongLastAxis(tensor) : Value();
  if (!input || !count)
    return {};
  auto size = analysis.dims(input).back().constant();
  // One less would be the unbiased variance. Twice, as 1 / count is rounded, too.
  return size && std::abs(*count - static_cast<double>(*size)) <= 2 * roundingOf(scalar) * *size ? input : Value();
}

/// x when `tensor` is x * x.
Value matchSquare(Value tensor) {
  auto map = tensor.getDefiningOp<ir::MapOp>();
  if (!map)
    return {};
  auto product = matchBinary<arith::MulFOp>(throughFloatCasts(map.getYielded()));
  if (product && product->first == product->second)
    return tensorOf(product->first);
  return {};
}

/// The two factors of x - mean(x), when `tensor` is that.
Value matchCentred(Value tensor, ir::DimAnalysis &analysis) {
  auto map = throughFloatCastMaps(tensor).getDefiningOp<ir::MapOp>();
  auto difference = map ? matchBinary<arith::SubFOp>(throughFloatCasts(map.getYielded())) : std::nullopt;
  if (!difference)
    return {};
  Value x = tensorOf(difference->first), meanTensor = tensorOf(difference->second);
  auto meanMap = meanTensor ? throughFloatCastMaps(meanTensor).getDefiningOp<ir::MapOp>() : ir::MapOp();
  Value meaned = meanMap ? matchMean(throughFloatCasts(meanMap.getYielded()), analysis) : Value();
  return x && meaned && throughFloatCastMaps(x) == throughFloatCastMaps(meaned) ? x : Value();
}

/// Matches mean of squares + epsilon and gives the row.
std::optional<Norm> matchShiftedVariance(Value scalar, ir::DimAnalysis &analysis) {
  auto sum = matchBinary<arith::AddFOp>(throughFloatCasts(scalar));
  if (!sum)
    return std::nullopt;
  auto epsilon = scalarConstant(sum->second);
  Value mean = sum->first;
  if (!epsilon) {
    epsilon = scalarConstant(sum->first);
    mean = sum->second;
  }
  Value squares = epsilon ? matchMean(mean, analysis) : Value();
  Value row = squares ? matchSquare(squares) : Value();
  if (!row)
    return std::nullopt;
  if (Value input = matchCentred(row, analysis))
    return Norm{ir::NormKind::Layer, input, *epsilon};
  return Norm{ir::NormKind::Rms, row, *epsilon};
}

/// The norm whose factor (or divisor, with `inverse` false) a tensor of one element a row is.
std::optional<Norm> matchFactor(Value tensor, bool inverse, ir::DimAnalysis &analysis) {
  auto map = throughFloatCastMaps(tensor).getDefiningOp<ir::MapOp>();
  if (!map)
    return std::nullopt;
  Value scalar = throughFloatCasts(map.getYielded());
  if (inverse) {
    if (auto root = scalar.getDefiningOp<math::RsqrtOp>())
      return matchShiftedVariance(root.getOperand(), analysis);
    auto quotient = matchBinary<arith::DivFOp>(scalar);
    if (!quotient || scalarConstant(quotient->first) != 1.0)
      return std::nullopt;
    scalar = quotient->second;
  }
  auto root = scalar.getDefiningOp<math::SqrtOp>();
  return root ? matchShiftedVariance(root.getOperand(), analysis) : std::nullopt;
}

struct FuseNormsPass : impl::FuseNormsBase<FuseNormsPass> {
  using FuseNormsBase::FuseNormsBase;

  void runOnOperation() override {
    ir::DimAnalysis analysis(getOperation());
    if (!analysis.isValid())
      return signalPassFailure();
    SmallVector<ir::MapOp> maps;
    getOperation().walk([&](ir::MapOp map) { maps.push_back(map); });
    for (ir::MapOp map : maps)
      fuse(map, analysis);
  }

private:
  void fuse(ir::MapOp map, ir::DimAnalysis &analysis) {
    for (Operation &op : map.getBody().front()) {
      bool product = isa<arith::MulFOp>(op);
      if (!product && !isa<arith::DivFOp>(op))
        continue;
      for (unsigned side : {0u, 1u}) {
        Value row = tensorOf(op.getOperand(side)), factor = tensorOf(op.getOperand(1 - side));
        if (!row || !factor || (!product && side == 1))
          continue;
        auto norm = matchFactor(factor, product, analysis);
        if (!norm || !isRowOf(row, *norm, analysis))
          continue;
        Location location = ir::locationBetween({norm->input, throughFloatCastMaps(norm->input)}, {row, factor}, map);
        replace(map, op, *norm, location, analysis);
        ++numFused;
        return;
      }
    }
  }

  bool isRowOf(Value row, const Norm &norm, ir::DimAnalysis &analysis) {
    if (norm.kind == ir::NormKind::Layer) {
      Value centred = matchCentred(row, analysis);
      return centred && throughFloatCastMaps(centred) == throughFloatCastMaps(norm.input);
    }
    return throughFloatCastMaps(row) == throughFloatCastMaps(norm.input);
  }

  /// The map computes on with the norm in place of the product.
  void replace(ir::MapOp map, Operation &op, const Norm &norm, Location location, ir::DimAnalysis &analysis) {
    OpBuilder builder(map);
    Type element = op.getResult(0).getType();
    Value input = norm.input;
    if (getElementTypeOrSelf(input) != element) {
      input = ir::MapOp::create(builder, map.getLoc(), input, [&](OpBuilder &inner, Location loc, ValueRange scalars) {
        bool widens = element.getIntOrFloatBitWidth() > scalars[0].getType().getIntOrFloatBitWidth();
        return widens ? arith::ExtFOp::create(inner, loc, element, scalars[0]).getResult()
                      : arith::TruncFOp::create(inner, loc, element, scalars[0]).getResult();
      });
    }
    int64_t axis = cast<RankedTensorType>(input.getType()).getRank() - 1;
    Value normed = ir::NormOp::create(builder, location, input.getType(), norm.kind, input, Value(), Value(),
                                      static_cast<uint64_t>(axis), APFloat(norm.epsilon));
    SmallVector<Value> inputs(map.getInputs());
    inputs.push_back(normed);
    auto rest = ir::MapOp::create(builder, map.getLoc(), inputs, [&](OpBuilder &inner, Location, ValueRange scalars) {
      IRMapping mapping;
      mapping.map(op.getResult(0), scalars.back());
      return ir::inlineBody(inner, map.getBody(), scalars.drop_back(), mapping);
    });
    ir::dropUnreadOperands(rest, analysis);
    map.replaceAllUsesWith(rest.getResult());
    analysis.erase(map);
  }
};

} // namespace
} // namespace llmc::passes
