// Conversions of the small floats, and random contents.
#include "Samples.h"
#include <cmath>
#include <cstring>
#include <limits>
#include <set>

using namespace llmc::tools;

static uint16_t bitsOf(uint32_t dtype, double value) {
  uint8_t bytes[2];
  storeElement(dtype, value, bytes);
  return static_cast<uint16_t>(bytes[0] | bytes[1] << 8);
}

TEST(ElementType, SmallFloatsRoundTripAllBits) {
  for (uint32_t dtype : {LLMC_DTYPE_F16, LLMC_DTYPE_BF16})
    for (uint32_t bits = 0; bits <= 0xffff; ++bits) {
      uint8_t bytes[2] = {static_cast<uint8_t>(bits), static_cast<uint8_t>(bits >> 8)};
      double value = loadElement(dtype, bytes);
      if (!std::isnan(value))
        ASSERT_EQ(bitsOf(dtype, value), bits);
      else
        ASSERT_TRUE(std::isnan(loadElement(dtype, bytes)));
    }
}

TEST(ElementType, SmallFloatsRoundToNearestEven) {
  EXPECT_EQ(bitsOf(LLMC_DTYPE_F16, 1.0), 0x3c00);
  EXPECT_EQ(bitsOf(LLMC_DTYPE_F16, 1 + 0x1p-11), 0x3c00);
  EXPECT_EQ(bitsOf(LLMC_DTYPE_F16, 1 + 0x3p-11), 0x3c02);
  EXPECT_EQ(bitsOf(LLMC_DTYPE_F16, 65504), 0x7bff);
  EXPECT_EQ(bitsOf(LLMC_DTYPE_F16, 65519.9), 0x7bff);
  EXPECT_EQ(bitsOf(LLMC_DTYPE_F16, 65520), 0x7c00);
  EXPECT_EQ(bitsOf(LLMC_DTYPE_F16, 0x1p-25), 0);
  EXPECT_EQ(bitsOf(LLMC_DTYPE_F16, 0x1.8p-25), 1);
  EXPECT_EQ(bitsOf(LLMC_DTYPE_F16, -0.0), 0x8000);
  EXPECT_EQ(bitsOf(LLMC_DTYPE_BF16, 1 + 0x1p-8), 0x3f80);
  EXPECT_EQ(bitsOf(LLMC_DTYPE_BF16, 1 + 0x3p-8), 0x3f82);
  EXPECT_EQ(bitsOf(LLMC_DTYPE_BF16, 1e300), 0x7f80);
}

TEST(ElementType, IntegersSaturate) {
  uint8_t bytes[8];
  storeElement(LLMC_DTYPE_I8, 1000, bytes);
  EXPECT_EQ(loadElement(LLMC_DTYPE_I8, bytes), 127);
  storeElement(LLMC_DTYPE_U64, 1e300, bytes);
  EXPECT_EQ(loadElement(LLMC_DTYPE_U64, bytes), 0x1p64);
  storeElement(LLMC_DTYPE_I64, -1e300, bytes);
  EXPECT_EQ(loadElement(LLMC_DTYPE_I64, bytes), -0x1p63);
  storeElement(LLMC_DTYPE_U8, -5, bytes);
  EXPECT_EQ(loadElement(LLMC_DTYPE_U8, bytes), 0);
  storeElement(LLMC_DTYPE_I32, std::nan(""), bytes);
  EXPECT_EQ(loadElement(LLMC_DTYPE_I32, bytes), 0);
}

TEST(ElementType, NamesLeadBack) {
  for (uint32_t dtype : allDtypes)
    EXPECT_EQ(findElementType(llvm::StringRef(findElementType(dtype)->name))->dtype, dtype);
  EXPECT_EQ(findElementType(llvm::StringRef("f8")), nullptr);
  EXPECT_EQ(findElementType(8u), nullptr);
}

TEST(FillRandom, IsRepeatableAndInRange) {
  for (uint32_t dtype : allDtypes) {
    HostTensor a = llvm::cantFail(HostTensor::create(dtype, {500})), b = a, c = a;
    RandomRange range = defaultRandomRange(dtype);
    fillRandom(a, 7, range);
    fillRandom(b, 7, range);
    fillRandom(c, 8, range);
    EXPECT_EQ(a.bytes, b.bytes);
    EXPECT_NE(a.bytes, c.bytes);
    std::set<double> values;
    for (size_t i = 0; i < 500; ++i)
      values.insert(loadElement(dtype, &a.bytes[i * findElementType(dtype)->bytes()]));
    EXPECT_GE(*values.begin(), range.low);
    EXPECT_LE(*values.rbegin(), range.high); // f16 and bf16 may round up to the end
    EXPECT_GE(values.size(), 2u);
  }
}

TEST(FillRandom, GivesTheSameOnEveryMachine) {
  HostTensor tensor = llvm::cantFail(HostTensor::create(LLMC_DTYPE_I32, {6}));
  fillRandom(tensor, 1, {0, 1000});
  std::vector<int32_t> values(6);
  std::memcpy(values.data(), tensor.bytes.data(), 24);
  EXPECT_EQ(values, (std::vector<int32_t>{368, 526, 737, 692, 870, 465}));
}
