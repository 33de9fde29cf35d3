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

/// A number of the type of `like`, in all lanes.
static Value constantLike(OpBuilder &builder, Location loc, Value like, double value) {
  Type element = getElementTypeOrSelf(like);
  TypedAttr attribute = isa<FloatType>(element)
                            ? TypedAttr(builder.getFloatAttr(element, value))
                            : TypedAttr(builder.getIntegerAttr(element, static_cast<int64_t>(value)));
  if (auto vector = dyn_cast<VectorType>(like.getType()))
    attribute = DenseElementsAttr::get(vector, attribute);
  return arith::ConstantOp::create(builder, loc, attribute);
}

/// What of a float of 8 bits the half float is that has its bits.
static constexpr float kHalfShare = 0x1p-8f;

/// Half floats have the sign of f8E4M3FN, then one more bit, and then its other bits: the same numbers at another
/// exponent, those with leading zeros, too. They are converted whatever machines do with such numbers elsewhere.
static Value asHalf(OpBuilder &builder, Location loc, Value code) {
  auto in = [&](Type element) { return withElement(code.getType(), element); };
  Value byte = arith::TruncIOp::create(builder, loc, in(builder.getI8Type()), code);
  Value word = arith::ExtSIOp::create(builder, loc, in(builder.getI16Type()), byte);
  word = arith::ShLIOp::create(builder, loc, word, constantLike(builder, loc, word, 7));
  word = arith::AndIOp::create(builder, loc, word, constantLike(builder, loc, word, static_cast<int16_t>(0xBF80)));
  Value half = arith::BitcastOp::create(builder, loc, in(builder.getF16Type()), word);
  return arith::ExtFOp::create(builder, loc, in(builder.getF32Type()), half);
}

/// One number of a table.
static Value pick(OpBuilder &builder, Location loc, Value table, Value place) {
  Value index = arith::IndexCastUIOp::create(builder, loc, builder.getIndexType(), place);
  return vector::ExtractOp::create(builder, loc, table, index);
}

/// The element of a table for each place, all within it.
static Value permuted(OpBuilder &builder, Location loc, Value table, Value places) {
  auto type = cast<VectorType>(places.getType());
  SmallVector<Value> picked;
  for (int64_t lane = 0; lane < type.getNumElements(); ++lane)
    picked.push_back(pick(builder, loc, table, vector::ExtractOp::create(builder, loc, places, lane)));
  return vector::FromElementsOp::create(builder, loc, withElement(type, getElementTypeOrSelf(table)), picked);
}

static Value constantTable(OpBuilder &builder, Location loc, ArrayRef<float> table) {
  auto type = VectorType::get(static_cast<int64_t>(table.size()), builder.getF32Type());
  return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, table));
}

/// The same for few floats, by their bytes: machines with short vectors permute those.
static Value permutedBytes(OpBuilder &builder, Location loc, ArrayRef<float> table, Value places) {
  auto type = cast<VectorType>(places.getType());
  auto asBytes = [&](Value tensor) {
    int64_t count = cast<VectorType>(tensor.getType()).getNumElements() * 4;
    return vector::BitCastOp::create(builder, loc, VectorType::get(count, builder.getI8Type()), tensor);
  };
  // Byte b of float f is byte 4 * f + b.
  Value first = arith::MulIOp::create(builder, loc, places, constantLike(builder, loc, places, 0x04040404));
  Value all = arith::AddIOp::create(builder, loc, first, constantLike(builder, loc, places, 0x03020100));
  Value bytes = permuted(builder, loc, asBytes(constantTable(builder, loc, table)), asBytes(all));
  return vector::BitCastOp::create(builder, loc, withElement(type, builder.getF32Type()), bytes);
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

/// The number of a table for each code, by permutations of as many of its numbers as a vector of the machine holds:
/// what LLVM makes of elements that are picked one by one by elements of another vector.
Value ElementEmitter::emitPicked(Value codes, ArrayRef<float> table) {
  auto type = dyn_cast<VectorType>(codes.getType());
  if (!type)
    return pick(builder, loc, constantTable(builder, loc, table), codes);
  auto size = static_cast<int64_t>(table.size()), piece = std::min<int64_t>(frame.target().lanes(), size);
  auto bitsOf = [&](int64_t mask) -> Value {
    return arith::AndIOp::create(builder, loc, codes, constantLike(builder, loc, codes, static_cast<double>(mask)));
  };
  Value places = piece < size ? bitsOf(piece - 1) : codes;
  SmallVector<Value> pieces;
  for (; !table.empty(); table = table.drop_front(piece))
    pieces.push_back(piece > 4 ? permuted(builder, loc, constantTable(builder, loc, table.take_front(piece)), places)
                               : permutedBytes(builder, loc, table.take_front(piece), places));
  for (int64_t bit = piece; pieces.size() > 1; bit *= 2) {
    Value isLow = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, bitsOf(bit),
                                        constantLike(builder, loc, codes, 0));
    SmallVector<Value> joined;
    for (size_t i = 0; i < pieces.size(); i += 2)
      joined.push_back(arith::SelectOp::create(builder, loc, isLow, pieces[i], pieces[i + 1]));
    pieces = std::move(joined);
  }
  return pieces.front();
}

/// What a code stands for, `kHalfShare` of it where it is a float of 8 bits.
Value ElementEmitter::emitLevel(ir::CodeLevels levels, Value code) {
  switch (levels) {
  case ir::CodeLevels::Whole:
    return toReal(builder, loc, code);
  case ir::CodeLevels::NF4:
    return emitPicked(code, ir::numbersOf(levels));
  case ir::CodeLevels::F8E4M3FN:
    return asHalf(builder, loc, code);
  }
  llvm_unreachable("unknown levels");
}

/// The zero of a block; null where there is none.
Value ElementEmitter::emitZero(ir::DecodeOp op, const Position &block) {
  if (op.getCentered())
    return broadcastToLanes(
        arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(static_cast<float>(op.commonZero()))));
  if (!op.getZeros())
    return {};
  Value zero = broadcastToLanes(emit(op.getZeros(), block));
  bool hasBytes = isa<IntegerType>(getElementTypeOrSelf(zero));
  return hasBytes ? toReal(builder, loc, widen(builder, loc, zero)) : zero;
}

template <> Value ElementEmitter::emitMoved(ir::DecodeOp op, const Position &position) {
  const Index &along = position[op.getAxis()];
  bool isOneBlock = op.getBlock() >= op.getSize();
  Position block = position;
  block[op.getAxis()] = isOneBlock ? uniform(0) : divide(along, static_cast<int64_t>(op.getBlock()));
  Value number = emitLevel(op.getLevels(), emitCode(op, position)),
        scale = broadcastToLanes(emit(op.getScales(), block)), zero = emitZero(op, block), result;
  if (op.getLevels() == ir::CodeLevels::F8E4M3FN)
    scale = arith::MulFOp::create(builder, loc, scale, constantLike(builder, loc, scale, 1 / kHalfShare));
  bool isShort = op.getZeros() && getElementTypeOrSelf(op.getZeros()).isInteger(8) &&
                 !getElementTypeOrSelf(op.getScales()).isF32();
  if (!zero) {
    result = arith::MulFOp::create(builder, loc, number, scale);
  } else if (op.getCentered() || isShort) {
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
