// Memory, views, attributes, and rounding to 16 bits.
#include "mlir/IR/BuiltinAttributes.h"
#include "test/unit/reference/InterpreterFixture.h"
#include <cmath>

namespace llmc::reference::test {
namespace {

class TensorTest : public InterpreterTest {};

TEST_F(TensorTest, roundsToNearestEvenInHalfPrecision) {
  EXPECT_EQ(Float16(1.0f).bits, 0x3c00);
  EXPECT_EQ(Float16(1.0f + 0x1p-11f).bits, 0x3c00); // a tie goes to even
  EXPECT_EQ(Float16(1.0f + 0x3p-11f).bits, 0x3c02);
  EXPECT_EQ(Float16(65519.0f).bits, 0x7bff);
  EXPECT_EQ(Float16(65520.0f).bits, 0x7c00); // infinity
  EXPECT_EQ(Float16(0x1p-24f).bits, 1);      // the smallest
  EXPECT_EQ(Float16(0x1p-25f).bits, 0);
  EXPECT_EQ(Float16(-0.0f).bits, 0x8000);
  EXPECT_TRUE(std::isnan(float(Float16(NAN))));
}

TEST_F(TensorTest, roundsADoubleOnce) {
  // Rounding to float first would make this a tie and then give 1.
  EXPECT_EQ(Float16(1.0 + 0x1p-11 + 0x1p-40).bits, 0x3c01);
  EXPECT_EQ(BFloat16(1.0 + 0x1p-8 + 0x1p-40).bits, 0x3f81);
  EXPECT_EQ(BFloat16(-1.0 - 0x1p-8 - 0x1p-40).bits, 0xbf81);
  EXPECT_EQ(BFloat16(1e300).bits, 0x7f80);
  EXPECT_EQ(Float16(-1e300).bits, 0xfc00);
}

TEST_F(TensorTest, everyHalfSurvivesTheWayThroughFloat) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    Float16 half;
    half.bits = static_cast<uint16_t>(bits);
    BFloat16 brain;
    brain.bits = static_cast<uint16_t>(bits);
    if (!std::isnan(float(half)))
      ASSERT_EQ(Float16(float(half)).bits, bits);
    if (!std::isnan(float(brain)))
      ASSERT_EQ(BFloat16(float(brain)).bits, bits);
  }
}

TEST_F(TensorTest, refusesSizesThatNoMemoryHas) {
  mlir::Type f32 = mlir::Float32Type::get(&context);
  for (const std::vector<int64_t> &shape :
       std::vector<std::vector<int64_t>>{{-1}, {1ll << 40, 1ll << 40}, {1ll << 62}}) {
    auto tensor = Tensor::allocate(f32, shape);
    EXPECT_FALSE(static_cast<bool>(tensor));
    llvm::consumeError(tensor.takeError());
  }
  EXPECT_EQ(llvm::cantFail(Tensor::allocate(f32, {1ll << 40, 0, 1ll << 40})).elementCount(), 0);
}

TEST_F(TensorTest, borrowsWithoutACopy) {
  std::vector<char> bytes(24);
  auto view = Tensor::borrow(mlir::Float32Type::get(&context), {2, 3}, bytes);
  ASSERT_TRUE(static_cast<bool>(view));
  EXPECT_EQ(view->bytes().data(), bytes.data());
  auto tooLong = Tensor::borrow(mlir::Float32Type::get(&context), {2, 2}, bytes);
  EXPECT_FALSE(static_cast<bool>(tooLong));
  llvm::consumeError(tooLong.takeError());
}

TEST_F(TensorTest, goesThroughAttributes) {
  for (llvm::StringRef text :
       {"dense<[true, false, true]> : tensor<3xi1>", "dense<true> : tensor<9xi1>", "dense<1.5> : tensor<2x2xbf16>",
        "dense<[[1, -2]]> : tensor<1x2xi8>", "dense<> : tensor<0xf32>", "dense<7> : tensor<i64>"}) {
    auto attribute = llvm::cast<mlir::DenseElementsAttr>(mlir::parseAttribute(text, &context));
    auto tensor = Tensor::fromAttribute(attribute);
    ASSERT_TRUE(static_cast<bool>(tensor));
    EXPECT_EQ(tensor->toAttribute(), attribute) << text.str();
  }
}

} // namespace
} // namespace llmc::reference::test
