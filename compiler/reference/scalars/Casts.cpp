// Conversions between types, and select. A float that does not fit an integer becomes the end of its range that lies
// nearer, and NaN becomes 0: what ONNX leaves open is the same on all machines.
#include "compiler/reference/scalars/ScalarKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>
#include <type_traits>

using namespace mlir;

namespace llmc::reference {
namespace {

template <typename To, bool Signed, typename T> To floatToInteger(T value) {
  constexpr int bits = std::is_same_v<To, bool> ? 1 : 8 * sizeof(To);
  constexpr uint64_t end = uint64_t(1) << (bits - 1); // of signed numbers; that of unsigned ones is twice as far
  if (std::isnan(value))
    return To(0);
  T whole = std::trunc(value);
  if constexpr (Signed) {
    if (whole < -T(end))
      return static_cast<To>(end);
    return static_cast<To>(whole >= T(end) ? int64_t(end - 1) : static_cast<int64_t>(whole));
  } else {
    if (whole < T(0))
      return To(0);
    return static_cast<To>(whole >= T(end) * 2 ? (end - 1) * 2 + 1 : static_cast<uint64_t>(whole));
  }
}

template <typename From, bool Signed> auto asNumber(From value) {
  if constexpr (!Signed)
    return static_cast<uint64_t>(value);
  else if constexpr (std::is_same_v<From, bool>)
    return static_cast<int64_t>(value ? -1 : 0);
  else
    return static_cast<int64_t>(static_cast<std::make_signed_t<From>>(value));
}

/// Conversion of one element; what to do follows from the C++ types, and `Signed` from the
/// operation.
template <typename From, typename To, bool Signed> To convert(From value) {
  constexpr bool fromInteger = std::is_integral_v<From>, toInteger = std::is_integral_v<To>;
  if constexpr (fromInteger && toInteger) {
    auto number = asNumber<From, Signed>(value);
    if constexpr (std::is_same_v<To, bool>)
      return (number & 1) != 0;
    else
      return static_cast<To>(number);
  } else if constexpr (fromInteger) {
    auto number = asNumber<From, Signed>(value);
    if constexpr (std::is_same_v<To, float>)
      return static_cast<float>(number);
    else
      return static_cast<To>(static_cast<double>(number));
  } else if constexpr (toInteger) {
    using Wide = std::conditional_t<std::is_same_v<From, double>, double, float>;
    return floatToInteger<To, Signed>(static_cast<Wide>(value));
  } else if constexpr (std::is_same_v<From, To>) {
    return value;
  } else {
    using Wide = std::conditional_t<std::is_same_v<From, double>, double, float>;
    return static_cast<To>(static_cast<Wide>(value));
  }
}

template <typename From, typename To, bool Signed>
void convertLoop(const void *const *operands, void *result, int64_t count) {
  const From *in = elements<From>(operands[0]);
  To *out = elements<To>(result);
  for (int64_t i = 0; i < count; ++i)
    out[i] = convert<From, To, Signed>(in[i]);
}

template <bool Signed> ScalarKernel conversion(ScalarTypes types) {
  return dispatch(types.from, [&](auto from) {
    return dispatch(types.to,
                    [&](auto to) -> ScalarKernel { return convertLoop<decltype(from), decltype(to), Signed>; });
  });
}

template <typename T> void selectLoop(const void *const *operands, void *result, int64_t count) {
  const bool *condition = elements<bool>(operands[0]);
  const T *yes = elements<T>(operands[1]), *no = elements<T>(operands[2]);
  T *out = elements<T>(result);
  for (int64_t i = 0; i < count; ++i)
    out[i] = condition[i] ? yes[i] : no[i];
}

template <typename T> void copyLoop(const void *const *operands, void *result, int64_t count) {
  std::memcpy(result, operands[0], count * sizeof(T));
}

} // namespace

ScalarKernel floatConversion(ElementKind from, ElementKind to) { return conversion<true>({from, to}); }

ScalarKernel findCastKernel(Operation *op, ScalarTypes types) {
  return llvm::TypeSwitch<Operation *, ScalarKernel>(op)
      .Case<arith::ExtSIOp, arith::SIToFPOp, arith::FPToSIOp, arith::IndexCastOp, arith::TruncIOp, arith::ExtFOp,
            arith::TruncFOp>([&](auto) { return conversion<true>(types); })
      .Case<arith::ExtUIOp, arith::UIToFPOp, arith::FPToUIOp, arith::IndexCastUIOp>(
          [&](auto) { return conversion<false>(types); })
      .Case<arith::BitcastOp>([&](auto) {
        return dispatch(types.to, [](auto element) -> ScalarKernel { return copyLoop<decltype(element)>; });
      })
      .Case<arith::SelectOp>([&](auto) {
        return dispatch(types.to, [](auto element) -> ScalarKernel { return selectLoop<decltype(element)>; });
      })
      .Default([](Operation *) { return nullptr; });
}

} // namespace llmc::reference
