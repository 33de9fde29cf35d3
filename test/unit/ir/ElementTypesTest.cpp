// Each type of the dialect has a number and a size, and no other type has.
#include "compiler/ir/ElementTypes.h"
#include "compiler/reference/ElementTypes.h"
#include "llmc/element_types.h"
#include "mlir/IR/Builders.h"
#include <gtest/gtest.h>

using namespace llmc;
using namespace mlir;

namespace {

class ElementTypesOfTheDialect : public testing::Test {
protected:
  MLIRContext context;
  Builder b{&context};
};

// Llmc_Tensor in LlmcDialect.td.
TEST_F(ElementTypesOfTheDialect, haveNumbers) {
  const std::pair<Type, uint32_t> all[] = {
      {b.getI1Type(), LLMC_DTYPE_BOOL},   {b.getI8Type(), LLMC_DTYPE_I8},   {b.getI16Type(), LLMC_DTYPE_I16},
      {b.getI32Type(), LLMC_DTYPE_I32},   {b.getI64Type(), LLMC_DTYPE_I64}, {b.getF16Type(), LLMC_DTYPE_F16},
      {b.getBF16Type(), LLMC_DTYPE_BF16}, {b.getF32Type(), LLMC_DTYPE_F32}, {b.getF64Type(), LLMC_DTYPE_F64}};
  for (auto [type, dtype] : all) {
    EXPECT_EQ(ir::dtypeOf(type), dtype);
    EXPECT_EQ(ir::elementTypeOf(dtype, &context), type);
    EXPECT_EQ(ir::elementBits(type), findElementType(dtype)->bits);
    ASSERT_TRUE(reference::elementKind(type));
    EXPECT_EQ(reference::elementBytes(*reference::elementKind(type)), ir::elementBytes(type));
  }
}

TEST_F(ElementTypesOfTheDialect, areAllThatTheTableSays) {
  for (const ElementType &row : elementTypes) {
    Type type = ir::elementTypeOf(row.dtype, &context);
    ASSERT_TRUE(type) << row.name;
    EXPECT_EQ(ir::elementBits(type), row.bits) << row.name;
    EXPECT_EQ(isa<FloatType>(type), row.kind == ElementType::Float) << row.name;
  }
}

TEST_F(ElementTypesOfTheDialect, areNoOthers) {
  for (Type type : {Type(b.getIntegerType(4)), Type(b.getIntegerType(24)), Type(b.getIntegerType(128)),
                    Type(b.getIntegerType(8, /*isSigned=*/false)), Type(b.getIndexType()),
                    Type(Float8E4M3FNType::get(&context)), Type(Float128Type::get(&context))})
    EXPECT_FALSE(ir::dtypeOf(type));
  EXPECT_FALSE(ir::elementTypeOf(8, &context)) << "strings";
}

TEST_F(ElementTypesOfTheDialect, haveSizesInMemory) {
  EXPECT_EQ(ir::byteSize(RankedTensorType::get({3, 5}, b.getI1Type())), 15u);
  EXPECT_EQ(ir::byteSize(RankedTensorType::get({3, 5}, b.getF64Type())), 120u);
  EXPECT_EQ(ir::byteSize(RankedTensorType::get({3, 5}, b.getIntegerType(4))), 9u);
  ir::DimExpr n = ir::DimExpr::symbol("n");
  EXPECT_EQ(ir::byteSize(b.getF32Type(), {n, ir::DimExpr(5)}), n * 20);
  EXPECT_EQ(ir::byteSize(b.getIntegerType(4), {n, ir::DimExpr(5)}), n * 3);
  EXPECT_EQ(ir::byteSize(b.getIntegerType(4), {n}).evaluate([](llvm::StringRef) { return std::optional(int64_t(7)); }),
            4);
  EXPECT_EQ(ir::byteSize(b.getIntegerType(4), {}), ir::DimExpr(1));
}

} // namespace
