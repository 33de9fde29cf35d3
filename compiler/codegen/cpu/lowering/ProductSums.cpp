// Sums and elements of products.
#include "compiler/codegen/cpu/lowering/ProductSums.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen::cpu {

int64_t sumLanes(KernelFrame &frame, Type sum) {
  return frame.target().lanesOf(std::max(sum.getIntOrFloatBitWidth(), 32u));
}

Value widen(OpBuilder &builder, Location loc, Value value, Type element, bool isUnsigned) {
  Type from = getElementTypeOrSelf(value);
  if (from == element || !isa<IntegerType>(from))
    return value;
  auto vector = dyn_cast<VectorType>(value.getType());
  Type to = vector ? Type(VectorType::get(vector.getShape(), element)) : element;
  return isUnsigned ? Value(arith::ExtUIOp::create(builder, loc, to, value))
                    : Value(arith::ExtSIOp::create(builder, loc, to, value));
}

void finishSum(KernelFrame &frame, OpBuilder &builder, Value contraction, Value sum, Position at, Value column,
               int64_t lanes, Value mask) {
  ElementEmitter emitter(frame, builder, lanes, mask);
  at.push_back({column, 1});
  emitter.bind(contraction, at, sum);
  emitter.storeResults(at);
}

} // namespace llmc::codegen::cpu
