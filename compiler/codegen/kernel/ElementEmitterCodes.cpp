// Numbers that lie in memory as codes of a few bits. Loops that pass a whole byte's elements in one turn load it once:
// their positions are a multiple and a constant, so that shifts and blocks are constants, too.
#include "compiler/codegen/kernel/ElementEmitter.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen {
/// A byte without a sign.
static Value widen(OpBuilder &builder, Location loc, Value byte) {
  return arith::ExtUIOp::create(builder, loc, withElement(byte.getType(), builder.getI32Type()), byte);
}

/// Of a number that is not negative; machines convert signed ones faster.
static Value toReal(OpBuilder &builder, Location loc, Value number) {
  return arith::SIToFPOp::create(builder, loc, withElement(number.getType(), builder.getF32Type()), number);
}

/// Of neighbouring columns, the words that hold their codes; null where they don't lie side by side.
Value ElementEmitter::emitWords(ir::DecodeOp op, const Position &position, const Index &word) {
  size_t rank = position.size();
  int64_t group = op.getGroup();
  if (group == 1 || lanes == 1 || mask || !word.isUniform() || op.getAxis() + 2 >= rank)
    return {};
  const Index &column = position[rank - 2];
  if (column.isVector() || column.step != 1)
    return {};
  Position place = position;
  place[op.getAxis()] = word;
  place[rank - 2] = {column.base};
  place[rank - 1] = {frame.constant(0), 1};
  Value bytes = ElementEmitter(frame, builder, lanes * group).emit(op.getCodes(), place);
  return vector::BitCastOp::create(builder, loc, VectorType::get({lanes}, builder.getI32Type()), bytes);
}

/// In 32 bits, for each lane.
Value ElementEmitter::emitCode(ir::DecodeOp op, const Position &position) {
  auto read = [&](const Position &place) { return widen(builder, loc, broadcastToLanes(emit(op.getCodes(), place))); };
  const Index &along = position[op.getAxis()];
  int64_t perByte = op.perByte(), group = op.getGroup(), together = perByte * group;
  if (together == 1)
    return read(position);
  Value code = emitWords(op, position, divide(along, together));
  Index which = remainder(along, code ? together : perByte);
  if (!code) {
    Position place = position;
    place[op.getAxis()] = divide(along, together);
    if (group > 1)
      place.back() = remainder(divide(along, perByte), group);
    code = read(place);
  }
  Index shift = multiply(which, frame.constant(static_cast<int64_t>(op.getBits())));
  Value distance = shift.isUniform() ? shift.base : asVector(shift);
  Type word = withElement(distance.getType(), builder.getI32Type());
  distance = broadcastToLanes(arith::IndexCastOp::create(builder, loc, word, distance));
  Value mask = arith::ConstantIntOp::create(builder, loc, builder.getI32Type(), (1 << op.getBits()) - 1);
  code = arith::ShRUIOp::create(builder, loc, code, distance);
  return arith::AndIOp::create(builder, loc, code, broadcastToLanes(mask));
}

template <> Value ElementEmitter::emitMoved(ir::DecodeOp op, const Position &position) {
  const Index &along = position[op.getAxis()];
  bool isOneBlock = op.getBlock() >= op.getSize();
  Position block = position;
  block[op.getAxis()] = isOneBlock ? uniform(0) : divide(along, static_cast<int64_t>(op.getBlock()));
  Value number = toReal(builder, loc, emitCode(op, position)), scale = broadcastToLanes(emit(op.getScales(), block));
  Value zero = op.getZeros() ? broadcastToLanes(emit(op.getZeros(), block)) : Value(), result;
  bool hasBytes = zero && isa<IntegerType>(getElementTypeOrSelf(zero));
  if (hasBytes)
    zero = toReal(builder, loc, widen(builder, loc, zero));
  else if (op.getCentered())
    zero = broadcastToLanes(
        arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(static_cast<float>(op.commonZero()))));
  if (!zero) {
    result = arith::MulFOp::create(builder, loc, number, scale);
  } else if (op.getCentered() || (hasBytes && !getElementTypeOrSelf(op.getScales()).isF32())) {
    // The zero times the scale is exact: one is a power of two, or both are short. So this rounds once, as the product
    // of the difference does; and the product with the zero is the same for a whole block.
    Value shift = arith::NegFOp::create(builder, loc, arith::MulFOp::create(builder, loc, scale, zero));
    result = math::FmaOp::create(builder, loc, number, scale, shift);
  } else {
    result = arith::MulFOp::create(builder, loc, arith::SubFOp::create(builder, loc, number, zero), scale);
  }
  Type element = op.getElement();
  return element.isF32() ? result : convertToCompute(builder, loc, convertToStorage(builder, loc, result, element));
}

} // namespace llmc::codegen
