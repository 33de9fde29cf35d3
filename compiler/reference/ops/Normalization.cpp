// Softmax and norms: row by row, with moments in f64 or f32.
#include "compiler/reference/Evaluation.h"
#include "compiler/reference/SoftmaxRow.h"

using namespace mlir;

namespace llmc {
using namespace reference;

namespace {

template <typename T, typename Sum> void softmax(const Tensor &input, int64_t axis, Tensor &result) {
  int64_t size = input.size(axis), inner = 1;
  for (int64_t i = axis + 1; i < input.rank(); ++i)
    inner *= input.size(i);
  std::vector<Sum> row(size);
  int64_t rows = input.elementCount() == 0 ? 0 : input.elementCount() / size;
  for (int64_t i = 0; i < rows; ++i) {
    int64_t first = (i / inner) * size * inner + i % inner;
    softmaxRow(input.values<T>().data() + first, result.mutableValues<T>().data() + first, size, inner, row);
  }
}

/// Calls with the element type and the type of sums.
template <typename Function> void withTypes(const Evaluation &evaluation, Function function) {
  dispatchFloat(evaluation.operands[0].kind(), [&](auto element) {
    if (evaluation.inDouble() || std::is_same_v<decltype(element), double>)
      function(element, double());
    else
      function(element, float());
  });
}

} // namespace

llvm::Error ir::SoftmaxOp::evaluate(Evaluation &evaluation) {
  withTypes(evaluation, [&](auto element, auto sum) {
    softmax<decltype(element), decltype(sum)>(evaluation.operands[0], getAxis(), evaluation.result);
  });
  return llvm::Error::success();
}

namespace {

/// One operand of a norm, read at any element of the input.
template <typename T, typename Sum> class Parameter {
public:
  Parameter(const Tensor *tensor, ArrayRef<int64_t> shape, Sum absent) : shape(shape), absent(absent) {
    if (!tensor)
      return;
    data = tensor->values<T>().data();
    strides = broadcastStrides(tensor->shape(), shape);
  }
  Sum at(int64_t position) const {
    if (!data)
      return absent;
    int64_t offset = 0;
    for (size_t axis = shape.size(); axis-- > 0; position /= shape[axis])
      offset += strides[axis] * (position % shape[axis]);
    return static_cast<Sum>(data[offset]);
  }

private:
  const T *data = nullptr;
  SmallVector<int64_t, 4> strides;
  ArrayRef<int64_t> shape;
  Sum absent;
};

template <typename T, typename Sum>
void norm(ir::NormOp op, const Tensor &input, const Tensor *scale, const Tensor *bias, Tensor &result) {
  int64_t size = 1, total = input.elementCount();
  for (int64_t i = op.getAxis(); i < input.rank(); ++i)
    size *= input.size(i);
  Parameter<T, Sum> scales(scale, input.shape(), 1), biases(bias, input.shape(), 0);
  bool layer = op.getKind() == ir::NormKind::Layer;
  auto epsilon = static_cast<Sum>(op.getEpsilon().convertToDouble());
  for (int64_t first = 0; first < total; first += size) {
    const T *in = input.values<T>().data() + first;
    T *out = result.mutableValues<T>().data() + first;
    Sum mean = 0, squares = 0;
    for (int64_t i = 0; layer && i < size; ++i)
      mean += static_cast<Sum>(in[i]);
    mean /= static_cast<Sum>(size);
    for (int64_t i = 0; i < size; ++i)
      squares += (static_cast<Sum>(in[i]) - mean) * (static_cast<Sum>(in[i]) - mean);
    Sum deviation = std::sqrt(squares / static_cast<Sum>(size) + epsilon);
    for (int64_t i = 0; i < size; ++i)
      out[i] = T((static_cast<Sum>(in[i]) - mean) / deviation * scales.at(first + i) + biases.at(first + i));
  }
}

} // namespace

llvm::Error ir::NormOp::evaluate(Evaluation &evaluation) {
  const Tensor *scale = getScale() ? &evaluation.operands[1] : nullptr;
  const Tensor *bias = getBias() ? &evaluation.operands.back() : nullptr;
  withTypes(evaluation, [&](auto element, auto sum) {
    norm<decltype(element), decltype(sum)>(*this, evaluation.operands[0], scale, bias, evaluation.result);
  });
  return llvm::Error::success();
}

} // namespace llmc
