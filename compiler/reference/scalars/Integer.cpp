// Integers of any sign. Elements are kept unsigned, so that sums and products wrap around; signed
// functions look at them through sign(). A bool is a number of one bit: as a signed number, true is
// -1.
#include "compiler/reference/scalars/ScalarKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"
#include <algorithm>
#include <type_traits>

using namespace mlir;

namespace llmc::reference {
namespace {

/// Functions compute in 64 bits: operands are extended by their own sign, and the result is cut.
/// That is exact for all narrower types.
template <typename T> int64_t sign(T value) {
  if constexpr (std::is_same_v<T, bool>)
    return value ? -1 : 0;
  else
    return static_cast<std::make_signed_t<T>>(value);
}

template <typename T> T cut(uint64_t value) {
  if constexpr (std::is_same_v<T, bool>)
    return (value & 1) != 0;
  else
    return static_cast<T>(value);
}

template <typename T> constexpr uint64_t bitsOf = std::is_same_v<T, bool> ? 1 : 8 * sizeof(T);

constexpr auto add = [](uint64_t a, uint64_t b) { return a + b; };
constexpr auto subtract = [](uint64_t a, uint64_t b) { return a - b; };
constexpr auto multiply = [](uint64_t a, uint64_t b) { return a * b; };
constexpr auto bitAnd = [](uint64_t a, uint64_t b) { return a & b; };
constexpr auto bitOr = [](uint64_t a, uint64_t b) { return a | b; };
constexpr auto bitXor = [](uint64_t a, uint64_t b) { return a ^ b; };

constexpr auto divideUnsigned = [](uint64_t a, uint64_t b) { return b == 0 ? 0 : a / b; };
constexpr auto divideUnsignedUp = [](uint64_t a, uint64_t b) { return b == 0 ? 0 : a / b + (a % b != 0); };
constexpr auto remainderUnsigned = [](uint64_t a, uint64_t b) { return b == 0 ? 0 : a % b; };
constexpr auto leastUnsigned = [](uint64_t a, uint64_t b) { return std::min(a, b); };
constexpr auto mostUnsigned = [](uint64_t a, uint64_t b) { return std::max(a, b); };

int64_t negate(int64_t a) { return static_cast<int64_t>(0 - static_cast<uint64_t>(a)); }

constexpr auto divide = [](int64_t a, int64_t b) { return b == 0 ? 0 : b == -1 ? negate(a) : a / b; };
constexpr auto remainder = [](int64_t a, int64_t b) { return b == 0 || b == -1 ? 0 : a % b; };
constexpr auto divideDown = [](int64_t a, int64_t b) {
  return divide(a, b) - (remainder(a, b) != 0 && (a < 0) != (b < 0));
};
constexpr auto divideUp = [](int64_t a, int64_t b) {
  return divide(a, b) + (remainder(a, b) != 0 && (a < 0) == (b < 0));
};
constexpr auto least = [](int64_t a, int64_t b) { return std::min(a, b); };
constexpr auto most = [](int64_t a, int64_t b) { return std::max(a, b); };
constexpr auto absolute = [](int64_t a, int64_t) { return a < 0 ? negate(a) : a; };
constexpr auto power = [](int64_t base, int64_t exponent) {
  if (exponent < 0) // 1 / base, rounded towards zero
    return base == 1 ? int64_t(1) : base == -1 ? (exponent & 1 ? int64_t(-1) : int64_t(1)) : int64_t(0);
  uint64_t result = 1;
  for (auto factor = static_cast<uint64_t>(base); exponent; exponent >>= 1, factor *= factor)
    if (exponent & 1)
      result *= factor;
  return static_cast<int64_t>(result);
};

constexpr auto equal = [](uint64_t a, uint64_t b) { return a == b; };
constexpr auto unequal = [](uint64_t a, uint64_t b) { return a != b; };
constexpr auto lessUnsigned = [](uint64_t a, uint64_t b) { return a < b; };
constexpr auto atMostUnsigned = [](uint64_t a, uint64_t b) { return a <= b; };
constexpr auto greaterUnsigned = [](uint64_t a, uint64_t b) { return a > b; };
constexpr auto atLeastUnsigned = [](uint64_t a, uint64_t b) { return a >= b; };
constexpr auto less = [](int64_t a, int64_t b) { return a < b; };
constexpr auto atMost = [](int64_t a, int64_t b) { return a <= b; };
constexpr auto greater = [](int64_t a, int64_t b) { return a > b; };
constexpr auto atLeast = [](int64_t a, int64_t b) { return a >= b; };

template <const auto &Function, typename T, bool Signed, typename Result>
void integerLoop(const void *const *operands, void *result, int64_t count) {
  const T *a = elements<T>(operands[0]), *b = elements<T>(operands[1]);
  Result *out = elements<Result>(result);
  for (int64_t i = 0; i < count; ++i) {
    if constexpr (Signed)
      out[i] = cut<Result>(static_cast<uint64_t>(Function(sign(a[i]), sign(b[i]))));
    else
      out[i] = cut<Result>(static_cast<uint64_t>(Function(a[i], b[i])));
  }
}

enum class Shift { Left, Right, RightSigned };

template <Shift Direction, typename T> void shiftLoop(const void *const *operands, void *result, int64_t count) {
  const T *a = elements<T>(operands[0]), *b = elements<T>(operands[1]);
  T *out = elements<T>(result);
  for (int64_t i = 0; i < count; ++i) {
    uint64_t amount = b[i];
    bool all = amount >= bitsOf<T>;
    if constexpr (Direction == Shift::Left)
      out[i] = all ? T(0) : cut<T>(static_cast<uint64_t>(a[i]) << amount);
    else if constexpr (Direction == Shift::Right)
      out[i] = all ? T(0) : cut<T>(static_cast<uint64_t>(a[i]) >> amount);
    else
      out[i] = cut<T>(static_cast<uint64_t>(sign(a[i]) >> (all ? uint64_t(63) : amount)));
  }
}

/// Calls with the C++ type of an integer kind; null for floats.
template <typename Choose> ScalarKernel chooseInteger(ElementKind kind, Choose choose) {
  return dispatch(kind, [&](auto element) -> ScalarKernel {
    if constexpr (std::is_integral_v<decltype(element)>)
      return choose(element);
    else
      return nullptr;
  });
}

template <const auto &Function, bool Signed> ScalarKernel arithmetic(ElementKind kind) {
  return chooseInteger(kind, [](auto element) -> ScalarKernel {
    return integerLoop<Function, decltype(element), Signed, decltype(element)>;
  });
}

template <const auto &Function, bool Signed> ScalarKernel comparison(ElementKind kind) {
  return chooseInteger(
      kind, [](auto element) -> ScalarKernel { return integerLoop<Function, decltype(element), Signed, bool>; });
}

template <Shift Direction> ScalarKernel shift(ElementKind kind) {
  return chooseInteger(kind, [](auto element) -> ScalarKernel { return shiftLoop<Direction, decltype(element)>; });
}

ScalarKernel comparison(arith::CmpIPredicate predicate, ElementKind kind) {
  switch (predicate) {
  case arith::CmpIPredicate::eq:
    return comparison<equal, false>(kind);
  case arith::CmpIPredicate::ne:
    return comparison<unequal, false>(kind);
  case arith::CmpIPredicate::slt:
    return comparison<less, true>(kind);
  case arith::CmpIPredicate::sle:
    return comparison<atMost, true>(kind);
  case arith::CmpIPredicate::sgt:
    return comparison<greater, true>(kind);
  case arith::CmpIPredicate::sge:
    return comparison<atLeast, true>(kind);
  case arith::CmpIPredicate::ult:
    return comparison<lessUnsigned, false>(kind);
  case arith::CmpIPredicate::ule:
    return comparison<atMostUnsigned, false>(kind);
  case arith::CmpIPredicate::ugt:
    return comparison<greaterUnsigned, false>(kind);
  case arith::CmpIPredicate::uge:
    return comparison<atLeastUnsigned, false>(kind);
  }
  return nullptr;
}

} // namespace

ScalarKernel findIntegerKernel(Operation *op, ScalarTypes types) {
  ElementKind kind = types.from;
  return llvm::TypeSwitch<Operation *, ScalarKernel>(op)
      .Case<arith::AddIOp>([&](auto) { return arithmetic<add, false>(kind); })
      .Case<arith::SubIOp>([&](auto) { return arithmetic<subtract, false>(kind); })
      .Case<arith::MulIOp>([&](auto) { return arithmetic<multiply, false>(kind); })
      .Case<arith::AndIOp>([&](auto) { return arithmetic<bitAnd, false>(kind); })
      .Case<arith::OrIOp>([&](auto) { return arithmetic<bitOr, false>(kind); })
      .Case<arith::XOrIOp>([&](auto) { return arithmetic<bitXor, false>(kind); })
      .Case<arith::DivUIOp>([&](auto) { return arithmetic<divideUnsigned, false>(kind); })
      .Case<arith::CeilDivUIOp>([&](auto) { return arithmetic<divideUnsignedUp, false>(kind); })
      .Case<arith::RemUIOp>([&](auto) { return arithmetic<remainderUnsigned, false>(kind); })
      .Case<arith::MinUIOp>([&](auto) { return arithmetic<leastUnsigned, false>(kind); })
      .Case<arith::MaxUIOp>([&](auto) { return arithmetic<mostUnsigned, false>(kind); })
      .Case<arith::DivSIOp>([&](auto) { return arithmetic<divide, true>(kind); })
      .Case<arith::FloorDivSIOp>([&](auto) { return arithmetic<divideDown, true>(kind); })
      .Case<arith::CeilDivSIOp>([&](auto) { return arithmetic<divideUp, true>(kind); })
      .Case<arith::RemSIOp>([&](auto) { return arithmetic<remainder, true>(kind); })
      .Case<arith::MinSIOp>([&](auto) { return arithmetic<least, true>(kind); })
      .Case<arith::MaxSIOp>([&](auto) { return arithmetic<most, true>(kind); })
      .Case<math::AbsIOp>([&](auto) { return arithmetic<absolute, true>(kind); })
      .Case<math::IPowIOp>([&](auto) { return arithmetic<power, true>(kind); })
      .Case<arith::ShLIOp>([&](auto) { return shift<Shift::Left>(kind); })
      .Case<arith::ShRUIOp>([&](auto) { return shift<Shift::Right>(kind); })
      .Case<arith::ShRSIOp>([&](auto) { return shift<Shift::RightSigned>(kind); })
      .Case<arith::CmpIOp>([&](arith::CmpIOp compare) { return comparison(compare.getPredicate(), kind); })
      .Default([](Operation *) { return nullptr; });
}

} // namespace llmc::reference
