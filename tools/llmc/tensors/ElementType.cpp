// The small floats are taken apart by their bits, as C++17 has no types for them.
#include "tools/llmc/tensors/ElementType.h"

#include <cmath>
#include <cstring>
#include <limits>

using namespace llmc::tools;

static const ElementType elementTypes[] = {
    {LLMC_DTYPE_F32, 4, ElementType::Float, "f32", "<f4"},    {LLMC_DTYPE_U8, 1, ElementType::Unsigned, "u8", "|u1"},
    {LLMC_DTYPE_I8, 1, ElementType::Signed, "i8", "|i1"},     {LLMC_DTYPE_U16, 2, ElementType::Unsigned, "u16", "<u2"},
    {LLMC_DTYPE_I16, 2, ElementType::Signed, "i16", "<i2"},   {LLMC_DTYPE_I32, 4, ElementType::Signed, "i32", "<i4"},
    {LLMC_DTYPE_I64, 8, ElementType::Signed, "i64", "<i8"},   {LLMC_DTYPE_BOOL, 1, ElementType::Bool, "bool", "|b1"},
    {LLMC_DTYPE_F16, 2, ElementType::Float, "f16", "<f2"},    {LLMC_DTYPE_F64, 8, ElementType::Float, "f64", "<f8"},
    {LLMC_DTYPE_U32, 4, ElementType::Unsigned, "u32", "<u4"}, {LLMC_DTYPE_U64, 8, ElementType::Unsigned, "u64", "<u8"},
    {LLMC_DTYPE_BF16, 2, ElementType::Float, "bf16", "<u2"},
};

const ElementType *llmc::tools::findElementType(uint32_t dtype) {
  for (const ElementType &type : elementTypes)
    if (type.dtype == dtype)
      return &type;
  return nullptr;
}

const ElementType *llmc::tools::findElementType(llvm::StringRef name) {
  for (const ElementType &type : elementTypes)
    if (name == type.name)
      return &type;
  return nullptr;
}

template <typename T> static double loadAs(const uint8_t *data) {
  T value;
  std::memcpy(&value, data, sizeof value);
  return static_cast<double>(value);
}

template <typename T> static void storeAs(T value, uint8_t *data) { std::memcpy(data, &value, sizeof value); }

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

double llmc::tools::loadElement(uint32_t dtype, const uint8_t *data) {
  switch (dtype) {
  case LLMC_DTYPE_F32:
    return loadAs<float>(data);
  case LLMC_DTYPE_U8:
    return loadAs<uint8_t>(data);
  case LLMC_DTYPE_I8:
    return loadAs<int8_t>(data);
  case LLMC_DTYPE_U16:
    return loadAs<uint16_t>(data);
  case LLMC_DTYPE_I16:
    return loadAs<int16_t>(data);
  case LLMC_DTYPE_I32:
    return loadAs<int32_t>(data);
  case LLMC_DTYPE_I64:
    return loadAs<int64_t>(data);
  case LLMC_DTYPE_BOOL:
    return *data != 0;
  case LLMC_DTYPE_F16:
    return decode(half, static_cast<uint16_t>(loadAs<uint16_t>(data)));
  case LLMC_DTYPE_F64:
    return loadAs<double>(data);
  case LLMC_DTYPE_U32:
    return loadAs<uint32_t>(data);
  case LLMC_DTYPE_U64:
    return loadAs<uint64_t>(data);
  case LLMC_DTYPE_BF16:
    return decode(brain, static_cast<uint16_t>(loadAs<uint16_t>(data)));
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

void llmc::tools::storeElement(uint32_t dtype, double value, uint8_t *data) {
  switch (dtype) {
  case LLMC_DTYPE_F32:
    return storeAs(static_cast<float>(value), data);
  case LLMC_DTYPE_U8:
    return storeAs(saturate<uint8_t>(value), data);
  case LLMC_DTYPE_I8:
    return storeAs(saturate<int8_t>(value), data);
  case LLMC_DTYPE_U16:
    return storeAs(saturate<uint16_t>(value), data);
  case LLMC_DTYPE_I16:
    return storeAs(saturate<int16_t>(value), data);
  case LLMC_DTYPE_I32:
    return storeAs(saturate<int32_t>(value), data);
  case LLMC_DTYPE_I64:
    return storeAs(saturate<int64_t>(value), data);
  case LLMC_DTYPE_BOOL:
    return storeAs(static_cast<uint8_t>(value != 0), data);
  case LLMC_DTYPE_F16:
    return storeAs(encode(half, value), data);
  case LLMC_DTYPE_F64:
    return storeAs(value, data);
  case LLMC_DTYPE_U32:
    return storeAs(saturate<uint32_t>(value), data);
  case LLMC_DTYPE_U64:
    return storeAs(saturate<uint64_t>(value), data);
  case LLMC_DTYPE_BF16:
    return storeAs(encode(brain, value), data);
  }
}
