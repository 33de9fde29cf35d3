// Softmax and norms.
#include "compiler/frontend/onnx/OperatorContext.h"
#include "compiler/frontend/onnx/SupportedOps.h"

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;

namespace {

void importSoftmax(OperatorContext &op) {
  if (auto axis = op.axis(op.intAttr("axis", -1), OperatorContext::rank(op.input(0))))
    op.setResult(op.make<ir::SoftmaxOp>(op.input(0), static_cast<uint64_t>(*axis)));
}

/// (x - max) - log(sum(exp(x - max)))
void importLogSoftmax(OperatorContext &op) {
  auto axis = op.axis(op.intAttr("axis", -1), OperatorContext::rank(op.input(0)));
  if (!axis)
    return;
  auto sub = [](ScalarMath &m, ValueRange x) { return m.sub(x[0], x[1]); };
  Type element = op.elementType(op.input(0)), wide = element.isF64() ? element : op.builder.getF32Type();
  auto lowest = FloatAttr::get(element, -std::numeric_limits<double>::infinity());
  Value max =
      op.reduce(op.input(0), *axis, lowest, op.type(0), [](ScalarMath &m, ValueRange x) { return m.max(x[0], x[1]); });
  Value shifted = op.map({op.input(0), max}, op.type(0), sub);
  Value sum = op.reduce(shifted, *axis, FloatAttr::get(wide, 0), op.type(0), [&](ScalarMath &m, ValueRange x) {
    return m.add(x[0], m.apply<math::ExpOp>(m.cast(x[1], wide, false)));
  });
  op.setResult(op.map({shifted, sum}, op.type(0), [&](ScalarMath &m, ValueRange x) {
    return m.sub(x[0], m.cast(m.apply<math::LogOp>(x[1]), element, false));
  }));
}

void importNorm(OperatorContext &op, ir::NormKind kind) {
  auto axis = op.axis(op.intAttr("axis", -1), OperatorContext::rank(op.input(0)));
  if (!axis)
    return;
  Value bias = op.has(2) ? op.input(2) : Value();
  llvm::APFloat epsilon(static_cast<double>(op.floatAttr("epsilon", 1e-5f)));
  op.setResult(op.make<ir::NormOp>(kind, op.input(0), op.input(1), bias, static_cast<uint64_t>(*axis), epsilon));
}

void importLayerNormalization(OperatorContext &op) { importNorm(op, ir::NormKind::Layer); }
void importRmsNormalization(OperatorContext &op) { importNorm(op, ir::NormKind::Rms); }

/// A layer norm over all spatial axes; scale and bias belong to channels.
void importInstanceNormalization(OperatorContext &op) {
  int64_t rank = OperatorContext::rank(op.input(0));
  if (rank < 3 || OperatorContext::rank(op.input(1)) != 1 || OperatorContext::rank(op.input(2)) != 1)
    return op.fail<Code::OperandsDoNotFit>("its input needs rank 3 or more, scale and bias rank 1");
  llvm::APFloat epsilon(static_cast<double>(op.floatAttr("epsilon", 1e-5f)));
  Value norm = op.make<ir::NormOp>(ir::NormKind::Layer, op.input(0), Value(), Value(), uint64_t{2}, epsilon);
  auto ofChannels = [&](size_t index) {
    Sizes sizes(rank - 1, op.sizes.constant(1));
    sizes.front() = op.sizes.dim(op.input(index), 0);
    return op.reshape(op.input(index), sizes);
  };
  op.setResult(op.map({norm, ofChannels(1), ofChannels(2)}, op.type(0),
                      [](ScalarMath &m, ValueRange x) { return m.add(m.mul(x[0], x[1]), x[2]); }));
}

/// Moments are computed in f32 or wider, so any wish for that is granted.
std::optional<Refusal> refuseNorm(const NodeFacts &facts) {
  if (facts.isRead(1) || facts.isRead(2))
    return Refusal{"its outputs Mean and InvStdDev are used", "export for inference: they serve training only"};
  return std::nullopt;
}

} // namespace

llvm::ArrayRef<OperatorImporter> normalizationOperators() {
  static const OperatorImporter table[] = {
      {"", "Softmax", 13, kNewest, 1, importSoftmax},
      {"", "LogSoftmax", 13, kNewest, 1, importLogSoftmax},
      {"", "LayerNormalization", 17, kNewest, 2, importLayerNormalization, refuseNorm},
      {"", "InstanceNormalization", 6, kNewest, 3, importInstanceNormalization},
      {"", "RMSNormalization", 23, kNewest, 2, importRmsNormalization},
  };
  return table;
}

} // namespace llmc::frontend
