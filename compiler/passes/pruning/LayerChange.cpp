// Rows lie along the last axis.
#include "compiler/passes/pruning/LayerChange.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Measurements.h"
#include "compiler/ir/Reshaping.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

namespace llmc::passes {

static Value constantOf(OpBuilder &builder, Location loc, float value) {
  return arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(value));
}

static Value sumOf(OpBuilder &builder, Value tensor, ArrayRef<int64_t> axes) {
  return ir::ReduceOp::create(builder, tensor.getLoc(), tensor, axes, builder.getF32FloatAttr(0),
                              [](OpBuilder &inner, Location loc, ValueRange x) -> Value {
                                return arith::AddFOp::create(inner, loc, x[0], x[1]);
                              });
}

/// For each row the sum of the products of its elements.
static Value dotOf(OpBuilder &builder, Value a, Value b) {
  Value products =
      ir::MapOp::create(builder, b.getLoc(), {a, b}, [](OpBuilder &inner, Location loc, ValueRange x) -> Value {
        auto widened = [&](Value each) -> Value {
          return each.getType().isF32() ? each : arith::ExtFOp::create(inner, loc, inner.getF32Type(), each);
        };
        return arith::MulFOp::create(inner, loc, widened(x[0]), widened(x[1]));
      });
  return sumOf(builder, products, cast<RankedTensorType>(a.getType()).getRank() - 1);
}

/// 1 less the cosine of what goes in and what comes out, for each row. One that is zero changes not at all, or
/// entirely.
static Value changeOfRows(OpBuilder &builder, const Layer &layer) {
  Value dots = dotOf(builder, layer.in, layer.out), squaresIn = dotOf(builder, layer.in, layer.in),
        squaresOut = dotOf(builder, layer.out, layer.out);
  return ir::MapOp::create(builder, layer.out.getLoc(), {dots, squaresIn, squaresOut},
                           [](OpBuilder &inner, Location loc, ValueRange x) -> Value {
                             auto isEqual = [&](Value a, Value b) {
                               return arith::CmpFOp::create(inner, loc, arith::CmpFPredicate::OEQ, a, b);
                             };
                             Value zero = constantOf(inner, loc, 0), one = constantOf(inner, loc, 1);
                             Value norms = arith::MulFOp::create(inner, loc, math::SqrtOp::create(inner, loc, x[1]),
                                                                 math::SqrtOp::create(inner, loc, x[2]));
                             Value ofZero = arith::SelectOp::create(inner, loc, isEqual(x[1], x[2]), one, zero);
                             Value cosine = arith::SelectOp::create(inner, loc, isEqual(norms, zero), ofZero,
                                                                    arith::DivFOp::create(inner, loc, x[0], norms));
                             return arith::SubFOp::create(inner, loc, one, cosine);
                           });
}

/// In the order of ir::ChangeRow.
static Value changeOf(OpBuilder &builder, const Layer &layer) {
  Location loc = layer.out.getLoc();
  Value changes = changeOfRows(builder, layer);
  auto axes = llvm::to_vector(llvm::seq<int64_t>(cast<RankedTensorType>(changes.getType()).getRank()));
  Value ones = ir::MapOp::create(builder, loc, changes, [](OpBuilder &inner, Location at, ValueRange) -> Value {
    return constantOf(inner, at, 1);
  });
  SmallVector<Value> rows(ir::kChangeRows);
  rows[ir::kChangeSum] = ir::reshapeTo(builder, loc, sumOf(builder, changes, axes), {1, 1});
  rows[ir::kChangeCount] = ir::reshapeTo(builder, loc, sumOf(builder, ones, axes), {1, 1});
  return ir::ConcatOp::create(builder, loc, rows, /*axis=*/0);
}

void measureChanges(func::FuncOp function, ArrayRef<Layer> layers) {
  Operation *end = function.getBody().front().getTerminator();
  OpBuilder builder(end);
  for (auto [index, layer] : llvm::enumerate(layers)) {
    Value change = changeOf(builder, layer);
    std::string name = "layer " + std::to_string(index);
    auto attributes = builder.getDictionaryAttr(
        builder.getNamedAttr(ir::resultAttributeOf(ir::Measure::Changes), builder.getStrArrayAttr(StringRef(name))));
    (void)function.insertResult(function.getNumResults(), change.getType(), attributes);
    end->insertOperands(end->getNumOperands(), change);
  }
}

} // namespace llmc::passes
