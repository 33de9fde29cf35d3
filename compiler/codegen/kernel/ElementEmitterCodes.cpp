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
namespace {

/// Scalars, or vectors where an operand is one.
class LaneBuilder {
public:
  LaneBuilder(OpBuilder &builder, Location loc, int64_t lanes) : builder(builder), loc(loc), lanes(lanes) {}

  Type like(Value value, Type element) {
    auto vector = dyn_cast<VectorType>(value.getType());
    return vector ? Type(VectorType::get(vector.getShape(), element)) : element;
  }
  Value integer(int64_t value, Value as) {
    Type type = like(as, getElementTypeOrSelf(as));
    return arith::ConstantOp::create(builder, loc,
                                     spread(builder.getIntegerAttr(getElementTypeOrSelf(as), value), type));
  }
  Value real(double value, Value as) {
    return arith::ConstantOp::create(
        builder, loc, spread(builder.getF32FloatAttr(static_cast<float>(value)), like(as, builder.getF32Type())));
  }
  /// A byte without a sign.
  Value widen(Value byte) { return arith::ExtUIOp::create(builder, loc, like(byte, builder.getI32Type()), byte); }
  /// Of a number that is not negative; machines convert signed ones faster.
  Value toReal(Value number) {
    return arith::SIToFPOp::create(builder, loc, like(number, builder.getF32Type()), number);
  }
  template <typename Op> Value apply(Value a, Value b) {
    auto [left, right] = alike(a, b);
    return Op::create(builder, loc, left, right);
  }
  Value negated(Value a) { return arith::NegFOp::create(builder, loc, a); }
  Value multiplyAdd(Value a, Value b, Value sum) {
    auto [left, right] = alike(a, b);
    return math::FmaOp::create(builder, loc, left, right, alike(sum, left).first);
  }

private:
  std::pair<Value, Value> alike(Value a, Value b) {
    if (a.getType() == b.getType())
      return {a, b};
    auto spread = [&](Value x) { return isa<VectorType>(x.getType()) ? x : splat(builder, loc, x, lanes); };
    return {spread(a), spread(b)};
  }
  static TypedAttr spread(TypedAttr scalar, Type type) {
    auto vector = dyn_cast<VectorType>(type);
    return vector ? TypedAttr(DenseElementsAttr::get(vector, scalar)) : scalar;
  }

  OpBuilder &builder;
  Location loc;
  int64_t lanes;
};

} // namespace

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

/// In 32 bits.
Value ElementEmitter::emitCode(ir::DecodeOp op, const Position &position) {
  LaneBuilder build(builder, loc, lanes);
  const Index &along = position[op.getAxis()];
  int64_t perByte = op.perByte(), group = op.getGroup(), together = perByte * group;
  if (together == 1)
    return build.widen(emit(op.getCodes(), position));
  Value code = emitWords(op, position, divide(along, together));
  Index which = remainder(along, code ? together : perByte);
  if (!code) {
    Position place = position;
    place[op.getAxis()] = divide(along, together);
    if (group > 1)
      place.back() = remainder(divide(along, perByte), group);
    code = build.widen(emit(op.getCodes(), place));
  }
  Index shift = multiply(which, frame.constant(static_cast<int64_t>(op.getBits())));
  Value distance = shift.isUniform() ? shift.base : asVector(shift);
  distance = arith::IndexCastOp::create(builder, loc, build.like(distance, builder.getI32Type()), distance);
  code = build.apply<arith::ShRUIOp>(code, distance);
  return build.apply<arith::AndIOp>(code, build.integer((1 << op.getBits()) - 1, code));
}

template <> Value ElementEmitter::emitMoved(ir::DecodeOp op, const Position &position) {
  LaneBuilder build(builder, loc, lanes);
  auto at = [&](Index along) {
    Position place = position;
    place[op.getAxis()] = along;
    return place;
  };
  const Index &along = position[op.getAxis()];
  Value code = emitCode(op, position);
  bool isOneBlock = op.getBlock() >= op.getSize();
  Position block = at(isOneBlock ? uniform(0) : divide(along, static_cast<int64_t>(op.getBlock())));
  Value scale = emit(op.getScales(), block), number = build.toReal(code), result;
  Value zero = op.getZeros() ? emit(op.getZeros(), block) : Value();
  bool hasBytes = zero && isa<IntegerType>(getElementTypeOrSelf(zero));
  if (hasBytes)
    zero = build.toReal(build.widen(zero));
  else if (op.getCentered())
    zero = build.real(static_cast<double>(op.commonZero()), scale);
  if (!zero) {
    result = build.apply<arith::MulFOp>(number, scale);
  } else if (op.getCentered() || (hasBytes && !getElementTypeOrSelf(op.getScales()).isF32())) {
    // The zero times the scale is exact: one is a power of two, or both are short. So this rounds once, as the product
    // of the difference does; and the product with the zero is the same for a whole block.
    Value shift = build.apply<arith::MulFOp>(scale, zero);
    result = build.multiplyAdd(number, scale, build.negated(shift));
  } else {
    result = build.apply<arith::MulFOp>(build.apply<arith::SubFOp>(number, zero), scale);
  }
  Type element = op.getElement();
  return element.isF32() ? result : convertToCompute(builder, loc, convertToStorage(builder, loc, result, element));
}

} // namespace llmc::codegen
