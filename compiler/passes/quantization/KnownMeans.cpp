#include "compiler/passes/quantization/KnownMeans.h"
#include "compiler/ir/FloatMaps.h"
#include "compiler/ir/Measurements.h"
#include "compiler/ir/Reshaping.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {

/// `count` rows of the measurement.
static Value rowsOf(OpBuilder &builder, Location loc, ir::WeightOp known, int64_t first, int64_t count) {
  RankedTensorType type = known.getTensorType();
  return ir::sliceAxis(builder, loc, ir::readWeight(builder, loc, known), {type.getDimSize(0), type.getDimSize(1)}, 0,
                       first, count);
}

Value covariancesOf(OpBuilder &builder, Location loc, ir::WeightOp known) {
  return rowsOf(builder, loc, known, ir::kCovariances, known.getTensorType().getDimSize(1));
}

Value lossOfMeans(OpBuilder &builder, ir::GetWeightOp weight, StringRef suffix, ir::WeightOp known,
                  llvm::function_ref<Value(OpBuilder &)> rounded, ir::Recipes &recipes) {
  Location loc = weight.getLoc();
  return recipes.append(builder, weight, suffix, [&](OpBuilder &inner, Value matrix) -> Value {
    Value means = ir::reshapeTo(inner, loc, rowsOf(inner, loc, known, ir::kCovarianceMean, 1),
                                {known.getTensorType().getDimSize(1), 1});
    Value shares = ir::mapInF32(inner, loc, {matrix, rounded(inner), means}, [](ir::FloatMath &m, ValueRange x) {
      return m.mul(m.sub(m.widen(x[0]), m.widen(x[1])), x[2]);
    });
    return ir::reduceInF32(inner, loc, shares, 0, 0, [](ir::FloatMath &m, Value a, Value b) { return m.add(a, b); });
  });
}

Value addToRows(OpBuilder &builder, Location loc, Value tensor, Value row) {
  Type element = getElementTypeOrSelf(tensor);
  return ir::MapOp::create(builder, loc, {tensor, row}, [&](OpBuilder &inner, Location, ValueRange x) -> Value {
    ir::FloatMath m(inner, loc);
    Value sum = m.add(m.widen(x[0]), x[1]);
    return element.isF32() ? sum : arith::TruncFOp::create(inner, loc, element, sum);
  });
}

} // namespace llmc::passes
