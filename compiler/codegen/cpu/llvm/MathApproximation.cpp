// Functions of our own, and MLIR's polynomials with what they need before them.
#include "compiler/codegen/cpu/llvm/MathApproximation.h"
#include "compiler/codegen/cpu/llvm/FloatFunctions.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

/// sin and cos stay with libm: their polynomials lose all digits for the large angles of rotary embeddings.
bool hasAccuratePolynomial(StringRef name) { return llvm::is_contained({"math.log", "math.log1p", "math.log2"}, name); }

/// Makes every denormal of f32 a normal number.
constexpr double kScale = 0x1p24;

/// Whether a float becomes a byte, by an operation or, where it is a scalar, by an intrinsic.
bool makesByte(Operation *user) {
  bool converts = isa<arith::FPToSIOp, arith::FPToUIOp, LLVM::CallIntrinsicOp>(user);
  return converts && getElementTypeOrSelf(user->getResult(0)).isInteger(8);
}

/// Whether an f32 is only there to be rounded to bf16, or in steps to bytes, beyond whose ends it is compared as well.
bool isRounded(Value value) {
  return !value.use_empty() && llvm::all_of(value.getUsers(), [&](Operation *user) {
    if (isa<arith::TruncFOp>(user))
      return getElementTypeOrSelf(user->getResult(0)).isBF16();
    if (isa<arith::MulFOp, arith::AddFOp, math::RoundEvenOp>(user))
      return isRounded(user->getResult(0));
    return isa<arith::CmpFOp>(user) ? llvm::any_of(value.getUsers(), makesByte) : makesByte(user);
  });
}

/// x/2 * (1 + erf(x / sqrt(2)))
Value geluByErf(FloatBuilder &build, Value x, bool isCoarse) {
  if (build.isF32())
    return build.mul(x, isCoarse ? coarseNormalDistribution(build, x) : normalDistribution(build, x));
  Value curve = build.apply<math::ErfOp>(build.mul(x, build.constant(M_SQRT1_2))), half = build.constant(0.5);
  return build.mul(x, build.multiplyAdd(half, curve, half));
}

/// x/2 * (1 + tanh(y)) is x / (1 + exp(-2 y)), which keeps its digits where tanh is nearly -1.
Value geluByTanh(FloatBuilder &build, Value x, bool isCoarse) {
  constexpr double scale = -2 * M_2_SQRTPI * M_SQRT1_2;
  Value slope = build.multiplyAdd(build.mul(x, x), build.constant(scale * 0.044715), build.constant(scale));
  Value argument = build.mul(x, slope);
  auto exponentialHere = isCoarse ? coarseExponential : exponential;
  Value power = build.isF32() ? exponentialHere(build, argument) : build.apply<math::ExpOp>(argument);
  return build.div(x, build.add(build.constant(1), power));
}

/// The polynomials take denormals for the least normal number. Scaled they are normal, and the logarithm is shifted.
template <typename Log> Value withNormalOperand(Log log, double logOfScale, FloatBuilder &build) {
  Value x = log.getOperand(), isSmall = build.isLess(x, build.constant(0x1p-126));
  Value normal = build.select(isSmall, build.mul(x, build.constant(kScale)), x);
  Value shift = build.select(isSmall, build.constant(-logOfScale), build.constant(0));
  return build.add(build.apply<Log>(normal), shift);
}

/// What stands for the operation, with logarithms of normal numbers for MLIR's polynomials; null where it stays.
Value expanded(Operation *op, FloatBuilder &build) {
  if (auto gelu = dyn_cast<ir::GeluOp>(op))
    return (gelu.getKind() == ir::GeluKind::Erf ? geluByErf : geluByTanh)(build, gelu.getX(), isRounded(gelu));
  if (!build.isF32())
    return {};
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](math::ExpOp exp) {
        bool isCoarse = arith::bitEnumContainsAll(exp.getFastmath(), arith::FastMathFlags::afn);
        return isCoarse ? coarseExponential(build, exp.getOperand()) : exponential(build, exp.getOperand());
      })
      .Case([&](math::ExpM1Op exp) { return exponentialMinus1(build, exp.getOperand()); })
      .Case([&](math::TanhOp tanh) { return hyperbolicTangent(build, tanh.getOperand()); })
      .Case([&](math::ErfOp erf) { return errorFunction(build, erf.getOperand()); })
      .Case([&](math::LogOp log) { return withNormalOperand(log, std::log(kScale), build); })
      .Case([&](math::Log2Op log) { return withNormalOperand(log, std::log2(kScale), build); })
      .Default(Value());
}

} // namespace

LogicalResult approximateMath(ModuleOp code) {
  code.walk([](Operation *op) {
    if (!isa<ir::GeluOp>(op) && !isa<math::MathDialect>(op->getDialect()))
      return;
    FloatBuilder build(op);
    if (Value value = expanded(op, build)) {
      op->getResult(0).replaceAllUsesWith(value);
      op->erase();
    }
  });
  RewritePatternSet patterns(code.getContext());
  populateMathPolynomialApproximationPatterns(patterns, hasAccuratePolynomial);
  return applyPatternsGreedily(code, std::move(patterns));
}

} // namespace llmc::codegen::cpu
