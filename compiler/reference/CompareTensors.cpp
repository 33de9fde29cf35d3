// Reads both tensors through Tensor::number, whatever their type.
#include "compiler/reference/CompareTensors.h"
#include "mlir/IR/TypeUtilities.h"
#include <cstring>

using namespace mlir;

namespace llmc::reference {

Tolerance roundingTolerance(Type elementType) {
  if (elementType.isBF16())
    return {2e-2, 5e-2};
  if (elementType.isF16())
    return {2e-3, 1e-2};
  if (isa<FloatType>(elementType))
    return {1e-4, 1e-3};
  return {0, 0};
}

Tolerance roundingTolerance(Type elementType, Operation *root) {
  Tolerance loosest = roundingTolerance(elementType);
  if (!isa<FloatType>(elementType))
    return loosest;
  root->walk([&](Operation *op) {
    for (Type type : op->getResultTypes()) {
      Tolerance tolerance = roundingTolerance(getElementTypeOrSelf(type));
      if (tolerance.absolute > loosest.absolute)
        loosest = tolerance;
    }
  });
  return loosest;
}

llvm::Expected<Comparison> compareTensors(const Tensor &got, const Tensor &want, Tolerance tolerance) {
  if (got.shape() != want.shape())
    return llvm::createStringError("sizes are " + shapeText(got.shape()) + " instead of " + shapeText(want.shape()));
  if (got.elementType() != want.elementType())
    return llvm::createStringError("the element type is another one");
  Comparer comparer(tolerance);
  int64_t width = elementBytes(want.kind());
  bool integers = !isa<FloatType>(want.elementType());
  for (int64_t i = 0, count = want.elementCount(); i < count; ++i) {
    bool same = std::memcmp(&got.bytes()[i * width], &want.bytes()[i * width], width) == 0;
    comparer.add(got.number(i), want.number(i), same, integers && !same);
  }
  return comparer.finish();
}

std::string positionText(ArrayRef<int64_t> shape, uint64_t position) {
  std::string text;
  for (size_t axis = shape.size(); axis-- > 0;) {
    uint64_t size = std::max<int64_t>(shape[axis], 1);
    text = std::to_string(position % size) + (text.empty() ? "" : ", ") + text;
    position /= size;
  }
  return "[" + text + "]";
}

} // namespace llmc::reference
