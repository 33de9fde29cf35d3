#include "compiler/passes/quantization/ByteMath.h"
#include "compiler/ir/FloatMath.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace llmc::passes {

Value widen(OpBuilder &builder, Location loc, Value byte, bool isUnsigned) {
  Type wide = builder.getI32Type();
  return isUnsigned ? Value(arith::ExtUIOp::create(builder, loc, wide, byte))
                    : Value(arith::ExtSIOp::create(builder, loc, wide, byte));
}

Value sumBytes(OpBuilder &builder, Location loc, Value bytes, bool isUnsigned, int64_t axis) {
  return ir::ReduceOp::create(builder, loc, bytes, axis, builder.getI32IntegerAttr(0),
                              [&](OpBuilder &inner, Location, ValueRange x) -> Value {
                                return arith::AddIOp::create(inner, loc, x[0], widen(inner, loc, x[1], isUnsigned));
                              });
}

Value scaleSum(OpBuilder &builder, Location loc, Value sum, Value lhsStep, Value rhsStep) {
  ir::FloatMath m(builder, loc);
  return m.mul(m.fromInteger(sum), m.mul(lhsStep, rhsStep));
}

} // namespace llmc::passes
