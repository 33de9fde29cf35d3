// Reductions. Each result folds its elements in row-major order; a block of results goes through
// the program at once.
#include "compiler/reference/Evaluation.h"
#include "compiler/reference/Largest.h"
#include "compiler/reference/scalars/ScalarProgram.h"
#include <type_traits>

using namespace mlir;

namespace llmc {
using namespace reference;

namespace {

/// The offsets of all elements of an array with these sizes and strides, in row-major order.
std::vector<int64_t> offsetsOf(ArrayRef<int64_t> sizes, ArrayRef<int64_t> strides) {
  std::vector<int64_t> offsets = {0};
  for (auto [size, stride] : llvm::zip(sizes, strides)) {
    std::vector<int64_t> next;
    next.reserve(offsets.size() * size);
    for (int64_t offset : offsets)
      for (int64_t i = 0; i < size; ++i)
        next.push_back(offset + i * stride);
    offsets = std::move(next);
  }
  return offsets;
}

/// Axes that stay and axes that go, as an outer and an inner array over the same data. The
/// innermost axis that goes is walked by its stride, so that no table is as large as the tensor.
struct Split {
  SmallVector<int64_t, 4> keptSizes, keptStrides, goneSizes, goneStrides;
  int64_t runSize = 1, runStride = 0;

  Split(const Tensor &input, ArrayRef<int64_t> axes) {
    auto strides = rowMajorStrides(input.shape());
    for (int64_t axis = 0; axis < input.rank(); ++axis) {
      bool gone = llvm::is_contained(axes, axis);
      (gone ? goneSizes : keptSizes).push_back(input.size(axis));
      (gone ? goneStrides : keptStrides).push_back(strides[axis]);
    }
    if (!goneSizes.empty()) {
      runSize = goneSizes.pop_back_val();
      runStride = goneStrides.pop_back_val();
    }
  }
};

template <typename T>
void loadLanes(char *target, const char *source, const int64_t *lanes, int64_t offset, int64_t count, bool contiguous) {
  const T *from = reinterpret_cast<const T *>(source) + offset;
  T *to = reinterpret_cast<T *>(target);
  if (contiguous)
    std::memcpy(to, from + lanes[0], count * sizeof(T));
  else
    for (int64_t i = 0; i < count; ++i)
      to[i] = from[lanes[i]];
}

using LoadLanes = void (*)(char *, const char *, const int64_t *, int64_t, int64_t, bool);

LoadLanes chooseLoad(int64_t bytes) {
  switch (bytes) {
  case 1:
    return loadLanes<uint8_t>;
  case 2:
    return loadLanes<uint16_t>;
  case 4:
    return loadLanes<uint32_t>;
  default:
    return loadLanes<uint64_t>;
  }
}

/// The start value, as an element of the kind in which the program sums.
void fillStart(TypedAttr init, ElementKind kind, char *target, int64_t count) {
  int64_t each = elementBytes(kind);
  uint64_t bits = 0;
  if (auto integer = dyn_cast<IntegerAttr>(init))
    bits = integer.getValue().getZExtValue();
  else if (auto number = dyn_cast<FloatAttr>(init))
    bits = (kind == ElementKind::F64 ? APFloat(number.getValueAsDouble()) : number.getValue())
               .bitcastToAPInt()
               .getZExtValue();
  for (int64_t i = 0; i < count; ++i)
    std::memcpy(target + i * each, &bits, each);
}

/// Folds all elements of the results whose first elements lie at `lanes`; leaves the sums in the
/// first argument.
void foldLanes(const ScalarProgram &program, ScalarProgram::Registers &registers, const Tensor &input,
               const Split &split, ArrayRef<int64_t> gone, ArrayRef<int64_t> lanes) {
  int64_t count = static_cast<int64_t>(lanes.size()), wide = elementBytes(program.resultKind());
  bool contiguous = true;
  for (int64_t i = 1; i < count; ++i)
    contiguous = contiguous && lanes[i] == lanes[0] + i;
  LoadLanes load = chooseLoad(elementBytes(input.kind()));
  char *sum = program.argument(registers, 0), *element = program.argument(registers, 1);
  for (int64_t start : gone)
    for (int64_t i = 0; i < split.runSize; ++i) {
      load(element, input.bytes().data(), lanes.data(), start + i * split.runStride, count, contiguous);
      program.run(registers, count);
      std::memcpy(sum, program.result(registers), count * wide);
    }
}

} // namespace

llvm::Error ir::ReduceOp::evaluate(Evaluation &evaluation) {
  auto program = ScalarProgram::compile(getBody().front(), evaluation.inDouble());
  if (!program)
    return evaluation.fail(llvm::toString(program.takeError()));
  const Tensor &input = evaluation.operands[0];
  Tensor &result = evaluation.result;
  Split split(input, getAxes());
  std::vector<int64_t> kept = offsetsOf(split.keptSizes, split.keptStrides);
  std::vector<int64_t> gone = offsetsOf(split.goneSizes, split.goneStrides);
  auto registers = program->makeRegisters();
  ScalarKernel narrow = nullptr; // from the wide sum to the result
  if (program->resultKind() != result.kind())
    narrow = floatConversion(program->resultKind(), result.kind());
  int64_t each = elementBytes(result.kind()), total = static_cast<int64_t>(kept.size());
  for (int64_t done = 0; done < total; done += ScalarProgram::kBlock) {
    int64_t count = std::min(ScalarProgram::kBlock, total - done);
    char *sum = program->argument(registers, 0), *target = result.mutableBytes().data() + done * each;
    fillStart(getInit(), program->resultKind(), sum, count);
    foldLanes(*program, registers, input, split, gone, ArrayRef<int64_t>(kept).slice(done, count));
    const void *operands[] = {sum, sum, sum};
    if (narrow)
      narrow(operands, target, count);
    else
      std::memcpy(target, sum, count * each);
  }
  return llvm::Error::success();
}

namespace {

/// Integers are compared with their sign; false is less than true.
template <typename T, bool = std::is_integral_v<T> && !std::is_same_v<T, bool>> struct SignedElement {
  using Type = T;
};
template <typename T> struct SignedElement<T, true> {
  using Type = std::make_signed_t<T>;
};

template <typename T> bool isNan(T value) { return value != value; }

/// True when `next` takes the place of `best`.
template <typename T> bool wins(T next, T best, bool smallest, bool last) {
  if (isNan(next) || isNan(best))
    return isNan(next) && (last || !isNan(best));
  if (next == best)
    return last;
  return smallest ? next < best : next > best;
}

template <typename T>
void argReduce(const Tensor &input, int64_t axis, bool smallest, bool last, MutableArrayRef<int64_t> result) {
  const T *data = reinterpret_cast<const T *>(input.bytes().data());
  int64_t size = input.size(axis), inner = 1;
  for (int64_t i = axis + 1; i < input.rank(); ++i)
    inner *= input.size(i);
  for (auto [position, slot] : llvm::enumerate(result)) {
    int64_t row = static_cast<int64_t>(position);
    const T *first = data + (row / inner) * size * inner + row % inner;
    slot = 0;
    for (int64_t i = 1; i < size; ++i)
      if (wins(first[i * inner], first[slot * inner], smallest, last))
        slot = i;
  }
}

} // namespace

llvm::Error ir::ArgReduceOp::evaluate(Evaluation &evaluation) {
  const Tensor &input = evaluation.operands[0];
  int64_t axis = static_cast<int64_t>(getAxis());
  if (input.size(axis) == 0 && evaluation.result.elementCount() > 0)
    return evaluation.fail("has no elements to choose from");
  dispatch(input.kind(), [&](auto element) {
    using T = typename SignedElement<decltype(element)>::Type;
    argReduce<T>(input, axis, getSmallest(), getLast(), evaluation.result.mutableValues<int64_t>());
  });
  return llvm::Error::success();
}

llvm::Error ir::LargestOp::evaluate(Evaluation &evaluation) {
  const Tensor &input = evaluation.operands[0];
  std::vector<double> numbers;
  for (int64_t i = 0; i < input.elementCount(); ++i)
    numbers.push_back(input.number(i));
  llvm::copy(largestOf(numbers, evaluation.result.elementCount()), evaluation.result.mutableValues<int64_t>().begin());
  return llvm::Error::success();
}

namespace {

/// `size` elements make a row, `stride` apart from one another; `stride` rows lie interleaved.
template <typename Sum, typename T>
void runSums(ArrayRef<T> from, MutableArrayRef<T> to, int64_t size, int64_t stride, bool exclusive, bool reverse) {
  int64_t rows = size == 0 ? 0 : static_cast<int64_t>(from.size()) / size;
  for (int64_t row = 0; row < rows; ++row) {
    int64_t first = row / stride * size * stride + row % stride;
    Sum sum = 0;
    for (int64_t i = 0; i < size; ++i) {
      int64_t place = first + (reverse ? size - 1 - i : i) * stride;
      Sum next = sum + static_cast<Sum>(from[place]);
      to[place] = static_cast<T>(exclusive ? sum : next);
      sum = next;
    }
  }
}

} // namespace

llvm::Error ir::RunningSumOp::evaluate(Evaluation &evaluation) {
  const Tensor &input = evaluation.operands[0];
  int64_t stride = rowMajorStrides(input.shape())[getAxis()], size = input.size(static_cast<int64_t>(getAxis()));
  bool inDouble = evaluation.inDouble();
  dispatch(input.kind(), [&](auto element) {
    using T = decltype(element);
    auto run = [&](auto zero) {
      if constexpr (!std::is_same_v<T, bool>)
        runSums<decltype(zero), T>(input.values<T>(), evaluation.result.mutableValues<T>(), size, stride,
                                   getExclusive(), getReverse());
    };
    if constexpr (std::is_integral_v<T>)
      run(uint64_t());
    else if (inDouble || std::is_same_v<T, double>)
      run(double());
    else
      run(float());
  });
  return llvm::Error::success();
}

} // namespace llmc
