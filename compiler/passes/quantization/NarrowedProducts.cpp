// bf16 has the range of f32. Numbers of f16 are kept in units, a power of two for each column that is multiplied or row
// that is picked, so that its largest is from 1 to 2: none is too large for f16, and hardly one too small.
#include "compiler/passes/quantization/NarrowedProducts.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/FloatMaps.h"
#include "compiler/ir/SparseProducts.h"
#include "compiler/ir/WindowProducts.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {

static Type elementOf(Value tensor) { return getElementTypeOrSelf(tensor); }

//===--- bf16 ----------------------------------------------------------------------------------------------------===//

static Value narrowed(OpBuilder &builder, Location loc, Value tensor) {
  if (elementOf(tensor).isBF16())
    return tensor;
  return ir::MapOp::create(builder, loc, tensor, [](OpBuilder &inner, Location at, ValueRange x) -> Value {
    return arith::TruncFOp::create(inner, at, inner.getBF16Type(), ir::FloatMath(inner, at).widen(x[0]));
  });
}

static Value narrowWeight(OpBuilder &builder, ir::GetWeightOp weight, ir::Recipes &recipes) {
  if (elementOf(weight).isBF16())
    return weight;
  return recipes.append(builder, weight, "bf16",
                        [&](OpBuilder &inner, Value whole) { return narrowed(inner, weight.getLoc(), whole); });
}

Value narrowProduct(OpBuilder &builder, ir::MatmulOp op, ir::GetWeightOp weight, ir::Recipes &recipes) {
  if (!elementOf(op.getResult()).isF32() || !ir::widensToF32(elementOf(weight)))
    return {};
  auto product = ir::MatmulOp::create(builder, op.getLoc(), narrowed(builder, op.getLoc(), op.getLhs()),
                                      narrowWeight(builder, weight, recipes), /*unsigned_lhs=*/false,
                                      /*unsigned_rhs=*/false, /*wide=*/true);
  ir::keepBlocks(op, product);
  return product;
}

Value narrowConvolution(OpBuilder &builder, ir::ConvOp op, ir::GetWeightOp weight, ir::Recipes &recipes,
                        ir::DimAnalysis &dims) {
  if (!elementOf(op.getResult()).isF32())
    return {};
  Value input = narrowed(builder, op.getLoc(), op.getInput()), filter = narrowWeight(builder, weight, recipes);
  if (ir::hasWideRows(op))
    return ir::productOfRows(builder, op, input, filter, /*isWide=*/true, dims);
  return ir::productOfWindows(builder, op, input, filter, /*isWide=*/true);
}

Value narrowRows(OpBuilder &builder, ir::GatherOp op, ir::Recipes &recipes) {
  auto weight = op.getData().getDefiningOp<ir::GetWeightOp>();
  if (!weight || !elementOf(weight).isF32())
    return {};
  Value rows =
      ir::GatherOp::create(builder, op.getLoc(), narrowWeight(builder, weight, recipes), op.getIndices(), op.getAxis());
  return ir::convertEach<arith::ExtFOp>(builder, op.getLoc(), rows, builder.getF32Type());
}

//===--- f16 -----------------------------------------------------------------------------------------------------===//

/// The largest power of two along an axis that is not above all magnitudes; 1 where there is none.
static Value unitsAlong(OpBuilder &builder, Location loc, Value matrix, int64_t axis) {
  constexpr int64_t exponentBits = 0x7f800000, one = 0x3f800000;
  return ir::MapOp::create(
      builder, loc, ir::largestBitsAlong(builder, loc, matrix, axis),
      [&](OpBuilder &inner, Location at, ValueRange x) -> Value {
        auto constant = [&](int64_t bits) -> Value {
          return arith::ConstantIntOp::create(inner, at, inner.getI32Type(), bits);
        };
        auto equals = [&](Value bits, int64_t wanted) -> Value {
          return arith::CmpIOp::create(inner, at, arith::CmpIPredicate::eq, bits, constant(wanted));
        };
        Value exponent = arith::AndIOp::create(inner, at, x[0], constant(exponentBits));
        Value isNone =
            arith::OrIOp::create(inner, at, equals(exponent, 0), equals(exponent, exponentBits)); // zeros, or NaN
        Value bits = arith::SelectOp::create(inner, at, isNone, constant(one), exponent);
        return arith::BitcastOp::create(inner, at, inner.getF32Type(), bits);
      });
}

namespace {
struct Halves {
  Value numbers, units;
};
} // namespace

static Halves halvesOf(OpBuilder &builder, ir::GetWeightOp weight, int64_t axis, ir::Recipes &recipes) {
  Location loc = weight.getLoc();
  std::string suffix = axis == 0 ? "fp16" : "fp16.rows";
  Value units = recipes.append(builder, weight, suffix + ".units",
                               [&](OpBuilder &inner, Value matrix) { return unitsAlong(inner, loc, matrix, axis); });
  Value numbers = recipes.append(builder, weight, suffix, [&](OpBuilder &inner, Value matrix) -> Value {
    return ir::MapOp::create(inner, loc, {matrix, ir::readAgain(inner, units)},
                             [](OpBuilder &scalars, Location at, ValueRange x) -> Value {
                               ir::FloatMath m(scalars, at);
                               return arith::TruncFOp::create(scalars, at, scalars.getF16Type(), m.div(x[0], x[1]));
                             });
  });
  return {numbers, units};
}

Value productWithHalves(OpBuilder &builder, ir::MatmulOp op, ir::GetWeightOp weight, ir::Recipes &recipes) {
  if (!elementOf(op.getLhs()).isF32() || !elementOf(weight).isF32())
    return {};
  Halves right = halvesOf(builder, weight, /*axis=*/0, recipes);
  auto product = ir::MatmulOp::create(builder, op.getLoc(), op.getLhs(), right.numbers);
  ir::keepBlocks(op, product);
  return ir::mapInF32(builder, op.getLoc(), {product, right.units},
                      [](ir::FloatMath &m, ValueRange x) { return m.mul(x[0], x[1]); });
}

Value rowsOfHalves(OpBuilder &builder, ir::GatherOp op, ir::Recipes &recipes) {
  auto weight = op.getData().getDefiningOp<ir::GetWeightOp>();
  if (!weight || !elementOf(weight).isF32() || op.getAxis() != 0 ||
      cast<RankedTensorType>(weight.getType()).getRank() != 2)
    return {};
  auto pick = [&](Value table) -> Value {
    return ir::GatherOp::create(builder, op.getLoc(), table, op.getIndices(), /*axis=*/0);
  };
  Halves rows = halvesOf(builder, weight, /*axis=*/1, recipes);
  return ir::mapInF32(builder, op.getLoc(), {pick(rows.numbers), pick(rows.units)},
                      [](ir::FloatMath &m, ValueRange x) { return m.mul(m.widen(x[0]), x[1]); });
}

} // namespace llmc::passes
