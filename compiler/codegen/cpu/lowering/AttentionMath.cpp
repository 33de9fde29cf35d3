// Vectors of scores, weights and results.
#include "compiler/codegen/cpu/lowering/AttentionMath.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen::cpu {

AttentionMath::AttentionMath(KernelFrame &frame, ir::AttentionOp op)
    : frame(frame), op(op), loc(frame.loc()), lanes(frame.target().lanes()), dims(frame.dims(op.getResult())),
      scoreDims(dims), depth(frame.dims(op.getQuery()).back()), width(dims.back()),
      element(computeType(getElementTypeOrSelf(op.getQuery()))) {
  scoreDims.back() = frame.dims(op.getKey()).end()[-2];
}

ir::DimExpr AttentionMath::roundUp(const ir::DimExpr &size, int64_t step) {
  return ir::DimExpr::ceilDiv(size, step) * step;
}

Value AttentionMath::splat(OpBuilder &builder, double value) {
  Value scalar = arith::ConstantOp::create(builder, loc, builder.getFloatAttr(element, value));
  return codegen::splat(builder, loc, scalar, lanes);
}

Value AttentionMath::larger(OpBuilder &builder, Value most, Value x) {
  Value isLarger = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OGT, x, most);
  return arith::SelectOp::create(builder, loc, isLarger, x, most);
}

Value AttentionMath::exponential(OpBuilder &builder, Value x, Value shift) {
  auto precision = roundsWeights ? arith::FastMathFlags::afn : arith::FastMathFlags::none;
  return math::ExpOp::create(builder, loc, arith::SubFOp::create(builder, loc, x, shift), precision);
}

Value AttentionMath::shiftOf(OpBuilder &builder, Value maximum) {
  // exp(-inf - -inf) would be NaN.
  Value none = splat(builder, -std::numeric_limits<double>::infinity()), zero = splat(builder, 0.0);
  Value masked = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ, maximum, none);
  return arith::SelectOp::create(builder, loc, masked, zero, maximum);
}

Value AttentionMath::isPositive(OpBuilder &builder, Value vector) {
  return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OGT, vector, splat(builder, 0.0));
}

Value AttentionMath::scaleOf(OpBuilder &builder, Value sum) {
  Value scale = arith::DivFOp::create(builder, loc, splat(builder, 1.0), sum);
  if (!op.getGuarded())
    return scale;
  // A sum of 0 is one of exp(-inf).
  return arith::SelectOp::create(builder, loc, isPositive(builder, sum), scale, splat(builder, 0.0));
}

Value AttentionMath::scaled(OpBuilder &builder, Value vector, Value sum, Value scale) {
  Value product = arith::MulFOp::create(builder, loc, vector, scale);
  if (op.getGuarded()) // values may be infinite
    return arith::SelectOp::create(builder, loc, isPositive(builder, sum), product, splat(builder, 0.0));
  if (scoreDims.back().least() > 0)
    return product;
  Value some =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, frame.size(scoreDims.back()), frame.constant(0));
  return arith::SelectOp::create(builder, loc, some, product, splat(builder, 0.0)); // of nothing
}

void AttentionMath::transposeRows(OpBuilder &builder, Value operand, const Position &batch, ArrayRef<Value> rows,
                                  VectorPanel &panel, Value first, Value column) {
  vectorLoop(frame, builder, depth, lanes, {}, [&](OpBuilder &inner, Value place, Value mask, ValueRange) {
    ElementEmitter emitter(frame, inner, lanes, mask);
    SmallVector<Value> vectors;
    for (Value row : rows) {
      Position at = emitter.matrixPosition(operand, dims, batch, {row}, {place, 1});
      vectors.push_back(emitter.broadcastToLanes(emitter.emit(operand, at)));
    }
    Value start = arith::AddIOp::create(inner, loc, first, place);
    for (auto [i, vector] : llvm::enumerate(transposeVectors(inner, loc, vectors)))
      panel.store(inner, offset(inner, start, static_cast<int64_t>(i)), column, vector);
    return SmallVector<Value>();
  });
}

Value AttentionMath::applyRegion(OpBuilder &builder, Value score, const Position &at, Value mask) {
  ElementEmitter emitter(frame, builder, lanes, mask);
  SmallVector<Value> operands = {score};
  llvm::append_range(operands,
                     emitter.emitRead(op.getBody().getArguments().drop_front(), op.getInputs(), scoreDims, at));
  Value result = inlineScalarRegion(builder, op.getBody(), operands, lanes).front();
  return convertFloat(builder, emitter.broadcastToLanes(result));
}

Value AttentionMath::convertFloat(OpBuilder &builder, Value vector) {
  auto type = VectorType::get({lanes}, element);
  unsigned from = getElementTypeOrSelf(vector).getIntOrFloatBitWidth(), to = element.getIntOrFloatBitWidth();
  if (from == to)
    return vector;
  if (from < to)
    return arith::ExtFOp::create(builder, loc, type, vector);
  return arith::TruncFOp::create(builder, loc, type, vector);
}

} // namespace llmc::codegen::cpu
