// Operations of the arith and math dialects.
#include "compiler/codegen/cpu/llvm/FloatBuilder.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen::cpu {

FloatBuilder::FloatBuilder(Operation *op) : builder(op->getLoc(), op->getContext()), type(op->getResult(0).getType()) {
  builder.setInsertionPoint(op);
}

bool FloatBuilder::isF32() const { return getElementTypeOrSelf(type).isF32(); }

Value FloatBuilder::constant(double value) { return splat(builder.getFloatAttr(getElementTypeOrSelf(type), value)); }

Value FloatBuilder::multiplyAdd(Value a, Value b, Value c) { return math::FmaOp::create(builder, a, b, c); }

Value FloatBuilder::isLess(Value a, Value b) { return arith::CmpFOp::create(builder, arith::CmpFPredicate::OLT, a, b); }

Value FloatBuilder::clamp(Value x, double least, double most) {
  Value low = constant(least), high = constant(most);
  Value above = select(isLess(x, low), low, x);
  return select(isLess(high, above), high, above);
}

static SmallVector<double> everySecond(ArrayRef<double> all) {
  SmallVector<double> some;
  for (size_t i = 0; i < all.size(); i += 2)
    some.push_back(all[i]);
  return some;
}

Value FloatBuilder::polynomial(ArrayRef<double> coefficients, Value x) {
  // Each sum waits for the one before. Of a long polynomial, half of the small ones are computed beside the others.
  constexpr size_t large = 8;
  Value sum;
  if (coefficients.size() > large + 1) {
    ArrayRef<double> small = coefficients.drop_front(large);
    Value square = mul(x, x), even = polynomial(everySecond(small), square);
    sum = multiplyAdd(polynomial(everySecond(small.drop_front()), square), x, even);
    coefficients = coefficients.take_front(large);
  } else {
    sum = constant(coefficients.back());
    coefficients = coefficients.drop_back();
  }
  for (double coefficient : llvm::reverse(coefficients))
    sum = multiplyAdd(sum, x, constant(coefficient));
  return sum;
}

Value FloatBuilder::shiftBitsLeft(Value x, int32_t distance) {
  Type integer = builder.getI32Type();
  Value bits = arith::BitcastOp::create(builder, withElement(integer), x);
  Value shifted = arith::ShLIOp::create(builder, bits, splat(builder.getI32IntegerAttr(distance)));
  return arith::BitcastOp::create(builder, type, shifted);
}

Type FloatBuilder::withElement(Type element) const {
  auto vector = dyn_cast<VectorType>(type);
  return vector ? Type(vector.clone(element)) : element;
}

Value FloatBuilder::splat(TypedAttr value) {
  if (auto vector = dyn_cast<ShapedType>(withElement(value.getType())))
    value = DenseElementsAttr::get(vector, Attribute(value));
  return arith::ConstantOp::create(builder, value);
}

} // namespace llmc::codegen::cpu
