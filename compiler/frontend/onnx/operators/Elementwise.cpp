// Pointwise operators on any numbers: each is a few scalar operations in the region of one llmc.map.
#include "compiler/frontend/onnx/Float8.h"
#include "compiler/frontend/onnx/OperatorContext.h"
#include "compiler/frontend/onnx/SupportedOps.h"

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;

namespace {

//===--- forms ---------------------------------------------------------------------------------------------------===//

using UnaryFn = Value (*)(ScalarMath &, Value);
using BinaryFn = Value (*)(ScalarMath &, Value, Value);

template <UnaryFn fn> void importUnary(OperatorContext &op) {
  op.setResult(op.map(op.input(0), op.type(0), [](ScalarMath &m, ValueRange x) { return fn(m, x[0]); }));
}

template <BinaryFn fn> Value combine(OperatorContext &op, Value a, Value b) {
  return op.map({a, b}, op.type(0), [](ScalarMath &m, ValueRange x) { return fn(m, x[0], x[1]); });
}

template <BinaryFn fn> void importBinary(OperatorContext &op) {
  op.setResult(combine<fn>(op, op.input(0), op.input(1)));
}

/// Gives bools.
template <UnaryFn fn> void importTest(OperatorContext &op) {
  op.setResult(op.map(op.input(0), op.type(0), [](ScalarMath &m, ValueRange x) { return fn(m, x[0]); }),
               OnnxElementType::Bool);
}

template <BinaryFn fn> void importComparison(OperatorContext &op) {
  op.setResult(combine<fn>(op, op.input(0), op.input(1)), OnnxElementType::Bool);
}

template <BinaryFn fn> Value combineAll(OperatorContext &op) {
  Value result = op.input(0);
  for (size_t i = 1; i < op.inputCount(); ++i)
    result = combine<fn>(op, result, op.input(i));
  return result;
}

template <BinaryFn fn> void importVariadic(OperatorContext &op) { op.setResult(combineAll<fn>(op)); }

/// Members of ScalarMath as BinaryFn.
template <auto member> Value call(ScalarMath &m, Value a, Value b) { return (m.*member)(a, b); }
template <auto member> Value call(ScalarMath &m, Value a) { return (m.*member)(a); }

/// A function of `math`; of integers it is the identity, where ONNX allows them at all.
template <typename Op> Value apply(ScalarMath &m, Value x) { return m.apply<Op>(x); }
template <typename Op> Value applyBits(ScalarMath &m, Value a, Value b) { return m.apply<Op>(a, b); }

constexpr BinaryFn kAdd = call<&ScalarMath::add>, kMin = call<&ScalarMath::min>, kMax = call<&ScalarMath::max>;

//===--- scalar functions ----------------------------------------------------------------------------------------===//

Value flip(ScalarMath &m, Value x) { return m.apply<arith::XOrIOp>(x, m.allOnes(x.getType())); }
Value greater(ScalarMath &m, Value a, Value b) { return m.less(b, a); }
Value greaterOrEqual(ScalarMath &m, Value a, Value b) { return m.lessOrEqual(b, a); }
Value reciprocal(ScalarMath &m, Value x) { return m.div(m.constant(1, x), x); }
Value isNan(ScalarMath &m, Value x) { return flip(m, m.equal(x, x)); }

Value sign(ScalarMath &m, Value x) {
  Value zero = m.constant(0, x), one = m.constant(1, x);
  Value rest = m.select(m.less(x, zero), m.constant(-1, x), x); // 0 and NaN stay
  return m.select(m.less(zero, x), one, rest);
}

//===--- operators with cases of their own -----------------------------------------------------------------------===//

void importMean(OperatorContext &op) {
  Value sum = combineAll<kAdd>(op);
  double count = op.inputCount();
  op.setResult(
      op.map(sum, op.type(0), [&](ScalarMath &m, ValueRange x) { return m.div(x[0], m.constant(count, x[0])); }));
}

void importIsInf(OperatorContext &op) {
  bool negative = op.intAttr("detect_negative", 1), positive = op.intAttr("detect_positive", 1);
  Value result = op.map(op.input(0), op.type(0), [&](ScalarMath &m, ValueRange x) -> Value {
    Type type = x[0].getType();
    if (negative && positive)
      return m.equal(m.abs(x[0]), m.largest(type));
    if (negative || positive)
      return m.equal(x[0], positive ? m.largest(type) : m.smallest(type));
    return m.less(x[0], x[0]); // never
  });
  op.setResult(result, OnnxElementType::Bool);
}

void importMod(OperatorContext &op) {
  bool likeC = op.intAttr("fmod", 0);
  op.setResult(likeC ? combine<call<&ScalarMath::remainder>>(op, op.input(0), op.input(1))
                     : combine<call<&ScalarMath::modulo>>(op, op.input(0), op.input(1)));
}

void importBitShift(OperatorContext &op) {
  llvm::StringRef direction = op.stringAttr("direction", "");
  if (direction != "LEFT" && direction != "RIGHT")
    return op.fail<Code::AttributeValue>("direction", quoted(direction), "LEFT or RIGHT");
  bool left = direction == "LEFT", keepsSign = !left && !isUnsigned(op.type(0));
  op.setResult(op.map({op.input(0), op.input(1)}, op.type(0), [&](ScalarMath &m, ValueRange x) -> Value {
    // Shifting by all bits or more is undefined in arith. A negative number of bits is a large one.
    Value most = m.constant(x[0].getType().getIntOrFloatBitWidth() - 1, x[0]), by = m.apply<arith::MinUIOp>(x[1], most);
    if (keepsSign)
      return m.apply<arith::ShRSIOp>(x[0], by);
    Value shifted = left ? m.apply<arith::ShLIOp>(x[0], by) : m.apply<arith::ShRUIOp>(x[0], by);
    return m.select(m.equal(by, x[1]), shifted, m.constant(0, x[0]));
  }));
}

/// Powers that need no powf. Null for others.
Value specialPower(ScalarMath &m, Value x, double exponent) {
  if (exponent == 1)
    return x;
  if (exponent == 2)
    return m.mul(x, x);
  if (exponent == 3)
    return m.mul(m.mul(x, x), x);
  if (!ScalarMath::isFloat(x))
    return {};
  if (exponent == 0.5)
    return m.apply<math::SqrtOp>(x);
  if (exponent == -1)
    return reciprocal(m, x);
  return {};
}

void importPow(OperatorContext &op) {
  auto exponent = OperatorContext::constantScalar(op.input(1));
  // A longer exponent could add axes to the result.
  bool isScalar = exponent && OperatorContext::rank(op.input(1)) <= OperatorContext::rank(op.input(0));
  Type target = op.elementType(op.input(0));
  bool integerBase = !isa<FloatType>(target), floatExponent = isa<FloatType>(op.elementType(op.input(1)));
  auto body = [&](ScalarMath &m, ValueRange x) -> Value {
    if (Value special = isScalar ? specialPower(m, x[0], *exponent) : Value())
      return special;
    Value e =
        isScalar ? m.constant(*exponent, integerBase && floatExponent ? Type(op.builder.getF64Type()) : target) : x[1];
    return m.power(x[0], integerBase ? e : m.cast(e, target, false));
  };
  op.setResult(isScalar ? op.map(op.input(0), op.type(0), body) : op.map({op.input(0), op.input(1)}, op.type(0), body));
}

void importClip(OperatorContext &op) {
  Value result = op.input(0);
  if (op.has(1))
    result = combine<kMax>(op, result, op.input(1));
  if (op.has(2))
    result = combine<kMin>(op, result, op.input(2));
  op.setResult(result);
}

void importWhere(OperatorContext &op) {
  Value result = op.map({op.input(0), op.input(1), op.input(2)}, op.type(1),
                        [](ScalarMath &m, ValueRange x) { return m.select(x[0], x[1], x[2]); });
  op.setResult(result, op.type(1));
}

void castTo(OperatorContext &op, OnnxElementType to) {
  if (!isFloat8(to))
    return op.setResult(op.cast({op.input(0), op.type(0)}, to), to);
  bool saturates = op.intAttr("saturate", 1) != 0;
  op.setResult(op.map(op.input(0), op.type(0),
                      [&](ScalarMath &m, ValueRange x) { return roundToFloat8(m, x[0], to, saturates); }),
               to);
}

void importCast(OperatorContext &op) {
  auto number = op.node.intAttr("to");
  if (!number)
    return op.fail(number.takeError());
  castTo(op, *onnxElementTypeFromNumber(*number)); // refuseCast() has seen it
}

void importCastLike(OperatorContext &op) {
  if (!isCompiled(op.type(1)) && !isFloat8(op.type(1)))
    return op.fail<Code::OperandsDoNotFit>("it casts to " + infoOf(op.type(1)).name.str());
  castTo(op, op.type(1));
}

std::optional<Refusal> refuseCast(const NodeFacts &facts) {
  auto number = facts.node.intAttr("to");
  if (!number) {
    llvm::consumeError(number.takeError());
    return Refusal{"attribute 'to' is missing or no integer", "export it again"};
  }
  auto type = onnxElementTypeFromNumber(*number);
  if (type && (isCompiled(*type) || isFloat8(*type)))
    return std::nullopt;
  std::string text = type ? infoOf(*type).name.str() : "type number " + std::to_string(*number);
  return Refusal{"it casts to " + text,
                 "use float32, float16, bfloat16, float64, floats of 8 bits, integers of 8 to 64 bits or bool"};
}

} // namespace

llvm::ArrayRef<OperatorImporter> elementwiseOperators() {
  static const OperatorImporter table[] = {
      {"", "Abs", 13, kNewest, 1, importUnary<call<&ScalarMath::abs>>},
      {"", "Neg", 13, kNewest, 1, importUnary<call<&ScalarMath::neg>>},
      {"", "Sign", 13, kNewest, 1, importUnary<sign>},
      {"", "Ceil", 13, kNewest, 1, importUnary<apply<math::CeilOp>>},
      {"", "Floor", 13, kNewest, 1, importUnary<apply<math::FloorOp>>},
      {"", "Round", 11, kNewest, 1, importUnary<apply<math::RoundEvenOp>>},
      {"", "Sqrt", 13, kNewest, 1, importUnary<apply<math::SqrtOp>>},
      {"", "Exp", 13, kNewest, 1, importUnary<apply<math::ExpOp>>},
      {"", "Log", 13, kNewest, 1, importUnary<apply<math::LogOp>>},
      {"", "Reciprocal", 13, kNewest, 1, importUnary<reciprocal>},
      {"", "Erf", 13, kNewest, 1, importUnary<apply<math::ErfOp>>},
      {"", "Sin", 7, kNewest, 1, importUnary<apply<math::SinOp>>},
      {"", "Cos", 7, kNewest, 1, importUnary<apply<math::CosOp>>},
      {"", "Tan", 7, kNewest, 1, importUnary<apply<math::TanOp>>},
      {"", "Asin", 7, kNewest, 1, importUnary<apply<math::AsinOp>>},
      {"", "Acos", 7, kNewest, 1, importUnary<apply<math::AcosOp>>},
      {"", "Atan", 7, kNewest, 1, importUnary<apply<math::AtanOp>>},
      {"", "Sinh", 9, kNewest, 1, importUnary<apply<math::SinhOp>>},
      {"", "Cosh", 9, kNewest, 1, importUnary<apply<math::CoshOp>>},
      {"", "Tanh", 13, kNewest, 1, importUnary<apply<math::TanhOp>>},
      {"", "Asinh", 9, kNewest, 1, importUnary<apply<math::AsinhOp>>},
      {"", "Acosh", 9, kNewest, 1, importUnary<apply<math::AcoshOp>>},
      {"", "Atanh", 9, kNewest, 1, importUnary<apply<math::AtanhOp>>},
      {"", "IsNaN", 13, kNewest, 1, importTest<isNan>},
      {"", "IsInf", 10, kNewest, 1, importIsInf},
      {"", "Not", 1, kNewest, 1, importUnary<flip>},
      {"", "BitwiseNot", 18, kNewest, 1, importUnary<flip>},

      {"", "Add", 13, kNewest, 2, importBinary<kAdd>},
      {"", "Sub", 13, kNewest, 2, importBinary<call<&ScalarMath::sub>>},
      {"", "Mul", 13, kNewest, 2, importBinary<call<&ScalarMath::mul>>},
      {"", "Div", 13, kNewest, 2, importBinary<call<&ScalarMath::div>>},
      {"", "Mod", 13, kNewest, 2, importMod},
      {"", "Pow", 13, kNewest, 2, importPow},
      {"", "And", 7, kNewest, 2, importBinary<applyBits<arith::AndIOp>>},
      {"", "Or", 7, kNewest, 2, importBinary<applyBits<arith::OrIOp>>},
      {"", "Xor", 7, kNewest, 2, importBinary<applyBits<arith::XOrIOp>>},
      {"", "BitwiseAnd", 18, kNewest, 2, importBinary<applyBits<arith::AndIOp>>},
      {"", "BitwiseOr", 18, kNewest, 2, importBinary<applyBits<arith::OrIOp>>},
      {"", "BitwiseXor", 18, kNewest, 2, importBinary<applyBits<arith::XOrIOp>>},
      {"", "BitShift", 11, kNewest, 2, importBitShift},
      {"", "Equal", 13, kNewest, 2, importComparison<call<&ScalarMath::equal>>},
      {"", "Less", 13, kNewest, 2, importComparison<call<&ScalarMath::less>>},
      {"", "LessOrEqual", 12, kNewest, 2, importComparison<call<&ScalarMath::lessOrEqual>>},
      {"", "Greater", 13, kNewest, 2, importComparison<greater>},
      {"", "GreaterOrEqual", 12, kNewest, 2, importComparison<greaterOrEqual>},

      {"", "Min", 13, kNewest, 1, importVariadic<kMin>},
      {"", "Max", 13, kNewest, 1, importVariadic<kMax>},
      {"", "Sum", 13, kNewest, 1, importVariadic<kAdd>},
      {"", "Mean", 13, kNewest, 1, importMean},
      {"", "Clip", 13, kNewest, 1, importClip},
      {"", "Where", 9, kNewest, 3, importWhere},
      {"", "Cast", 13, kNewest, 1, importCast, refuseCast},
      {"", "CastLike", 15, kNewest, 2, importCastLike},
  };
  return table;
}

} // namespace llmc::frontend
