// What a tensor holds, as C++ types. Half-precision numbers are stored as 16 bits and computed as
// float.
#ifndef LLMC_COMPILER_REFERENCE_ELEMENTTYPES_H
#define LLMC_COMPILER_REFERENCE_ELEMENTTYPES_H

#include "mlir/IR/Types.h"
#include "llvm/Support/ErrorHandling.h"
#include <cstdint>
#include <cstring>
#include <optional>

namespace llmc::reference {

/// Keeps what rounding to double would lose: the last bit is set when the value is not exact in
/// float. Rounding that to 16 bits gives the same as rounding the double at once.
inline float roundToOdd(double value) {
  auto rounded = static_cast<float>(value);
  if (static_cast<double>(rounded) == value || value != value)
    return rounded;
  uint32_t bits;
  std::memcpy(&bits, &rounded, sizeof bits);
  if (bits & 1)
    return rounded;
  // The neighbour towards `value` is odd.
  double distance = value < 0 ? static_cast<double>(rounded) - value : value - static_cast<double>(rounded);
  bits += distance > 0 ? 1 : -1;
  std::memcpy(&rounded, &bits, sizeof bits);
  return rounded;
}

/// IEEE binary16.
struct Float16 {
  uint16_t bits = 0;

  Float16() = default;
  explicit Float16(float value) {
    uint32_t x;
    std::memcpy(&x, &value, sizeof x);
    uint32_t sign = (x >> 16) & 0x8000, magnitude = x & 0x7fffffff;
    // Normal numbers: move the exponent, round to nearest even. A carry into the exponent is right
    // as it is.
    uint32_t normal = (magnitude - 0x38000000 + 0xfff + ((magnitude >> 13) & 1)) >> 13;
    // Subnormal numbers: adding 0.5 leaves the 10 bits, rounded by the hardware, at the end of the
    // mantissa.
    float shifted;
    std::memcpy(&shifted, &magnitude, sizeof shifted);
    shifted += 0.5f;
    uint32_t small;
    std::memcpy(&small, &shifted, sizeof small);
    small -= 0x3f000000;
    uint32_t large = magnitude > 0x7f800000 ? 0x7e00 | ((magnitude >> 13) & 0x3ff) : 0x7c00;
    uint32_t result = magnitude < 0x38800000 ? small : normal;
    result = magnitude >= 0x477ff000 ? large : result;
    bits = static_cast<uint16_t>(sign | result);
  }
  explicit Float16(double value) : Float16(roundToOdd(value)) {}

  operator float() const {
    uint32_t sign = (bits & 0x8000u) << 16, magnitude = (bits & 0x7fffu) << 13;
    // The exponent is moved by a product, which also makes subnormal numbers normal.
    float scaled;
    std::memcpy(&scaled, &magnitude, sizeof scaled);
    scaled *= 0x1p112f;
    uint32_t result;
    std::memcpy(&result, &scaled, sizeof result);
    result = magnitude >= 0x0f800000 ? magnitude | 0x7f800000 : result; // infinities, NaN
    result |= sign;
    float value;
    std::memcpy(&value, &result, sizeof value);
    return value;
  }
};

/// The upper half of a float.
struct BFloat16 {
  uint16_t bits = 0;

  BFloat16() = default;
  explicit BFloat16(float value) {
    uint32_t x;
    std::memcpy(&x, &value, sizeof x);
    uint32_t rounded = (x + 0x7fff + ((x >> 16) & 1)) >> 16;
    uint32_t nan = (x >> 16) | 0x40; // must stay NaN
    bits = static_cast<uint16_t>((x & 0x7fffffff) > 0x7f800000 ? nan : rounded);
  }
  explicit BFloat16(double value) : BFloat16(roundToOdd(value)) {}

  operator float() const {
    uint32_t x = static_cast<uint32_t>(bits) << 16;
    float value;
    std::memcpy(&value, &x, sizeof value);
    return value;
  }
};

/// `Index` is a size on the host; tensors hold the others.
enum class ElementKind { I1, I8, I16, I32, I64, Index, F16, BF16, F32, F64 };

/// Nothing for types that the dialect does not know.
std::optional<ElementKind> elementKind(mlir::Type type);
/// Bytes in memory; a bool takes one.
int64_t elementBytes(ElementKind kind);
inline bool isFloat(ElementKind kind) { return kind >= ElementKind::F16; }

/// Calls `function` with a value of the C++ type that stands for `kind`; integers are unsigned,
/// bools are bool.
template <typename Function> auto dispatch(ElementKind kind, Function function) {
  switch (kind) {
  case ElementKind::I1:
    return function(bool());
  case ElementKind::I8:
    return function(uint8_t());
  case ElementKind::I16:
    return function(uint16_t());
  case ElementKind::I32:
    return function(uint32_t());
  case ElementKind::I64:
  case ElementKind::Index:
    return function(uint64_t());
  case ElementKind::F16:
    return function(Float16());
  case ElementKind::BF16:
    return function(BFloat16());
  case ElementKind::F32:
    return function(float());
  case ElementKind::F64:
    return function(double());
  }
  llvm_unreachable("an element kind without a type");
}

/// The same for floats only.
template <typename Function> auto dispatchFloat(ElementKind kind, Function function) {
  switch (kind) {
  case ElementKind::F16:
    return function(Float16());
  case ElementKind::BF16:
    return function(BFloat16());
  case ElementKind::F64:
    return function(double());
  default:
    return function(float());
  }
}

} // namespace llmc::reference

#endif
