// Activations: pointwise functions of floats, some with parameters.
#include "compiler/frontend/onnx/OperatorContext.h"
#include "compiler/frontend/onnx/SupportedOps.h"

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;

namespace {

struct Parameters {
  double alpha = 0, beta = 0, gamma = 0;
};

using ActivationFn = Value (*)(ScalarMath &, Value, const Parameters &);

void importActivation(OperatorContext &op, ActivationFn fn, const Parameters &parameters) {
  op.setResult(op.map(op.input(0), op.type(0), [&](ScalarMath &m, ValueRange x) { return fn(m, x[0], parameters); }));
}

template <ActivationFn fn> void importPlain(OperatorContext &op) { importActivation(op, fn, {}); }

/// The operator's defaults for the attributes of these names.
struct Defaults {
  float alpha = 0, beta = 0, gamma = 0;
};
template <ActivationFn fn, const Defaults &defaults> void importWithParameters(OperatorContext &op) {
  importActivation(op, fn,
                   {op.floatAttr("alpha", defaults.alpha), op.floatAttr("beta", defaults.beta),
                    op.floatAttr("gamma", defaults.gamma)});
}

constexpr Defaults kLeakyRelu = {0.01f}, kElu = {1}, kCelu = {1}, kSwish = {1}, kThresholded = {1};
constexpr Defaults kSelu = {1.67326319217681884765625f, 0, 1.05070102214813232421875f}, kHardSigmoid = {0.2f, 0.5f};

Value logistic(ScalarMath &m, Value x) {
  Value one = m.constant(1, x);
  return m.div(one, m.add(one, m.apply<math::ExpOp>(m.neg(x))));
}

/// log(1 + exp(x)), of which the exponential must not overflow.
Value logOnePlusExp(ScalarMath &m, Value x) {
  Value small = m.apply<math::Log1pOp>(m.apply<math::ExpOp>(m.neg(m.abs(x))));
  return m.add(m.max(x, m.constant(0, x)), small);
}

/// `positive` where x > 0, else `negative`; NaN goes to `negative`.
Value bySign(ScalarMath &m, Value x, Value positive, Value negative) {
  return m.select(m.less(m.constant(0, x), x), positive, negative);
}

Value relu(ScalarMath &m, Value x, const Parameters &) { return m.max(x, m.constant(0, x)); }
Value sigmoid(ScalarMath &m, Value x, const Parameters &) { return logistic(m, x); }
Value softplus(ScalarMath &m, Value x, const Parameters &) { return logOnePlusExp(m, x); }
Value softsign(ScalarMath &m, Value x, const Parameters &) { return m.div(x, m.add(m.constant(1, x), m.abs(x))); }
Value mish(ScalarMath &m, Value x, const Parameters &) { return m.mul(x, m.apply<math::TanhOp>(logOnePlusExp(m, x))); }

Value leakyRelu(ScalarMath &m, Value x, const Parameters &p) {
  return m.select(m.less(x, m.constant(0, x)), m.mul(x, m.constant(p.alpha, x)), x);
}

Value elu(ScalarMath &m, Value x, const Parameters &p) {
  return bySign(m, x, x, m.mul(m.constant(p.alpha, x), m.apply<math::ExpM1Op>(x)));
}

Value celu(ScalarMath &m, Value x, const Parameters &p) {
  Value alpha = m.constant(p.alpha, x);
  return bySign(m, x, x, m.mul(alpha, m.apply<math::ExpM1Op>(m.div(x, alpha))));
}

Value selu(ScalarMath &m, Value x, const Parameters &p) { return m.mul(m.constant(p.gamma, x), elu(m, x, p)); }

Value thresholdedRelu(ScalarMath &m, Value x, const Parameters &p) {
  return m.select(m.less(m.constant(p.alpha, x), x), x, m.constant(0, x));
}

Value hardSigmoid(ScalarMath &m, Value x, const Parameters &p) {
  Value line = m.add(m.mul(m.constant(p.alpha, x), x), m.constant(p.beta, x));
  return m.max(m.constant(0, x), m.min(m.constant(1, x), line));
}

Value hardSwish(ScalarMath &m, Value x, const Parameters &) { return m.mul(x, hardSigmoid(m, x, {1.0 / 6, 0.5})); }
Value swish(ScalarMath &m, Value x, const Parameters &p) {
  return m.mul(x, logistic(m, m.mul(m.constant(p.alpha, x), x)));
}

Value gelu(ScalarMath &m, Value x, const Parameters &) { return m.apply<ir::GeluOp>(ir::GeluKind::Erf, x); }
Value geluTanh(ScalarMath &m, Value x, const Parameters &) { return m.apply<ir::GeluOp>(ir::GeluKind::Tanh, x); }

void importGelu(OperatorContext &op) {
  llvm::StringRef approximate = op.stringAttr("approximate", "none");
  if (approximate != "none" && approximate != "tanh")
    return op.fail<Code::AttributeValue>("approximate", quoted(approximate), "none or tanh");
  importActivation(op, approximate == "tanh" ? geluTanh : gelu, {});
}

void importPRelu(OperatorContext &op) {
  Value x = op.input(0), slope = op.repeatTo(op.input(1), x);
  op.setResult(op.map({x, slope}, op.type(0), [](ScalarMath &m, ValueRange x) {
    return m.select(m.less(x[0], m.constant(0, x[0])), m.mul(x[0], x[1]), x[0]);
  }));
}

} // namespace

llvm::ArrayRef<OperatorImporter> activationOperators() {
  static const OperatorImporter table[] = {
      {"", "Relu", 13, kNewest, 1, importPlain<relu>},
      {"", "Sigmoid", 13, kNewest, 1, importPlain<sigmoid>},
      {"", "Softplus", 1, kNewest, 1, importPlain<softplus>},
      {"", "Softsign", 1, kNewest, 1, importPlain<softsign>},
      {"", "Mish", 18, kNewest, 1, importPlain<mish>},
      {"", "HardSwish", 14, kNewest, 1, importPlain<hardSwish>},
      {"", "LeakyRelu", 6, kNewest, 1, importWithParameters<leakyRelu, kLeakyRelu>},
      {"", "Elu", 6, kNewest, 1, importWithParameters<elu, kElu>},
      {"", "Celu", 12, kNewest, 1, importWithParameters<celu, kCelu>},
      {"", "Selu", 6, kNewest, 1, importWithParameters<selu, kSelu>},
      {"", "ThresholdedRelu", 10, kNewest, 1, importWithParameters<thresholdedRelu, kThresholded>},
      {"", "HardSigmoid", 6, kNewest, 1, importWithParameters<hardSigmoid, kHardSigmoid>},
      {"", "Swish", 24, kNewest, 1, importWithParameters<swish, kSwish>},
      {"", "Gelu", 20, kNewest, 1, importGelu},
      {"", "PRelu", 9, kNewest, 2, importPRelu},
  };
  return table;
}

} // namespace llmc::frontend
