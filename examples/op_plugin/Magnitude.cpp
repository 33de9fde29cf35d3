// A whole plugin for an operator that reduces: com.example.Magnitude, the sum of |x| along axes.
//   inputs      x, of floats
//   attributes  axes (default: the last one); keepdims (default 1): the axes stay, with the size 1
//   outputs     y
#include "compiler/frontend/onnx/OperatorContext.h"
#include "compiler/frontend/onnx/SupportedOps.h"
#include "compiler/plugin/PassPlugin.h"

using namespace mlir;
using namespace llmc::frontend;

namespace {

/// `x` without axes, each of the size 1.
Value dropAxes(OperatorContext &op, Value x, ArrayRef<int64_t> axes) {
  Sizes sizes;
  for (auto [axis, size] : llvm::enumerate(op.sizes.dims(x)))
    if (!llvm::is_contained(axes, static_cast<int64_t>(axis)))
      sizes.push_back(size);
  return op.reshape(x, sizes);
}

void importMagnitude(OperatorContext &op) {
  Value x = op.input(0);
  Type element = OperatorContext::elementType(x);
  auto axes = op.axes(op.intsAttr("axes", {-1}), OperatorContext::rank(x));
  if (!axes)
    return; // why has been said
  if (!isa<FloatType>(element))
    return op.fail<OnnxErrorCode::OperandsDoNotFit>("magnitudes are sums of floats");

  Value all = op.map(x, op.type(0), [](ScalarMath &m, ValueRange s) { return m.apply<math::AbsFOp>(s[0]); });
  // The sum of nothing is 0, of the elements' type. s[0] is the sum so far, s[1] what is added to it.
  Value sum = op.reduce(all, *axes, FloatAttr::get(element, 0), op.type(0),
                        [](ScalarMath &m, ValueRange s) { return m.add(s[0], s[1]); });
  op.setResult(op.intAttr("keepdims", 1) ? sum : dropAxes(op, sum, *axes));
}

constexpr llvm::StringLiteral attributes[] = {"axes", "keepdims"};
const OperatorImporter operators[] = {{"com.example", "Magnitude", /*oldest=*/1, /*newest=*/kNewest, /*required=*/1,
                                       importMagnitude, /*refuse=*/nullptr, /*most=*/1, attributes}};

void setUp(llmc::plugin::PluginSetup &setup) { setup.addOperators(operators); }

} // namespace

LLMC_PLUGIN("magnitude", "1.0", setUp)
