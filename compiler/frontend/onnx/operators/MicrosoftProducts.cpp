// Products of quantized integers that become reals or integers again, as ONNX Runtime's quantizers write them.
#include "compiler/frontend/onnx/Contractions.h"
#include "compiler/frontend/onnx/QuantizedProducts.h"
#include "compiler/frontend/onnx/SupportedOps.h"

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;

namespace {

void importDynamicQuantizeMatMul(OperatorContext &op) {
  Quantization to = chooseQuantization(op, op.input(0));
  IntegerSide a = {quantize(op, {op.input(0), op.type(0)}, to, op.builder.getF32Type()), to.type, to.zeroPoint};
  IntegerSide b = readSide(op, 1, 3, [&](size_t index) { return perColumn(op, index); });
  Value product = scaleSums(op, multiplyIntegers(op, a, b), to.scale, perColumn(op, 2));
  op.setResult(withBias(op, product, 4), OnnxElementType::Float32);
}

void importMatMulIntegerToFloat(OperatorContext &op) {
  IntegerSide a = readSide(op, 0, 4, [&](size_t index) { return perRow(op, index); });
  IntegerSide b = readSide(op, 1, 5, [&](size_t index) { return perColumn(op, index); });
  Value product = scaleSums(op, multiplyIntegers(op, a, b), perRow(op, 2), perColumn(op, 3));
  op.setResult(withBias(op, product, 6), OnnxElementType::Float32);
}

void importQGemm(OperatorContext &op) {
  if (OperatorContext::rank(op.input(0)) != 2 || OperatorContext::rank(op.input(3)) != 2)
    return op.fail<Code::OperandsDoNotFit>("A and B have to be matrices");
  auto single = [&](size_t index) { return perColumn(op, index); };
  IntegerSide a = readSide(op, 0, 2, single), b = readSide(op, 3, 5, single);
  if (op.intAttr("transA", 0))
    a.tensor = op.transpose(a.tensor, {1, 0});
  if (op.intAttr("transB", 0))
    b.tensor = op.transpose(b.tensor, {1, 0});
  Value sums = multiplyIntegers(op, a, b);
  if (op.has(6))
    sums = op.map({sums, op.repeatTo(op.input(6), sums)}, OnnxElementType::Int32,
                  [](ScalarMath &m, ValueRange x) { return m.add(x[0], x[1]); });
  double alpha = op.floatAttr("alpha", 1);
  Value scale = op.map({single(1), single(4)}, OnnxElementType::Float32,
                       [&](ScalarMath &m, ValueRange x) { return m.mul(m.mul(m.constant(alpha, x[0]), x[0]), x[1]); });
  if (!op.has(7))
    return op.setResult(scaleSums(op, sums, scale, op.scalar(1, op.builder.getF32Type())), OnnxElementType::Float32);
  OnnxElementType type = op.has(8) ? op.type(8) : op.type(0);
  Quantization to = readQuantization(op, 7, 8, sums, type);
  Value ratio = op.map({scale, to.scale}, OnnxElementType::Float32,
                       [](ScalarMath &m, ValueRange x) { return m.div(x[0], x[1]); });
  op.setResult(requantize(op, sums, ratio, to), type);
}

} // namespace

llvm::ArrayRef<OperatorImporter> microsoftProductOperators() {
  static constexpr llvm::StringLiteral domain = "com.microsoft";
  static const OperatorImporter table[] = {
      {domain, "DynamicQuantizeMatMul", 1, kNewest, 3, importDynamicQuantizeMatMul},
      {domain, "MatMulIntegerToFloat", 1, kNewest, 4, importMatMulIntegerToFloat},
      {domain, "QGemm", 1, kNewest, 6, importQGemm},
  };
  return table;
}

} // namespace llmc::frontend
