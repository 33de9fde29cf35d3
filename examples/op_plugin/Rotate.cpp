// What rope.rotate is: its sizes and its meaning.
#include "Rope.h"
#include "compiler/reference/Evaluation.h"

using namespace mlir;
using namespace llmc;

#include "RopeDialect.cpp.inc"

#define GET_OP_CLASSES
#include "Rope.cpp.inc"

namespace rope {

void RopeDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "Rope.cpp.inc"
      >();
}

LogicalResult RotateOp::inferShape(Adaptor op, ir::DimOracle &oracle, ir::ShapedResult &result) {
  ir::DimVector dims = oracle.dims(op.getInput());
  auto size = dims.empty() ? std::nullopt : dims.back().constant();
  if (dims.size() < 2 || !size || *size % 2 != 0)
    return oracle.fail("needs an even number of elements along its last axis, known at compile time"); // C1
  ir::DimVector wanted = {dims[dims.size() - 2], *size / 2};
  for (Value angles : {op.getCosines(), op.getSines()}) {
    ir::DimVector given = oracle.dims(angles);
    if (given.size() != 2)
      return oracle.fail("takes cosines and sines of rank 2"); // C2
    for (unsigned axis : {0, 1})
      if (failed(oracle.require(ir::DimRelation::Equal, given[axis], wanted[axis], "sizes of the angles")))
        return failure();
  }
  result.dims = dims;
  result.elementType = cast<RankedTensorType>(op.getInput().getType()).getElementType();
  return success();
}

/// T is the element type, Sum the type that products and sums are computed in.
template <typename T, typename Sum>
static void rotate(ArrayRef<reference::Tensor> operands, bool inverse, reference::Tensor &result) {
  const reference::Tensor &input = operands[0], &cosines = operands[1], &sines = operands[2];
  int64_t size = input.shape().back(), half = size / 2, angles = cosines.elementCount();
  for (int64_t i = 0, count = input.elementCount() / 2; i < count; ++i) {
    int64_t first = i / half * size + i % half, second = first + half;
    Sum x1(input.values<T>()[first]), x2(input.values<T>()[second]);
    Sum c(cosines.values<T>()[i % angles]), s(sines.values<T>()[i % angles]);
    if (inverse)
      s = -s;
    result.mutableValues<T>()[first] = T(x1 * c - x2 * s);
    result.mutableValues<T>()[second] = T(x2 * c + x1 * s);
  }
}

llvm::Error RotateOp::evaluate(reference::Evaluation &evaluation) {
  reference::dispatchFloat(evaluation.operands.front().kind(), [&](auto element) {
    using T = decltype(element);
    if (evaluation.inDouble() || std::is_same_v<T, double>)
      rotate<T, double>(evaluation.operands, getInverse(), evaluation.result);
    else
      rotate<T, float>(evaluation.operands, getInverse(), evaluation.result);
  });
  return llvm::Error::success();
}

} // namespace rope
