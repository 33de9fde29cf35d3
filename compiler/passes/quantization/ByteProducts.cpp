// Bytes of weights are whole numbers of steps, one step a column, found when the artefact is written. Those of left
// sides are, too, and are stored 128 higher: machines multiply bytes without signs by bytes with them, and what that
// adds to a column is 128 times its sum, a constant.
#include "compiler/passes/quantization/ByteProducts.h"
#include "compiler/ir/FloatMaps.h"
#include "compiler/ir/Measurements.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/ir/SparseProducts.h"
#include "compiler/passes/quantization/ByteMath.h"
#include "compiler/passes/quantization/KnownMeans.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {
namespace {

/// What whole numbers of steps are that a formula gives in f32, kLift higher; those beyond a byte are its ends.
template <typename Formula> Value lifted(OpBuilder &builder, Location loc, ValueRange operands, Formula formula) {
  return ir::MapOp::create(builder, loc, operands, [&](OpBuilder &inner, Location, ValueRange x) -> Value {
    ir::FloatMath m(inner, loc);
    return arith::FPToUIOp::create(inner, loc, inner.getI8Type(), formula(m, x));
  });
}

/// Results of a product of bytes as reals, by what is left of sums without the lift.
template <typename Formula>
Value scaled(OpBuilder &builder, Location loc, ValueRange sumsLiftAndMore, Type element, Formula formula) {
  return ir::MapOp::create(builder, loc, sumsLiftAndMore, [&](OpBuilder &inner, Location, ValueRange x) -> Value {
    Value result = formula(inner, arith::SubIOp::create(inner, loc, x[0], x[1]), x.drop_front(2));
    return element.isF32() ? result : arith::TruncFOp::create(inner, loc, element, result);
  });
}

Value asColumn(OpBuilder &builder, Location loc, Value vector) {
  return ir::reshapeTo(builder, loc, vector, {cast<RankedTensorType>(vector.getType()).getDimSize(0), 1});
}

/// How a left side varies, in steps: whatever is the same for all rows is the bias' part.
Value covariancesInSteps(OpBuilder &builder, Location loc, ir::WeightOp known, Value steps) {
  return ir::mapInF32(builder, loc, {covariancesOf(builder, loc, known), steps, asColumn(builder, loc, steps)},
                      [](ir::FloatMath &m, ValueRange x) { return m.div(x[0], m.mul(x[1], x[2])); });
}

/// The sums that stand for those of `op`.
Value sumsOf(OpBuilder &builder, ir::MatmulOp op, Value left, Value bytes) {
  auto sums = ir::MatmulOp::create(builder, op.getLoc(), left, bytes, /*unsigned_lhs=*/true, /*unsigned_rhs=*/false);
  ir::keepBlocks(op, sums);
  return sums;
}

} // namespace

/// Weights that say how a left side becomes bytes: vectors with an element for each of its columns.
struct ByteProducts::Left {
  Value scales, offsets; // a byte is x * scale + offset
  Value centers, steps;  // of columns
  ir::WeightOp extents;
};

/// Weights that a weight becomes.
struct ByteProducts::Bytes {
  Value bytes, steps, lift; // a matrix, and rows with an element for each of its columns
};

ByteProducts::ByteProducts(ModuleOp module, ir::Recipes &recipes)
    : module(module), recipes(recipes), extents(ir::measurementsIn(module, ir::Measure::Extents)),
      variations(ir::measurementsIn(module, ir::Measure::Covariances)) {}

Value ByteProducts::withStepsOfRows(OpBuilder &builder, ir::MatmulOp op, ir::GetWeightOp weight,
                                    ir::DimAnalysis &dims) {
  Location loc = op.getLoc();
  Value rows = asRows(builder, op.getLhs(), dims), steps = ir::stepsAlong(builder, loc, rows, 1, kMostByte);
  Bytes right = bytesOf(builder, weight, "int8", nullptr);
  Value left = lifted(builder, loc, {rows, steps}, [](ir::FloatMath &m, ValueRange x) {
    return m.add(m.roundEven(m.inSteps(m.widen(x[0]), x[1])), m.constant(kLift));
  });
  Value sums = sumsOf(builder, op, left, right.bytes);
  SmallVector<Value> parts = {sums, right.lift, steps, right.steps};
  if (ir::WeightOp known = variations.lookup(weight.getWeight()))
    parts.push_back(lossOf(builder, weight, known, right));
  Value real = scaled(builder, loc, parts, getElementTypeOrSelf(op.getResult()),
                      [&](OpBuilder &inner, Value sum, ValueRange x) -> Value {
                        Value product = scaleSum(inner, loc, sum, x[0], x[1]);
                        return x.size() > 2 ? ir::FloatMath(inner, loc).add(product, x[2]) : product;
                      });
  return likeProduct(builder, op, real, dims);
}

Value ByteProducts::withKnownSteps(OpBuilder &builder, ir::MatmulOp op, ir::GetWeightOp weight, ir::DimAnalysis &dims) {
  ir::WeightOp known = extents.lookup(weight.getWeight());
  if (!known)
    return withStepsOfRows(builder, op, weight, dims);
  Location loc = op.getLoc();
  Left how = leftOf(builder, known);
  Bytes right = bytesOf(builder, weight, "int8.static", &how);
  Value bias = biasOf(builder, weight, how, right);
  Value left =
      lifted(builder, loc, {asRows(builder, op.getLhs(), dims), how.scales, how.offsets},
             [](ir::FloatMath &m, ValueRange x) { return m.roundEven(m.add(m.mul(m.widen(x[0]), x[1]), x[2])); });
  Value sums = sumsOf(builder, op, left, right.bytes);
  Value real = scaled(builder, loc, {sums, right.lift, right.steps, bias}, getElementTypeOrSelf(op.getResult()),
                      [&](OpBuilder &inner, Value sum, ValueRange x) {
                        ir::FloatMath m(inner, loc);
                        return m.add(m.mul(m.fromInteger(sum), x[0]), x[1]);
                      });
  return likeProduct(builder, op, real, dims);
}

/// All weights that are multiplied with the left side have a say, whatever rules make of them: so rules that change for
/// one of them change no bit of the others.
ByteProducts::Left ByteProducts::leftOf(OpBuilder &builder, ir::WeightOp known) {
  SmallVector<ir::WeightOp> weights;
  for (auto weight : module.getOps<ir::WeightOp>())
    if (extents.lookup(weight.getSymName()) == known)
      weights.push_back(weight);
  Location loc = known.getLoc();
  auto first = cast<ir::GetWeightOp>(ir::readWeight(builder, loc, weights.front()).getDefiningOp());
  auto balanced = [&](StringRef suffix, unsigned result) {
    return recipes.append(builder, first, suffix, [&](OpBuilder &inner, Value matrix) -> Value {
      SmallVector<Value> matrices = {matrix};
      for (ir::WeightOp other : ArrayRef(weights).drop_front())
        matrices.push_back(ir::readWeight(inner, loc, other));
      return ir::BalanceOp::create(inner, loc, ir::readWeight(inner, loc, known), matrices)->getResult(result);
    });
  };
  Left left;
  left.extents = known;
  left.centers = balanced("int8.centers", 0);
  left.steps = balanced("int8.sizes", 1);
  auto computed = [&](StringRef suffix, auto formula) {
    return recipes.append(builder, first, suffix, [&](OpBuilder &inner, Value) {
      return ir::mapInF32(inner, loc, {ir::readAgain(inner, left.steps), ir::readAgain(inner, left.centers)}, formula);
    });
  };
  left.scales = computed("int8.scales", [](ir::FloatMath &m, ValueRange x) { return m.div(m.constant(1), x[0]); });
  left.offsets = computed("int8.offsets",
                          [](ir::FloatMath &m, ValueRange x) { return m.sub(m.constant(kLift), m.div(x[1], x[0])); });
  return left;
}

/// `left` tells by what rows of the weight are multiplied first, if by anything.
ByteProducts::Bytes ByteProducts::bytesOf(OpBuilder &builder, ir::GetWeightOp weight, StringRef suffix,
                                          const Left *left) {
  Location loc = weight.getLoc();
  ir::WeightOp known = variations.lookup(weight.getWeight());
  auto inSteps = [&](OpBuilder &inner, Value matrix) {
    return left ? ir::mapInF32(inner, loc, {matrix, asColumn(inner, loc, ir::readAgain(inner, left->steps))},
                               [](ir::FloatMath &m, ValueRange x) { return m.mul(m.widen(x[0]), x[1]); })
                : matrix;
  };
  auto encoded = [&](OpBuilder &inner, Value matrix, Value weighing) {
    int64_t rows = cast<RankedTensorType>(matrix.getType()).getDimSize(0);
    return ir::EncodeOp::create(inner, loc, matrix, weighing, ir::CodeForm{8, rows, ir::CodeZeros::None});
  };
  Bytes made;
  made.bytes = recipes.append(builder, weight, suffix, [&](OpBuilder &inner, Value whole) -> Value {
    Value matrix = inSteps(inner, whole), weighing;
    if (known)
      weighing = left ? covariancesInSteps(inner, loc, known, ir::readAgain(inner, left->steps))
                      : covariancesOf(inner, loc, known);
    return encoded(inner, matrix, weighing).getCodes();
  });
  // Steps are those of the largest elements, whatever moments say.
  made.steps = recipes.append(builder, weight, (suffix + ".steps").str(), [&](OpBuilder &inner, Value whole) -> Value {
    return encoded(inner, inSteps(inner, whole), /*weighing=*/{}).getScales();
  });
  made.lift = recipes.append(builder, weight, (suffix + ".lift").str(), [&](OpBuilder &inner, Value) -> Value {
    Value sums = sumBytes(inner, loc, ir::readAgain(inner, made.bytes), /*isUnsigned=*/false, /*axis=*/0);
    return ir::MapOp::create(inner, loc, sums, [&](OpBuilder &body, Location, ValueRange x) -> Value {
      return arith::MulIOp::create(body, loc, x[0], arith::ConstantIntOp::create(body, loc, body.getI32Type(), kLift));
    });
  });
  return made;
}

/// What makes up for the bytes of a weight where those of the left side have steps of rows.
Value ByteProducts::lossOf(OpBuilder &builder, ir::GetWeightOp weight, ir::WeightOp known, const Bytes &bytes) {
  Location loc = weight.getLoc();
  return lossOfMeans(
      builder, weight, "int8.loss", known,
      [&](OpBuilder &inner) {
        return ir::mapInF32(inner, loc, {ir::readAgain(inner, bytes.bytes), ir::readAgain(inner, bytes.steps)},
                            [](ir::FloatMath &m, ValueRange x) { return m.mul(m.fromInteger(x[0]), x[1]); });
      },
      recipes);
}

/// What the means of the left side give with the weight as it was, less what they give with its bytes: on the average
/// rounding changes nothing.
Value ByteProducts::biasOf(OpBuilder &builder, ir::GetWeightOp weight, const Left &left, const Bytes &bytes) {
  Location loc = weight.getLoc();
  return recipes.append(builder, weight, "int8.static.bias", [&](OpBuilder &inner, Value matrix) -> Value {
    auto column = [&](Value vector) { return asColumn(inner, loc, ir::readAgain(inner, vector)); };
    Value extents = ir::readWeight(inner, loc, left.extents);
    int64_t size = cast<RankedTensorType>(extents.getType()).getDimSize(1);
    Value means = ir::sliceAxis(inner, loc, extents, {int64_t(ir::kExtentRows), size}, 0, ir::kMean, 1);
    means = ir::reshapeTo(inner, loc, means, {size, 1});
    Value shares = ir::MapOp::create(inner, loc,
                                     {matrix, means, column(left.centers), column(left.steps),
                                      ir::readAgain(inner, bytes.bytes), ir::readAgain(inner, bytes.steps)},
                                     [&](OpBuilder &body, Location, ValueRange x) -> Value {
                                       ir::FloatMath m(body, loc);
                                       Value inSteps = m.div(m.sub(x[1], x[2]), x[3]);
                                       Value byte =
                                           m.mul(m.fromInteger(widen(body, loc, x[4], /*isUnsigned=*/false)), x[5]);
                                       return m.sub(m.mul(m.widen(x[0]), x[1]), m.mul(inSteps, byte));
                                     });
    return ir::reduceInF32(inner, loc, shares, 0, 0, [](ir::FloatMath &m, Value a, Value b) { return m.add(a, b); });
  });
}

} // namespace llmc::passes
