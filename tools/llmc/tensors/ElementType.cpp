// The small floats are taken apart by their bits, as C++17 has no types for them.
#include "tools/llmc/tensors/ElementType.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

using namespace llmc::tools;

const llmc::ElementType *llmc::tools::findElementType(llvm::StringRef name) {
  for (const ElementType &type : elementTypes)
    if (name == type.name)
      return &type;
  return nullptr;
}

// A binary format with an implicit leading 1, as IEEE 754 describes them.
namespace {
struct SmallFloat {
  int mantissaBits, exponentBits;
  int bias() const { return (1 << (exponentBits - 1)) - 1; }
};
} // namespace
static constexpr SmallFloat half{10, 5}, brain{7, 8};

static double decode(SmallFloat format, uint16_t bits) {
  int mantissa = bits & ((1 << format.mantissaBits) - 1);
  int exponent = (bits >> format.mantissaBits) & ((1 << format.exponentBits) - 1);
  double magnitude;
  if (exponent == (1 << format.exponentBits) - 1)
    magnitude = mantissa ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity();
  else if (exponent == 0)
    magnitude = std::ldexp(mantissa, 1 - format.bias() - format.mantissaBits);
  else
    magnitude = std::ldexp(mantissa + (1 << format.mantissaBits), exponent - format.bias() - format.mantissaBits);
  return std::copysign(magnitude, bits >> 15 ? -1.0 : 1.0);
}

static uint16_t encode(SmallFloat format, double value) {
  int sign = std::signbit(value) ? 0x8000 : 0;
  int infinity = ((1 << format.exponentBits) - 1) << format.mantissaBits;
  if (std::isnan(value))
    return static_cast<uint16_t>(sign | infinity | 1 << (format.mantissaBits - 1));
  if (std::isinf(value))
    return static_cast<uint16_t>(sign | infinity);
  if (value == 0)
    return static_cast<uint16_t>(sign);
  int exponent = std::max(std::ilogb(value), 1 - format.bias());
  // In units of the last place; a carry out of the mantissa moves into the exponent, as it should.
  double units = std::nearbyint(std::ldexp(std::fabs(value), format.mantissaBits - exponent));
  double bits = units + std::ldexp(exponent + format.bias() - 1, format.mantissaBits);
  return static_cast<uint16_t>(sign | (bits >= infinity ? infinity : static_cast<int>(bits)));
}

// T is the C type of the table, which holds the bits of what C++ has no type for.
template <uint32_t dtype, typename T> static double load(const uint8_t *data) {
  T value;
  std::memcpy(&value, data, sizeof value);
  if constexpr (dtype == LLMC_DTYPE_BOOL)
    return value != 0;
  else if constexpr (dtype == LLMC_DTYPE_F16 || dtype == LLMC_DTYPE_BF16)
    return decode(dtype == LLMC_DTYPE_F16 ? half : brain, value);
  else
    return static_cast<double>(value);
}

double llmc::tools::loadElement(uint32_t dtype, const uint8_t *data) {
  switch (dtype) {
#define LLMC_ELEMENT(name, number, bits, kind, type, text, c_type, npy)                                                \
  case number:                                                                                                         \
    return load<number, c_type>(data);
#include "llmc/element_types.def"
  }
  return 0;
}

template <typename T> static T saturate(double value) {
  if (!(value > static_cast<double>(std::numeric_limits<T>::min()))) // NaN too
    return std::isnan(value) ? T{0} : std::numeric_limits<T>::min();
  if (value >= static_cast<double>(std::numeric_limits<T>::max()))
    return std::numeric_limits<T>::max();
  return static_cast<T>(value);
}

template <uint32_t dtype, typename T> static void store(double value, uint8_t *data) {
  T stored;
  if constexpr (dtype == LLMC_DTYPE_BOOL)
    stored = value != 0;
  else if constexpr (dtype == LLMC_DTYPE_F16 || dtype == LLMC_DTYPE_BF16)
    stored = encode(dtype == LLMC_DTYPE_F16 ? half : brain, value);
  else if constexpr (std::is_floating_point_v<T>)
    stored = static_cast<T>(value);
  else
    stored = saturate<T>(value);
  std::memcpy(data, &stored, sizeof stored);
}

void llmc::tools::storeElement(uint32_t dtype, double value, uint8_t *data) {
  switch (dtype) {
#define LLMC_ELEMENT(name, number, bits, kind, type, text, c_type, npy)                                                \
  case number:                                                                                                         \
    return store<number, c_type>(value, data);
#include "llmc/element_types.def"
  }
}
