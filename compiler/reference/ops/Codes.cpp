// Numbers from codes, one by one.
#include "compiler/reference/Evaluation.h"

using namespace mlir;

namespace llmc {
using namespace reference;

static float floatAt(const Tensor &tensor, int64_t position) {
  return tensor.kind() == ElementKind::I8 ? static_cast<float>(tensor.values<uint8_t>()[position])
                                          : static_cast<float>(tensor.number(position));
}

llvm::Error ir::DecodeOp::evaluate(Evaluation &evaluation) {
  const Tensor &codes = evaluation.operands[0], &scales = evaluation.operands[1];
  const Tensor *zeros = getZeros() ? &evaluation.operands[2] : nullptr;
  auto axis = static_cast<int64_t>(getAxis()), size = static_cast<int64_t>(getSize());
  int64_t outer = *elementCount(codes.shape().take_front(axis)),
          inner = *elementCount(scales.shape().drop_front(axis + 1));
  auto bits = static_cast<unsigned>(getBits());
  auto commonZero = static_cast<float>(this->commonZero());
  auto group = static_cast<int64_t>(getGroup());
  auto decode = [&](int64_t i, int64_t k, int64_t j) {
    int64_t byte = k / perByte(), row = i * codes.size(axis) + byte / group,
            place = (row * inner + j) * group + byte % group;
    int64_t block = (i * scales.size(axis) + k / static_cast<int64_t>(getBlock())) * inner + j;
    unsigned code = codes.values<uint8_t>()[place] >> (k % perByte() * bits) & ((1u << bits) - 1);
    float zero = zeros ? floatAt(*zeros, block) : commonZero;
    return (static_cast<float>(code) - zero) * floatAt(scales, block);
  };
  dispatchFloat(evaluation.result.kind(), [&](auto element) {
    using T = decltype(element);
    T *next = evaluation.result.mutableValues<T>().data();
    for (int64_t i = 0; i < outer; ++i)
      for (int64_t k = 0; k < size; ++k)
        for (int64_t j = 0; j < inner; ++j)
          *next++ = static_cast<T>(decode(i, k, j));
  });
  return llvm::Error::success();
}

} // namespace llmc
