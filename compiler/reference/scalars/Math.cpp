// Functions of floats. All are computed by the C library in f64 and rounded once, so that they are
// right to the last bit or nearly so in the narrower types.
#include "mlir/Dialect/Math/IR/Math.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/reference/scalars/ScalarKernel.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;

namespace llmc::reference {
namespace {

constexpr auto ceiling = [](double a) { return std::ceil(a); };
constexpr auto floorOf = [](double a) { return std::floor(a); };
constexpr auto roundAway = [](double a) { return std::round(a); };
constexpr auto truncate = [](double a) { return std::trunc(a); };
/// Above 2^52 there are only whole numbers, so the sum is rounded to one. Quick, because it takes no call.
constexpr auto roundToEven = [](double a) {
  double size = std::fabs(a);
  return size < 0x1p52 ? std::copysign((size + 0x1p52) - 0x1p52, a) : a;
};
constexpr auto squareRoot = [](double a) { return std::sqrt(a); };
constexpr auto inverseSquareRoot = [](double a) { return 1.0 / std::sqrt(a); };
constexpr auto cubeRoot = [](double a) { return std::cbrt(a); };
constexpr auto exponential = [](double a) { return std::exp(a); };
constexpr auto exponential2 = [](double a) { return std::exp2(a); };
constexpr auto exponentialMinus1 = [](double a) { return std::expm1(a); };
constexpr auto logarithm = [](double a) { return std::log(a); };
constexpr auto logarithm2 = [](double a) { return std::log2(a); };
constexpr auto logarithm10 = [](double a) { return std::log10(a); };
constexpr auto logarithm1Plus = [](double a) { return std::log1p(a); };
constexpr auto sine = [](double a) { return std::sin(a); };
constexpr auto cosine = [](double a) { return std::cos(a); };
constexpr auto tangent = [](double a) { return std::tan(a); };
constexpr auto arcSine = [](double a) { return std::asin(a); };
constexpr auto arcCosine = [](double a) { return std::acos(a); };
constexpr auto arcTangent = [](double a) { return std::atan(a); };
constexpr auto arcTangent2 = [](double a, double b) { return std::atan2(a, b); };
constexpr auto hyperbolicSine = [](double a) { return std::sinh(a); };
constexpr auto hyperbolicCosine = [](double a) { return std::cosh(a); };
constexpr auto hyperbolicTangent = [](double a) { return std::tanh(a); };
constexpr auto areaSine = [](double a) { return std::asinh(a); };
constexpr auto areaCosine = [](double a) { return std::acosh(a); };
constexpr auto areaTangent = [](double a) { return std::atanh(a); };
constexpr auto errorFunction = [](double a) { return std::erf(a); };
constexpr auto errorFunctionRest = [](double a) { return std::erfc(a); };
constexpr auto geluByErf = [](double a) { return 0.5 * a * (1 + std::erf(a * M_SQRT1_2)); };
constexpr auto geluByTanh = [](double a) {
  return 0.5 * a * (1 + std::tanh(M_2_SQRTPI * M_SQRT1_2 * (a + 0.044715 * a * a * a)));
};
constexpr auto power = [](double a, double b) { return std::pow(a, b); };
constexpr auto clamp = [](double a, double least, double most) { return std::fmin(std::fmax(a, least), most); };

template <const auto &Function> ScalarKernel unary(ElementKind kind) {
  return dispatchFloat(kind, [](auto element) -> ScalarKernel {
    return unaryLoop<Function, decltype(element), double, decltype(element)>;
  });
}

template <const auto &Function> ScalarKernel binary(ElementKind kind) {
  return dispatchFloat(kind, [](auto element) -> ScalarKernel {
    return binaryLoop<Function, decltype(element), double, decltype(element)>;
  });
}

template <const auto &Function> ScalarKernel ternary(ElementKind kind) {
  return dispatchFloat(kind, [](auto element) -> ScalarKernel {
    return ternaryLoop<Function, decltype(element), double, decltype(element)>;
  });
}

/// a * b + c. The product of two half-precision numbers is exact in double, so that only the sum is
/// rounded before.
template <typename T> void fusedMultiplyAddLoop(const void *const *operands, void *result, int64_t count) {
  const T *a = elements<T>(operands[0]), *b = elements<T>(operands[1]), *c = elements<T>(operands[2]);
  T *out = elements<T>(result);
  for (int64_t i = 0; i < count; ++i) {
    if constexpr (std::is_same_v<T, float>)
      out[i] = std::fma(a[i], b[i], c[i]);
    else
      out[i] = T(std::fma(static_cast<double>(a[i]), static_cast<double>(b[i]), static_cast<double>(c[i])));
  }
}

template <typename T, typename Exponent>
void integerPowerLoop(const void *const *operands, void *result, int64_t count) {
  const T *a = elements<T>(operands[0]);
  const Exponent *b = elements<Exponent>(operands[1]);
  T *out = elements<T>(result);
  for (int64_t i = 0; i < count; ++i)
    out[i] = static_cast<T>(std::pow(static_cast<double>(a[i]), static_cast<double>(b[i])));
}

ScalarKernel integerPower(Operation *op, ElementKind kind) {
  Type exponent = op->getOperand(1).getType();
  return dispatchFloat(kind, [&](auto element) -> ScalarKernel {
    using T = decltype(element);
    if (exponent.isInteger(32))
      return integerPowerLoop<T, int32_t>;
    return exponent.isInteger(64) ? ScalarKernel(integerPowerLoop<T, int64_t>) : nullptr;
  });
}

ScalarKernel fusedMultiplyAdd(ElementKind kind) {
  return dispatchFloat(kind, [](auto element) -> ScalarKernel { return fusedMultiplyAddLoop<decltype(element)>; });
}

/// Rounding, roots and powers.
ScalarKernel findPower(Operation *op, ElementKind kind) {
  return llvm::TypeSwitch<Operation *, ScalarKernel>(op)
      .Case<math::CeilOp>([&](auto) { return unary<ceiling>(kind); })
      .Case<math::FloorOp>([&](auto) { return unary<floorOf>(kind); })
      .Case<math::RoundOp>([&](auto) { return unary<roundAway>(kind); })
      .Case<math::RoundEvenOp>([&](auto) { return unary<roundToEven>(kind); })
      .Case<math::TruncOp>([&](auto) { return unary<truncate>(kind); })
      .Case<math::SqrtOp>([&](auto) { return unary<squareRoot>(kind); })
      .Case<math::RsqrtOp>([&](auto) { return unary<inverseSquareRoot>(kind); })
      .Case<math::CbrtOp>([&](auto) { return unary<cubeRoot>(kind); })
      .Case<math::ExpOp>([&](auto) { return unary<exponential>(kind); })
      .Case<math::Exp2Op>([&](auto) { return unary<exponential2>(kind); })
      .Case<math::ExpM1Op>([&](auto) { return unary<exponentialMinus1>(kind); })
      .Case<math::LogOp>([&](auto) { return unary<logarithm>(kind); })
      .Case<math::Log2Op>([&](auto) { return unary<logarithm2>(kind); })
      .Case<math::Log10Op>([&](auto) { return unary<logarithm10>(kind); })
      .Case<math::Log1pOp>([&](auto) { return unary<logarithm1Plus>(kind); })
      .Case<math::PowFOp>([&](auto) { return binary<power>(kind); })
      .Case<math::FPowIOp>([&](auto) { return integerPower(op, kind); })
      .Case<math::FmaOp>([&](auto) { return fusedMultiplyAdd(kind); })
      .Case<math::ClampFOp>([&](auto) { return ternary<clamp>(kind); })
      .Default([](Operation *) { return nullptr; });
}

} // namespace

ScalarKernel findMathKernel(Operation *op, ScalarTypes types) {
  ElementKind kind = types.from;
  if (!isFloat(kind))
    return nullptr;
  if (ScalarKernel kernel = findPower(op, kind))
    return kernel;
  return llvm::TypeSwitch<Operation *, ScalarKernel>(op)
      .Case<math::SinOp>([&](auto) { return unary<sine>(kind); })
      .Case<math::CosOp>([&](auto) { return unary<cosine>(kind); })
      .Case<math::TanOp>([&](auto) { return unary<tangent>(kind); })
      .Case<math::AsinOp>([&](auto) { return unary<arcSine>(kind); })
      .Case<math::AcosOp>([&](auto) { return unary<arcCosine>(kind); })
      .Case<math::AtanOp>([&](auto) { return unary<arcTangent>(kind); })
      .Case<math::Atan2Op>([&](auto) { return binary<arcTangent2>(kind); })
      .Case<math::SinhOp>([&](auto) { return unary<hyperbolicSine>(kind); })
      .Case<math::CoshOp>([&](auto) { return unary<hyperbolicCosine>(kind); })
      .Case<math::TanhOp>([&](auto) { return unary<hyperbolicTangent>(kind); })
      .Case<math::AsinhOp>([&](auto) { return unary<areaSine>(kind); })
      .Case<math::AcoshOp>([&](auto) { return unary<areaCosine>(kind); })
      .Case<math::AtanhOp>([&](auto) { return unary<areaTangent>(kind); })
      .Case<math::ErfOp>([&](auto) { return unary<errorFunction>(kind); })
      .Case<math::ErfcOp>([&](auto) { return unary<errorFunctionRest>(kind); })
      .Case<ir::GeluOp>([&](ir::GeluOp gelu) {
        return gelu.getKind() == ir::GeluKind::Erf ? unary<geluByErf>(kind) : unary<geluByTanh>(kind);
      })
      .Default([](Operation *) { return nullptr; });
}

} // namespace llmc::reference
