// Movement picked by indices, which are data and are checked one by one.
#include "compiler/reference/Evaluation.h"

using namespace mlir;

namespace llmc {
using namespace reference;

/// An index into an axis, counted from the end when negative. Nothing outside the axis.
static std::optional<int64_t> resolveIndex(int64_t index, int64_t size) {
  if (index < -size || index >= size)
    return std::nullopt;
  return index < 0 ? index + size : index;
}

static llvm::Error outside(const Evaluation &evaluation, int64_t index, int64_t axis, int64_t size) {
  return evaluation.fail("index " + Twine(index) + " lies outside axis " + Twine(axis) + " of size " + Twine(size));
}

static int64_t countOf(ArrayRef<int64_t> sizes) { return *elementCount(sizes); }

llvm::Error ir::GatherOp::evaluate(Evaluation &evaluation) {
  const Tensor &data = evaluation.operands[0], &indices = evaluation.operands[1];
  int64_t axis = getAxis(), size = data.size(axis), count = indices.elementCount();
  int64_t outer = countOf(data.shape().take_front(axis));
  int64_t slice = countOf(data.shape().drop_front(axis + 1)) * elementBytes(data.kind());
  std::vector<int64_t> picked;
  for (int64_t i = 0; i < count; ++i) {
    auto index = resolveIndex(indices.integer(i), size);
    if (!index)
      return outside(evaluation, indices.integer(i), axis, size);
    picked.push_back(*index);
  }
  char *target = evaluation.result.mutableBytes().data();
  for (int64_t i = 0; i < outer; ++i)
    for (int64_t index : picked) {
      std::memcpy(target, data.bytes().data() + (i * size + index) * slice, slice);
      target += slice;
    }
  return llvm::Error::success();
}

llvm::Error ir::GatherNdOp::evaluate(Evaluation &evaluation) {
  const Tensor &data = evaluation.operands[0], &indices = evaluation.operands[1];
  int64_t batchDims = getBatchDims(), tuple = indices.shape().back();
  ArrayRef<int64_t> indexed = data.shape().drop_front(batchDims).take_front(tuple);
  int64_t batches = countOf(data.shape().take_front(batchDims));
  int64_t perBatch = countOf(indices.shape().drop_front(batchDims).drop_back());
  int64_t slice = countOf(data.shape().drop_front(batchDims + tuple)) * elementBytes(data.kind());
  char *target = evaluation.result.mutableBytes().data();
  for (int64_t i = 0; i < batches * perBatch; ++i) {
    int64_t position = i / perBatch;
    for (int64_t axis = 0; axis < tuple; ++axis) {
      int64_t given = indices.integer(i * tuple + axis);
      auto index = resolveIndex(given, indexed[axis]);
      if (!index)
        return outside(evaluation, given, batchDims + axis, indexed[axis]);
      position = position * indexed[axis] + *index;
    }
    std::memcpy(target, data.bytes().data() + position * slice, slice);
    target += slice;
  }
  return llvm::Error::success();
}

} // namespace llmc
