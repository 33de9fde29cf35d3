#include "compiler/codegen/cpu/vectors/Dot.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace llmc::codegen::cpu {

Value Dot::spreadLeft(OpBuilder &builder, Location loc, Value left) const {
  return vector::BroadcastOp::create(builder, loc, sums, left);
}

Value MultiplyAdd::step(OpBuilder &builder, Location loc, Value left, Value right, Value sum) const {
  if (isa<FloatType>(sumType().getElementType()))
    return vector::FMAOp::create(builder, loc, left, right, sum);
  return arith::AddIOp::create(builder, loc, sum, arith::MulIOp::create(builder, loc, left, right));
}

} // namespace llmc::codegen::cpu
