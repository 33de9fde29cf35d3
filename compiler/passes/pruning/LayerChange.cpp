// Rows lie along the last axis.
#include "compiler/passes/pruning/LayerChange.h"
#include "compiler/ir/FloatMaps.h"
#include "compiler/ir/Measurements.h"
#include "compiler/ir/Reshaping.h"

using namespace mlir;

namespace llmc::passes {

static Value sumOf(OpBuilder &builder, Value tensor, ArrayRef<int64_t> axes) {
  return ir::reduceInF32(builder, tensor.getLoc(), tensor, axes, 0,
                         [](ir::FloatMath &m, Value sum, Value element) { return m.add(sum, element); });
}

/// For each row the sum of the products of its elements.
static Value dotOf(OpBuilder &builder, Value a, Value b) {
  Value products = ir::mapInF32(builder, b.getLoc(), {a, b},
                                [](ir::FloatMath &m, ValueRange x) { return m.mul(m.widen(x[0]), m.widen(x[1])); });
  return sumOf(builder, products, cast<RankedTensorType>(a.getType()).getRank() - 1);
}

/// 1 less the cosine of what goes in and what comes out, for each row. One that is zero changes not at all, or
/// entirely.
static Value changeOfRows(OpBuilder &builder, const Layer &layer) {
  Value dots = dotOf(builder, layer.in, layer.out), squaresIn = dotOf(builder, layer.in, layer.in),
        squaresOut = dotOf(builder, layer.out, layer.out);
  return ir::mapInF32(builder, layer.out.getLoc(), {dots, squaresIn, squaresOut}, [](ir::FloatMath &m, ValueRange x) {
    Value zero = m.constant(0), one = m.constant(1), norms = m.mul(m.sqrt(x[1]), m.sqrt(x[2]));
    Value ofZero = m.select(m.isEqual(x[1], x[2]), one, zero);
    return m.sub(one, m.select(m.isEqual(norms, zero), ofZero, m.div(x[0], norms)));
  });
}

/// In the order of ir::ChangeRow.
static Value changeOf(OpBuilder &builder, const Layer &layer) {
  Location loc = layer.out.getLoc();
  Value changes = changeOfRows(builder, layer);
  auto axes = llvm::to_vector(llvm::seq<int64_t>(cast<RankedTensorType>(changes.getType()).getRank()));
  Value ones = ir::mapInF32(builder, loc, changes, [](ir::FloatMath &m, ValueRange) { return m.constant(1); });
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
