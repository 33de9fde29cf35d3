// Contractions: MatMul, Gemm, Conv.
#include "compiler/frontend/onnx/OperatorContext.h"
#include "compiler/frontend/onnx/SupportedOps.h"

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;

namespace {

//===--- MatMul, Gemm --------------------------------------------------------------------------------------------===//

/// `tensor` with an axis of size 1 put in at `axis`.
Value withAxis(OperatorContext &op, Value tensor, int64_t axis) {
  Sizes sizes = op.sizes.dims(tensor);
  sizes.insert(sizes.begin() + axis, op.sizes.constant(1));
  return op.reshape(tensor, sizes);
}

Value withoutAxis(OperatorContext &op, Value tensor, int64_t axis) {
  Sizes sizes = op.sizes.dims(tensor);
  sizes.erase(sizes.begin() + axis);
  return op.reshape(tensor, sizes);
}

/// A vector on the left is a row, on the right a column; that axis leaves the result again.
void importMatMul(OperatorContext &op) {
  Value a = op.input(0), b = op.input(1);
  bool aIsVector = OperatorContext::rank(a) == 1, bIsVector = OperatorContext::rank(b) == 1;
  if (OperatorContext::rank(a) == 0 || OperatorContext::rank(b) == 0)
    return op.fail<Code::OperandsDoNotFit>("a scalar is no matrix");
  if (aIsVector)
    a = withAxis(op, a, 0);
  if (bIsVector)
    b = withAxis(op, b, 1);
  Value result = op.make<ir::MatmulOp>(a, b);
  if (bIsVector)
    result = withoutAxis(op, result, OperatorContext::rank(result) - 1);
  if (aIsVector)
    result = withoutAxis(op, result, OperatorContext::rank(result) - (bIsVector ? 1 : 2));
  op.setResult(result);
}

void importGemm(OperatorContext &op) {
  Value a = op.input(0), b = op.input(1);
  if (OperatorContext::rank(a) != 2 || OperatorContext::rank(b) != 2)
    return op.fail<Code::OperandsDoNotFit>("its first two inputs have to be matrices");
  if (op.intAttr("transA", 0))
    a = op.transpose(a, {1, 0});
  if (op.intAttr("transB", 0))
    b = op.transpose(b, {1, 0});
  double alpha = op.floatAttr("alpha", 1), beta = op.floatAttr("beta", 1);
  auto scale = [](ScalarMath &m, Value x, double by) { return by == 1 ? x : m.mul(x, m.constant(by, x)); };
  SmallVector<Value> operands = {op.make<ir::MatmulOp>(a, b)};
  if (op.has(2) && beta != 0)
    operands.push_back(op.repeatTo(op.input(2), operands.front()));
  if (operands.size() == 1 && alpha == 1)
    return op.setResult(operands.front());
  op.setResult(op.map(operands, op.type(0), [&](ScalarMath &m, ValueRange x) {
    Value product = scale(m, x[0], alpha);
    return x.size() == 1 ? product : m.add(product, scale(m, x[1], beta));
  }));
}

//===--- Conv ----------------------------------------------------------------------------------------------------===//

struct Window {
  SmallVector<int64_t> strides, dilations;
  Sizes low, high;
};

/// Padding with which the result has ceil(size / stride) elements, the odd one at the end or at the beginning.
void padToSame(OperatorContext &op, Window &window, bool moreAtBegin) {
  SizeMath &sizes = op.sizes;
  Value one = sizes.constant(1);
  for (size_t axis = 0; axis < window.strides.size(); ++axis) {
    Value size = sizes.dim(op.input(0), axis + 2), stride = sizes.constant(window.strides[axis]);
    Value filter = sizes.dim(op.input(1), axis + 2);
    Value extentLess1 = sizes.mul(sizes.sub(filter, one), sizes.constant(window.dilations[axis]));
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

std::optional<Window> readWindow(OperatorContext &op, int64_t spatial) {
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
    padToSame(op, window, automatic == "SAME_LOWER");
  } else if (automatic != "NOTSET" && automatic != "VALID") {
    op.fail<Code::AttributeValue>("auto_pad", quoted(automatic), "NOTSET, VALID, SAME_UPPER or SAME_LOWER");
    return std::nullopt;
  }
  return window;
}

/// kernel_shape says once more what the filter is.
void checkKernelShape(OperatorContext &op) {
  llvm::ArrayRef<int64_t> filter = OperatorContext::typeOf(op.input(1)).getShape().drop_front(2);
  SmallVector<int64_t> declared = op.intsAttr("kernel_shape", filter);
  bool agrees = declared.size() == filter.size() && llvm::all_of(llvm::zip(declared, filter), [](auto pair) {
                  auto [said, is] = pair;
                  return said == is || ShapedType::isDynamic(is);
                });
  if (!agrees)
    op.fail<Code::OperandsDoNotFit>("the filter has not the size that kernel_shape gives");
}

/// The input with the border whose width only a run knows; the window keeps the rest of it.
Value padByRunTimeSizes(OperatorContext &op, Window &window) {
  Value zero = op.sizes.constant(0);
  Sizes low(2, zero), high(2, zero); // of the batch and the channels
  for (auto [before, behind] : llvm::zip(window.low, window.high)) {
    bool known = constantOf(before) && constantOf(behind);
    low.push_back(known ? zero : std::exchange(before, zero));
    high.push_back(known ? zero : std::exchange(behind, zero));
  }
  if (llvm::all_of(low, constantOf) && llvm::all_of(high, constantOf))
    return op.input(0);
  return op.pad(op.input(0), op.scalar(0, op.elementType(op.input(0))), low, high);
}

void importConv(OperatorContext &op) {
  int64_t rank = OperatorContext::rank(op.input(0));
  if (rank < 3 || OperatorContext::rank(op.input(1)) != rank)
    return op.fail<Code::OperandsDoNotFit>("input and filter need one rank of at least 3");
  auto window = readWindow(op, rank - 2);
  int64_t groups = op.intAttr("group", 1);
  checkKernelShape(op);
  if (!window || op.failed())
    return;
  Value input = padByRunTimeSizes(op, *window);
  MixedSizes low(window->low), high(window->high);
  Value result = op.make<ir::ConvOp>(input, op.input(1), window->strides, window->dilations, low.constants,
                                     high.constants, static_cast<uint64_t>(groups));
  if (!op.has(2))
    return op.setResult(result);
  if (OperatorContext::rank(op.input(2)) != 1)
    return op.fail<Code::OperandsDoNotFit>("the bias has to be a vector");
  Sizes column(rank - 1, op.sizes.constant(1));
  column.front() = op.sizes.dim(op.input(2), 0);
  Value bias = op.reshape(op.input(2), column);
  op.setResult(op.map({result, bias}, op.type(0), [](ScalarMath &m, ValueRange x) { return m.add(x[0], x[1]); }));
}

} // namespace

llvm::ArrayRef<OperatorImporter> matmulOperators() {
  static const OperatorImporter table[] = {
      {"", "MatMul", 13, kNewest, 2, importMatMul},
      {"", "Gemm", 13, kNewest, 2, importGemm},
      {"", "Conv", 11, kNewest, 2, importConv},
  };
  return table;
}

} // namespace llmc::frontend
