// Movement of whole patterns. Sizes have been checked by the shape functions; what depends on
// values is checked here.
#include "compiler/reference/Evaluation.h"
#include "compiler/reference/StridedCopy.h"
#include "compiler/reference/Windows.h"

using namespace mlir;

namespace llmc {
using namespace reference;

llvm::Error ir::ReshapeOp::evaluate(Evaluation &evaluation) {
  const Tensor &input = evaluation.operands[0];
  if (input.elementCount() != evaluation.result.elementCount())
    return evaluation.fail("can't give " + Twine(input.elementCount()) + " elements the sizes " +
                           shapeText(evaluation.result.shape()));
  evaluation.result = input.withShape(evaluation.result.shape());
  return llvm::Error::success();
}

/// Fills the whole result from a pattern of the input that begins at element `first`.
static void copyPattern(Evaluation &evaluation, int64_t first, ArrayRef<int64_t> strides) {
  const Tensor &input = evaluation.operands[0];
  Tensor &result = evaluation.result;
  int64_t each = elementBytes(input.kind());
  copyStrided(result.mutableBytes().data(), rowMajorStrides(result.shape()), input.bytes().data() + first * each,
              strides, result.shape(), each);
}

llvm::Error ir::ExpandOp::evaluate(Evaluation &evaluation) {
  const Tensor &input = evaluation.operands[0];
  ArrayRef<int64_t> wide = evaluation.result.shape();
  for (int64_t axis = 0; axis < input.rank(); ++axis) {
    int64_t wanted = wide[wide.size() - input.rank() + axis];
    if (input.size(axis) != 1 && input.size(axis) != wanted)
      return evaluation.fail("can't expand axis " + Twine(axis) + " from " + Twine(input.size(axis)) + " to " +
                             Twine(wanted));
  }
  copyPattern(evaluation, 0, broadcastStrides(input.shape(), wide));
  return llvm::Error::success();
}

llvm::Error ir::TransposeOp::evaluate(Evaluation &evaluation) {
  auto inputStrides = rowMajorStrides(evaluation.operands[0].shape());
  SmallVector<int64_t, 4> strides;
  for (int64_t axis : getPerm())
    strides.push_back(inputStrides[axis]);
  copyPattern(evaluation, 0, strides);
  return llvm::Error::success();
}

llvm::Error ir::SliceOp::evaluate(Evaluation &evaluation) {
  const Tensor &input = evaluation.operands[0];
  auto offsets = evaluation.mixed(1, getStaticOffsets());
  auto strides = rowMajorStrides(input.shape());
  ArrayRef<int64_t> sizes = evaluation.result.shape();
  int64_t first = 0;
  for (int64_t axis = 0; axis < input.rank(); ++axis) {
    int64_t step = getSteps()[axis], distance, last;
    bool far = llvm::MulOverflow(sizes[axis] - 1, step, distance) || llvm::AddOverflow(offsets[axis], distance, last);
    if (sizes[axis] > 0 &&
        (far || std::min(offsets[axis], last) < 0 || std::max(offsets[axis], last) >= input.size(axis)))
      return evaluation.fail("leaves the input at axis " + Twine(axis) + ": " + Twine(sizes[axis]) + " elements from " +
                             Twine(offsets[axis]) + " in steps of " + Twine(step) + ", of " + Twine(input.size(axis)));
    // Offsets of nothing and steps to nowhere may be as large as they like.
    first += sizes[axis] > 0 ? offsets[axis] * strides[axis] : 0;
    strides[axis] = sizes[axis] > 1 ? strides[axis] * step : 0;
  }
  if (evaluation.result.elementCount() > 0)
    copyPattern(evaluation, first, strides);
  return llvm::Error::success();
}

llvm::Error ir::ConcatOp::evaluate(Evaluation &evaluation) {
  Tensor &result = evaluation.result;
  auto strides = rowMajorStrides(result.shape());
  int64_t each = elementBytes(result.kind()), axis = getAxis(), at = 0;
  for (const Tensor &input : evaluation.operands) {
    copyStrided(result.mutableBytes().data() + at * strides[axis] * each, strides, input.bytes().data(),
                rowMajorStrides(input.shape()), input.shape(), each);
    at += input.size(axis);
  }
  return llvm::Error::success();
}

llvm::Error ir::PadOp::evaluate(Evaluation &evaluation) {
  const Tensor &input = evaluation.operands[0], &value = evaluation.operands[1];
  Tensor &result = evaluation.result;
  auto low = evaluation.mixed(2, getStaticLow());
  auto strides = rowMajorStrides(result.shape());
  int64_t each = elementBytes(result.kind()), first = 0;
  for (int64_t axis = 0; axis < input.rank(); ++axis)
    first += low[axis] * strides[axis];
  SmallVector<int64_t, 4> repeat(result.rank(), 0);
  copyStrided(result.mutableBytes().data(), strides, value.bytes().data(), repeat, result.shape(), each);
  copyStrided(result.mutableBytes().data() + first * each, strides, input.bytes().data(),
              rowMajorStrides(input.shape()), input.shape(), each);
  return llvm::Error::success();
}

llvm::Error ir::IotaOp::evaluate(Evaluation &evaluation) {
  for (auto [i, slot] : llvm::enumerate(evaluation.result.mutableValues<int64_t>()))
    slot = static_cast<int64_t>(i);
  return llvm::Error::success();
}

llvm::Error ir::UnfoldOp::evaluate(Evaluation &evaluation) {
  const Tensor &input = evaluation.operands[0];
  Tensor &result = evaluation.result;
  Windows windows = {input.shape().drop_front(2),
                     getWindow(),
                     getStrides(),
                     getDilations(),
                     getPadLow(),
                     result.shape().drop_front().drop_back()};
  if (result.elementCount() == 0)
    return llvm::Error::success();
  int64_t images = input.size(0), each = elementBytes(input.kind());
  for (int64_t i = 0; i < images; ++i)
    unfoldWindows(windows, input.size(1), input.bytes().data() + i * (input.byteCount() / images),
                  result.mutableBytes().data() + i * (result.byteCount() / images), each);
  return llvm::Error::success();
}

/// Packs one matrix. Whole groups of rows are one pattern; the rows of a last, partial group follow
/// one by one.
static void packMatrix(const char *source, char *target, int64_t rows, int64_t columns, int64_t panel, int64_t group,
                       int64_t each) {
  int64_t groups = rows / group, allGroups = (rows + group - 1) / group;
  for (int64_t left = 0; left < columns; left += panel) {
    int64_t width = std::min(panel, columns - left);
    char *into = target + left / panel * allGroups * panel * group * each;
    const char *from = source + left * each;
    copyStrided(into, {panel * group, group, 1}, from, {group * columns, 1, columns}, {groups, width, group}, each);
    for (int64_t row = groups * group; row < rows; ++row)
      copyStrided(into + (groups * panel * group + row % group) * each, {group}, from + row * columns * each, {1},
                  {width}, each);
  }
}

llvm::Error ir::PackOp::evaluate(Evaluation &evaluation) {
  const Tensor &input = evaluation.operands[0];
  Tensor &result = evaluation.result;
  int64_t rows = input.size(input.rank() - 2), columns = input.shape().back();
  int64_t panel = getPanel(), group = getGroup();
  int64_t matrices = *elementCount(input.shape().drop_back(2));
  if (columns % panel != 0 || rows % group != 0) // what is missing is zero
    std::memset(result.mutableBytes().data(), 0, result.byteCount());
  for (int64_t i = 0; i < matrices; ++i)
    packMatrix(input.bytes().data() + i * (input.byteCount() / matrices),
               result.mutableBytes().data() + i * (result.byteCount() / matrices), rows, columns, panel, group,
               elementBytes(input.kind()));
  return llvm::Error::success();
}

} // namespace llmc
