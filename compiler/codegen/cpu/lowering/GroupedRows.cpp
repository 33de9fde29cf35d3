#include "compiler/codegen/cpu/lowering/GroupedRows.h"
#include "compiler/codegen/kernel/Loops.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen::cpu {

GroupedRows::GroupedRows(KernelFrame &frame, Value tensor)
    : frame(frame), loc(frame.loc()), tensor(tensor), element(getElementTypeOrSelf(tensor)),
      depth(frame.dims(tensor).back()) {}

ir::DimExpr GroupedRows::wholeSteps(int64_t group) const { return ir::DimExpr::floorDiv(depth, group); }

ir::DimExpr GroupedRows::lastSteps(int64_t group) const {
  return fillsVectors(depth, group) ? ir::DimExpr(0) : ir::DimExpr::ceilDiv(depth, group) - wholeSteps(group);
}

Value GroupedRows::load(OpBuilder &builder, Position row, Value k, int64_t group, bool isLast) {
  if (!areOfHalves())
    return loadVector(builder, row, k, group, isLast ? maskOfLast(builder, k, group) : Value());
  row.push_back({k});
  ElementEmitter emitter(frame, builder);
  if (!isLast)
    return emitter.loadBits(tensor, row, builder.getI32Type());
  Value alone = emitter.loadBits(tensor, row, builder.getI16Type());
  return arith::ExtUIOp::create(builder, loc, builder.getI32Type(), alone);
}

Value GroupedRows::loadTwoWords(OpBuilder &builder, Position row, Value k, bool isLast) {
  auto type = VectorType::get({2}, builder.getI32Type());
  int64_t group = 64 / element.getIntOrFloatBitWidth();
  if (!areOfHalves())
    return wordsOf(builder, loc, load(builder, row, k, group, isLast));
  if (!isLast) {
    row.push_back({k});
    return ElementEmitter(frame, builder).loadBits(tensor, row, type);
  }
  Value elements = loadVector(builder, row, k, group, maskOfLast(builder, k, group));
  Value words = wordsOf(builder, loc, convertToStorage(builder, loc, elements, element));
  Value left = arith::SubIOp::create(builder, loc, frame.size(depth), k);
  Value isMissing = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sle, left, frame.constant(group / 2));
  Value minusZeros = arith::ConstantIntOp::create(builder, loc, builder.getI32Type(), int64_t(0x80008000));
  Value second = vector::ExtractOp::create(builder, loc, words, int64_t(1));
  Value taken = arith::SelectOp::create(builder, loc, isMissing, minusZeros, second);
  return vector::InsertOp::create(builder, loc, taken, words, int64_t(1));
}

Value GroupedRows::correctionOf(OpBuilder &builder, const Position &row, const Dot &dot) {
  if (!dot.correction())
    return {};
  VectorType type = dot.sumType();
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  int64_t count = type.getNumElements() * dot.group();
  Value sums = vectorLoop(frame, builder, depth, count, zero,
                          [&](OpBuilder &inner, Value k, Value mask, ValueRange now) -> SmallVector<Value> {
                            return {dot.addLeft(inner, loc, loadVector(inner, row, k, count, mask), now[0])};
                          })[0];
  Value sum = vector::ReductionOp::create(builder, loc, vector::CombiningKind::ADD, sums);
  Value factor = arith::ConstantIntOp::create(builder, loc, type.getElementType(), dot.correction());
  return splat(builder, loc, arith::MulIOp::create(builder, loc, sum, factor), type.getNumElements());
}

Value GroupedRows::loadVector(OpBuilder &builder, Position row, Value k, int64_t count, Value mask) {
  row.push_back({k, 1});
  ElementEmitter emitter(frame, builder, count, mask);
  return emitter.broadcastToLanes(emitter.emit(tensor, row));
}

Value GroupedRows::maskOfLast(OpBuilder &builder, Value k, int64_t count) {
  return lanesBelow(builder, loc, arith::SubIOp::create(builder, loc, frame.size(depth), k), count);
}

Value wordsOf(OpBuilder &builder, Location loc, Value vector) {
  auto type = cast<VectorType>(vector.getType());
  int64_t bits = type.getNumElements() * type.getElementTypeBitWidth();
  auto words = VectorType::get({bits / 32}, builder.getI32Type());
  return words == type ? vector : Value(vector::BitCastOp::create(builder, loc, words, vector));
}

} // namespace llmc::codegen::cpu
