// Windows of convolutions become borders of the input where only a run knows their sizes.
#include "compiler/frontend/onnx/Contractions.h"

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;

Value withAxis(OperatorContext &op, Value tensor, int64_t axis) {
  Sizes sizes = op.sizes.dims(tensor);
  sizes.insert(sizes.begin() + std::min<int64_t>(axis, sizes.size()), op.sizes.constant(1));
  return op.reshape(tensor, sizes);
}

Value withoutAxis(OperatorContext &op, Value tensor, int64_t axis) {
  Sizes sizes = op.sizes.dims(tensor);
  if (axis >= static_cast<int64_t>(sizes.size())) // it could not be made, which has been reported
    return tensor;
  sizes.erase(sizes.begin() + axis);
  return op.reshape(tensor, sizes);
}

Value multiplyAsMatrices(OperatorContext &op, Value a, Value b, llvm::function_ref<Value(Value, Value)> multiply) {
  bool aIsVector = OperatorContext::rank(a) == 1, bIsVector = OperatorContext::rank(b) == 1;
  if (OperatorContext::rank(a) == 0 || OperatorContext::rank(b) == 0) {
    op.fail<Code::OperandsDoNotFit>("a scalar is no matrix");
    return a;
  }
  if (aIsVector)
    a = withAxis(op, a, 0);
  if (bIsVector)
    b = withAxis(op, b, 1);
  Value result = multiply(a, b);
  if (OperatorContext::rank(result) < 2) // sizes do not fit, which has been reported
    return result;
  if (bIsVector)
    result = withoutAxis(op, result, OperatorContext::rank(result) - 1);
  if (aIsVector)
    result = withoutAxis(op, result, OperatorContext::rank(result) - (bIsVector ? 1 : 2));
  return result;
}

namespace {

struct Window {
  SmallVector<int64_t> strides, dilations;
  Sizes low, high;
};

/// Padding with which the result has ceil(size / stride) elements, the odd one at the end or at the beginning.
void padToSame(OperatorContext &op, Window &window, Value input, Value filter, bool moreAtBegin) {
  SizeMath &sizes = op.sizes;
  Value one = sizes.constant(1);
  for (size_t axis = 0; axis < window.strides.size(); ++axis) {
    Value size = sizes.dim(input, axis + 2), stride = sizes.constant(window.strides[axis]);
    Value extent = sizes.dim(filter, axis + 2);
    Value extentLess1 = sizes.mul(sizes.sub(extent, one), sizes.constant(window.dilations[axis]));
    Value total = extentLess1; // of steps of 1
    if (window.strides[axis] != 1) {
      Value steps = sizes.floorDiv(sizes.sub(size, one), stride); // from the first window to the last
      Value last = sizes.add(sizes.mul(steps, stride), extentLess1);
      total = sizes.max(sizes.sub(last, sizes.sub(size, one)), sizes.constant(0));
    }
    Value less = sizes.floorDiv(total, sizes.constant(2)), more = sizes.sub(total, less);
    window.low[axis] = moreAtBegin ? more : less;
    window.high[axis] = moreAtBegin ? less : more;
  }
}

std::optional<Window> readWindow(OperatorContext &op, Value input, Value filter) {
  int64_t spatial = OperatorContext::rank(input) - 2;
  SmallVector<int64_t> ones(spatial, 1), zeros(2 * spatial, 0);
  Window window = {op.intsAttr("strides", ones), op.intsAttr("dilations", ones), {}, {}};
  SmallVector<int64_t> pads = op.intsAttr("pads", zeros);
  auto expectLength = [&](llvm::StringRef name, const SmallVector<int64_t> &list, int64_t length) {
    if (static_cast<int64_t>(list.size()) != length)
      op.fail<Code::OperandLength>(name, list.size(), length);
  };
  expectLength("strides", window.strides, spatial);
  expectLength("dilations", window.dilations, spatial);
  expectLength("pads", pads, 2 * spatial);
  if (op.failed())
    return std::nullopt;
  if (llvm::any_of(window.strides, [](int64_t s) { return s < 1; }) ||
      llvm::any_of(pads, [](int64_t p) { return p < 0; })) {
    op.fail<Code::AttributeValue>("strides or pads", "negative", "positive numbers");
    return std::nullopt;
  }
  llvm::StringRef automatic = op.stringAttr("auto_pad", "NOTSET");
  if (automatic == "VALID")
    pads = zeros;
  for (int64_t axis = 0; axis < spatial; ++axis) {
    window.low.push_back(op.sizes.constant(pads[axis]));
    window.high.push_back(op.sizes.constant(pads[spatial + axis]));
  }
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    padToSame(op, window, input, filter, automatic == "SAME_LOWER");
  } else if (automatic != "NOTSET" && automatic != "VALID") {
    op.fail<Code::AttributeValue>("auto_pad", quoted(automatic), "NOTSET, VALID, SAME_UPPER or SAME_LOWER");
    return std::nullopt;
  }
  return window;
}

/// kernel_shape says once more what the filter is.
void checkKernelShape(OperatorContext &op, Value filter) {
  llvm::ArrayRef<int64_t> extents = OperatorContext::typeOf(filter).getShape().drop_front(2);
  SmallVector<int64_t> declared = op.intsAttr("kernel_shape", extents);
  bool agrees = declared.size() == extents.size() && llvm::all_of(llvm::zip(declared, extents), [](auto pair) {
                  auto [said, is] = pair;
                  return said == is || ShapedType::isDynamic(is);
                });
  if (!agrees)
    op.fail<Code::OperandsDoNotFit>("the filter has not the size that kernel_shape gives");
}

/// The input with the border whose width only a run knows; the window keeps the rest of it.
Value padByRunTimeSizes(OperatorContext &op, Value input, Window &window) {
  Value zero = op.sizes.constant(0);
  Sizes low(2, zero), high(2, zero); // of the batch and the channels
  for (auto [before, behind] : llvm::zip(window.low, window.high)) {
    bool known = constantOf(before) && constantOf(behind);
    low.push_back(known ? zero : std::exchange(before, zero));
    high.push_back(known ? zero : std::exchange(behind, zero));
  }
  if (llvm::all_of(low, constantOf) && llvm::all_of(high, constantOf))
    return input;
  return op.pad(input, op.scalar(0, op.elementType(input)), low, high);
}

} // namespace

Value convolve(OperatorContext &op, Value input, Value filter) {
  int64_t rank = OperatorContext::rank(input);
  if (rank < 3 || OperatorContext::rank(filter) != rank) {
    op.fail<Code::OperandsDoNotFit>("input and filter need one rank of at least 3");
    return {};
  }
  auto window = readWindow(op, input, filter);
  int64_t groups = op.intAttr("group", 1);
  checkKernelShape(op, filter);
  if (!window || op.failed())
    return {};
  input = padByRunTimeSizes(op, input, *window);
  MixedSizes low(window->low), high(window->high);
  return op.make<ir::ConvOp>(input, filter, window->strides, window->dilations, low.constants, high.constants,
                             static_cast<uint64_t>(groups));
}

/// A convolution with a filter of ones sums windows up, and those of a tensor of ones count what is no border.
Value averageWindows(OperatorContext &op, Value input) {
  SmallVector<int64_t> window = op.intsAttr("kernel_shape", {});
  Sizes sizes = op.sizes.dims(input);
  if (window.empty() || window.size() + 2 != sizes.size()) {
    op.fail<Code::OperandLength>("kernel_shape", window.size(), static_cast<int64_t>(sizes.size()) - 2);
    return {};
  }
  Type f32 = op.builder.getF32Type();
  Value one = op.sizes.constant(1);
  SmallVector<int64_t> shape = {1, 1};
  llvm::append_range(shape, window);
  Value filter = op.constant(DenseElementsAttr::get(RankedTensorType::get(shape, f32), 1.0f));
  Sizes images = sizes; // each channel is an image of its own
  images[0] = op.sizes.mul(sizes[0], sizes[1]);
  images[1] = one;
  Value sums = convolve(op, op.reshape(input, images), filter);
  images[0] = one;
  Value counts = op.intAttr("count_include_pad", 0) ? op.scalar(static_cast<double>(llvm::product_of(window)), f32)
                                                    : convolve(op, op.expand(op.scalar(1, f32), images), filter);
  if (!sums || !counts)
    return {};
  Sizes result = op.sizes.dims(sums);
  result[0] = sizes[0];
  result[1] = sizes[1];
  return op.map({op.reshape(sums, result), counts}, OnnxElementType::Float32,
                [](ScalarMath &m, ValueRange x) { return m.div(x[0], x[1]); });
}

Value alongChannels(OperatorContext &op, Value vector, int64_t rank) {
  if (OperatorContext::rank(vector) != 1) {
    op.fail<Code::OperandsDoNotFit>("what is given by channel has to be a vector");
    return vector;
  }
  Sizes column(rank - 1, op.sizes.constant(1));
  column.front() = op.sizes.dim(vector, 0);
  return op.reshape(vector, column);
}

} // namespace llmc::frontend
