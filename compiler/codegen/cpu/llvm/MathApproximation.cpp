// MLIR's polynomials, with what they need before them.
#include "compiler/codegen/cpu/llvm/MathApproximation.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include <cmath>

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

/// sin and cos stay with libm: their polynomials lose all digits for the large angles of rotary embeddings.
bool hasAccuratePolynomial(StringRef name) {
  return llvm::is_contained({"math.exp", "math.expm1", "math.erf", "math.tanh", "math.log", "math.log1p", "math.log2"},
                            name);
}

/// Makes every denormal of f32 a normal number.
constexpr double kScale = 0x1p24;

/// Arithmetic on floats of one type, scalars or vectors.
class FloatBuilder {
public:
  /// Builds before `op`, on floats of the type of its result.
  explicit FloatBuilder(Operation *op) : builder(op->getLoc(), op->getContext()), type(op->getResult(0).getType()) {
    builder.setInsertionPoint(op);
  }

  Value constant(double value) {
    TypedAttr attribute = builder.getFloatAttr(getElementTypeOrSelf(type), value);
    if (auto vector = dyn_cast<ShapedType>(type))
      attribute = DenseElementsAttr::get(vector, attribute);
    return arith::ConstantOp::create(builder, attribute);
  }
  Value add(Value a, Value b) { return arith::AddFOp::create(builder, a, b); }
  Value mul(Value a, Value b) { return arith::MulFOp::create(builder, a, b); }
  Value isLess(Value a, Value b) { return arith::CmpFOp::create(builder, arith::CmpFPredicate::OLT, a, b); }
  Value select(Value condition, Value yes, Value no) { return arith::SelectOp::create(builder, condition, yes, no); }
  template <typename Op> Value apply(Value x) { return Op::create(builder, x); }

private:
  ImplicitLocOpBuilder builder;
  Type type;
};

/// x/2 * (1 + erf(x / sqrt(2))), or the approximation of it by tanh.
Value spellOut(ir::GeluOp gelu, FloatBuilder &build) {
  Value x = gelu.getX(), curve;
  if (gelu.getKind() == ir::GeluKind::Erf) {
    curve = build.apply<math::ErfOp>(build.mul(x, build.constant(M_SQRT1_2)));
  } else {
    Value cube = build.mul(build.mul(x, x), x), inner = build.add(x, build.mul(build.constant(0.044715), cube));
    curve = build.apply<math::TanhOp>(build.mul(build.constant(M_2_SQRTPI * M_SQRT1_2), inner));
  }
  return build.mul(build.mul(build.constant(0.5), x), build.add(build.constant(1), curve));
}

/// The polynomials take denormals for the least normal number. Scaled they are normal, and the logarithm is shifted.
template <typename Log> Value withNormalOperand(Log log, double logOfScale, FloatBuilder &build) {
  Value x = log.getOperand(), isSmall = build.isLess(x, build.constant(0x1p-126));
  Value normal = build.select(isSmall, build.mul(x, build.constant(kScale)), x);
  Value shift = build.select(isSmall, build.constant(-logOfScale), build.constant(0));
  return build.add(build.apply<Log>(normal), shift);
}

/// What stands for the operation before polynomials do; null where it stays.
Value prepared(Operation *op) {
  if (!isa<ir::GeluOp, math::LogOp, math::Log2Op>(op))
    return {};
  FloatBuilder build(op);
  if (auto gelu = dyn_cast<ir::GeluOp>(op))
    return spellOut(gelu, build);
  if (!getElementTypeOrSelf(op->getResult(0).getType()).isF32())
    return {};
  if (auto log = dyn_cast<math::LogOp>(op))
    return withNormalOperand(log, std::log(kScale), build);
  return withNormalOperand(cast<math::Log2Op>(op), std::log2(kScale), build);
}

} // namespace

LogicalResult approximateMath(ModuleOp code) {
  code.walk([](Operation *op) {
    if (Value value = prepared(op)) {
      op->getResult(0).replaceAllUsesWith(value);
      op->erase();
    }
  });
  RewritePatternSet patterns(code.getContext());
  populateMathPolynomialApproximationPatterns(patterns, hasAccuratePolynomial);
  return applyPatternsGreedily(code, std::move(patterns));
}

} // namespace llmc::codegen::cpu
