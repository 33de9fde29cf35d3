// A whole plugin for an operator that llmc's own operations can express: com.example.SwiGlu, the activation of gated
// feed-forward layers. One half of x along an axis is the gate, the other half passes it:
//   inputs      x; bias (optional), which is added to x before
//   attributes  axis (default -1); beta (default 1)
//   outputs     y = swish(first half) * second half; gate (optional) = swish(first half), which is g / (1 + exp(-beta
//   g))
#include "compiler/frontend/onnx/OperatorContext.h"
#include "compiler/frontend/onnx/SupportedOps.h"
#include "compiler/plugin/PassPlugin.h"

using namespace mlir;
using namespace llmc::frontend;

namespace {

/// The half of `x` from `offset` on.
Value half(OperatorContext &op, Value x, int64_t axis, int64_t offset, int64_t size) {
  Sizes sizes = op.sizes.dims(x), offsets(sizes.size(), op.sizes.constant(0));
  sizes[axis] = op.sizes.constant(size);
  offsets[axis] = op.sizes.constant(offset);
  return op.slice(x, offsets, sizes, SmallVector<int64_t>(sizes.size(), 1));
}

void importSwiGlu(OperatorContext &op) {
  Value x = op.input(0);
  if (op.has(1))
    x = op.map({x, op.input(1)}, op.type(0), [](ScalarMath &m, ValueRange s) { return m.add(s[0], s[1]); });
  auto axis = op.axis(op.intAttr("axis", -1), OperatorContext::rank(x));
  if (!axis)
    return; // why has been said
  auto size = constantOf(op.sizes.dim(x, *axis));
  if (!size || *size % 2 != 0)
    return op.fail<OnnxErrorCode::OperandsDoNotFit>(
        "the axis that is halved needs an even size, known at compile time");

  double beta = op.floatAttr("beta", 1);
  Value gate = op.map(half(op, x, *axis, 0, *size / 2), op.type(0), [&](ScalarMath &m, ValueRange s) {
    Value exp = m.apply<math::ExpOp>(m.mul(m.constant(-beta, s[0]), s[0]));
    return m.div(s[0], m.add(m.constant(1, s[0]), exp));
  });
  op.setResult(0,
               op.map({gate, half(op, x, *axis, *size / 2, *size / 2)}, op.type(0),
                      [](ScalarMath &m, ValueRange s) { return m.mul(s[0], s[1]); }),
               op.type(0));
  op.setResult(1, gate, op.type(0));
}

/// Asked before anything is imported, by `llmc check` too: forms that the importer doesn't know.
std::optional<Refusal> refuseSwiGlu(const NodeFacts &facts) {
  if (facts.node.hasAttr("limit"))
    return Refusal{"its attribute \"limit\" is not supported", "export it without clamping"};
  return std::nullopt;
}

/// All that the operator has; nodes with other attributes, or more than two inputs, are refused.
constexpr llvm::StringLiteral attributes[] = {"axis", "beta", "limit"};
const OperatorImporter operators[] = {{"com.example", "SwiGlu", /*oldest=*/1, /*newest=*/kNewest, /*required=*/1,
                                       importSwiGlu, refuseSwiGlu, /*most=*/2, attributes}};

void setUp(llmc::plugin::PluginSetup &setup) { setup.addOperators(operators); }

} // namespace

LLMC_PLUGIN("swiglu", "1.0", setUp)
