// Sums, products, comparisons and choices of floats. Half-precision operands are computed in f32,
// which for these gives the same as rounding the exact result once.
#include "compiler/reference/scalars/ScalarKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;

namespace llmc::reference {
namespace {

constexpr auto add = [](auto a, auto b) { return a + b; };
constexpr auto subtract = [](auto a, auto b) { return a - b; };
constexpr auto multiply = [](auto a, auto b) { return a * b; };
constexpr auto divide = [](auto a, auto b) { return a / b; };
constexpr auto remainder = [](auto a, auto b) { return std::fmod(a, b); };
constexpr auto negate = [](auto a) { return -a; };
constexpr auto absolute = [](auto a) { return std::fabs(a); };
constexpr auto copySign = [](auto a, auto b) { return std::copysign(a, b); };

// minimumf and maximumf: NaN wins, and -0 is less than 0. The sum of two numbers of which one is
// NaN is NaN.
constexpr auto minimum = [](auto a, auto b) {
  if (std::isnan(a) || std::isnan(b))
    return a + b;
  return a == b ? (std::signbit(a) ? a : b) : (a < b ? a : b);
};
constexpr auto maximum = [](auto a, auto b) {
  if (std::isnan(a) || std::isnan(b))
    return a + b;
  return a == b ? (std::signbit(a) ? b : a) : (a > b ? a : b);
};
// minnumf and maxnumf: a number wins over NaN.
constexpr auto minimumNumber = [](auto a, auto b) { return std::isnan(a) ? b : std::isnan(b) ? a : minimum(a, b); };
constexpr auto maximumNumber = [](auto a, auto b) { return std::isnan(a) ? b : std::isnan(b) ? a : maximum(a, b); };

constexpr auto isNan = [](auto a) { return std::isnan(a); };
constexpr auto isInfinite = [](auto a) { return std::isinf(a); };
constexpr auto isFinite = [](auto a) { return std::isfinite(a); };

// Comparisons; an ordered one is false when an operand is NaN, an unordered one is true.
constexpr auto ordered = [](auto a, auto b) { return !std::isnan(a) && !std::isnan(b); };
constexpr auto orderedEqual = [](auto a, auto b) { return a == b; };
constexpr auto orderedGreater = [](auto a, auto b) { return a > b; };
constexpr auto orderedAtLeast = [](auto a, auto b) { return a >= b; };
constexpr auto orderedLess = [](auto a, auto b) { return a < b; };
constexpr auto orderedAtMost = [](auto a, auto b) { return a <= b; };
constexpr auto orderedUnequal = [](auto a, auto b) { return a < b || a > b; };
constexpr auto unordered = [](auto a, auto b) { return std::isnan(a) || std::isnan(b); };
constexpr auto unorderedEqual = [](auto a, auto b) { return !(a < b || a > b); };
constexpr auto unorderedGreater = [](auto a, auto b) { return !(a <= b); };
constexpr auto unorderedAtLeast = [](auto a, auto b) { return !(a < b); };
constexpr auto unorderedLess = [](auto a, auto b) { return !(a >= b); };
constexpr auto unorderedAtMost = [](auto a, auto b) { return !(a > b); };
constexpr auto unorderedUnequal = [](auto a, auto b) { return a != b; };
constexpr auto never = [](auto, auto) { return false; };
constexpr auto always = [](auto, auto) { return true; };

template <typename Choose> ScalarKernel chooseFloat(ElementKind kind, Choose choose) {
  return isFloat(kind) ? dispatchFloat(kind, choose) : nullptr;
}

template <const auto &Function> ScalarKernel unary(ElementKind kind) {
  return chooseFloat(kind, [](auto element) -> ScalarKernel {
    using T = decltype(element);
    return unaryLoop<Function, T, typename Arithmetic<T>::Type, T>;
  });
}

template <const auto &Function> ScalarKernel binary(ElementKind kind) {
  return chooseFloat(kind, [](auto element) -> ScalarKernel {
    using T = decltype(element);
    return binaryLoop<Function, T, typename Arithmetic<T>::Type, T>;
  });
}

template <const auto &Function> ScalarKernel test(ElementKind kind) {
  return chooseFloat(kind, [](auto element) -> ScalarKernel {
    using T = decltype(element);
    return unaryLoop<Function, T, typename Arithmetic<T>::Type, bool>;
  });
}

template <const auto &Function> ScalarKernel comparison(ElementKind kind) {
  return chooseFloat(kind, [](auto element) -> ScalarKernel {
    using T = decltype(element);
    return binaryLoop<Function, T, typename Arithmetic<T>::Type, bool>;
  });
}

ScalarKernel comparison(arith::CmpFPredicate predicate, ElementKind kind) {
  using P = arith::CmpFPredicate;
  switch (predicate) {
  case P::AlwaysFalse:
    return comparison<never>(kind);
  case P::OEQ:
    return comparison<orderedEqual>(kind);
  case P::OGT:
    return comparison<orderedGreater>(kind);
  case P::OGE:
    return comparison<orderedAtLeast>(kind);
  case P::OLT:
    return comparison<orderedLess>(kind);
  case P::OLE:
    return comparison<orderedAtMost>(kind);
  case P::ONE:
    return comparison<orderedUnequal>(kind);
  case P::ORD:
    return comparison<ordered>(kind);
  case P::UEQ:
    return comparison<unorderedEqual>(kind);
  case P::UGT:
    return comparison<unorderedGreater>(kind);
  case P::UGE:
    return comparison<unorderedAtLeast>(kind);
  case P::ULT:
    return comparison<unorderedLess>(kind);
  case P::ULE:
    return comparison<unorderedAtMost>(kind);
  case P::UNE:
    return comparison<unorderedUnequal>(kind);
  case P::UNO:
    return comparison<unordered>(kind);
  case P::AlwaysTrue:
    return comparison<always>(kind);
  }
  return nullptr;
}

} // namespace

ScalarKernel findFloatKernel(Operation *op, ScalarTypes types) {
  ElementKind kind = types.from;
  return llvm::TypeSwitch<Operation *, ScalarKernel>(op)
      .Case<arith::AddFOp>([&](auto) { return binary<add>(kind); })
      .Case<arith::SubFOp>([&](auto) { return binary<subtract>(kind); })
      .Case<arith::MulFOp>([&](auto) { return binary<multiply>(kind); })
      .Case<arith::DivFOp>([&](auto) { return binary<divide>(kind); })
      .Case<arith::RemFOp>([&](auto) { return binary<remainder>(kind); })
      .Case<arith::MinimumFOp>([&](auto) { return binary<minimum>(kind); })
      .Case<arith::MaximumFOp>([&](auto) { return binary<maximum>(kind); })
      .Case<arith::MinNumFOp>([&](auto) { return binary<minimumNumber>(kind); })
      .Case<arith::MaxNumFOp>([&](auto) { return binary<maximumNumber>(kind); })
      .Case<arith::NegFOp>([&](auto) { return unary<negate>(kind); })
      .Case<math::AbsFOp>([&](auto) { return unary<absolute>(kind); })
      .Case<math::CopySignOp>([&](auto) { return binary<copySign>(kind); })
      .Case<math::IsNaNOp>([&](auto) { return test<isNan>(kind); })
      .Case<math::IsInfOp>([&](auto) { return test<isInfinite>(kind); })
      .Case<math::IsFiniteOp>([&](auto) { return test<isFinite>(kind); })
      .Case<arith::CmpFOp>([&](arith::CmpFOp compare) { return comparison(compare.getPredicate(), kind); })
      .Default([](Operation *) { return nullptr; });
}

} // namespace llmc::reference
