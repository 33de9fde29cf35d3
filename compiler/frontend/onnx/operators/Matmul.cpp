// Contractions: MatMul, Gemm, Conv.
#include "compiler/frontend/onnx/Contractions.h"
#include "compiler/frontend/onnx/SupportedOps.h"

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;

namespace {

void importMatMul(OperatorContext &op) {
  op.setResult(
      multiplyAsMatrices(op, op.input(0), op.input(1), [&](Value a, Value b) { return op.make<ir::MatmulOp>(a, b); }));
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

void importConv(OperatorContext &op) {
  Value result = convolve(op, op.input(0), op.input(1));
  if (!result || !op.has(2))
    return op.setResult(result);
  Value bias = alongChannels(op, op.input(2), OperatorContext::rank(result));
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
