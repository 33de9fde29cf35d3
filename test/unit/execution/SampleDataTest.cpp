// How data are cut into pieces.
#include "compiler/execution/SampleData.h"
#include "llmc/dtype.h"
#include <gtest/gtest.h>

using namespace llmc;
using execution::SampleData;

namespace {

/// Inputs of i64 with these formulas as sizes, and data with these sizes that count up.
class SampleDataTest : public ::testing::Test {
protected:
  void add(std::string name, std::vector<std::string> dims, std::vector<int64_t> sizes) {
    codegen::TensorFacts facts = {name, LLMC_DTYPE_I64, {}, dims};
    for (const std::string &dim : dims)
      facts.dims.push_back(ir::DimExpr::parse(dim)->constant().value_or(-1));
    inputs.push_back(facts);
    shapes.push_back(sizes);
    int64_t count = 1;
    for (int64_t size : sizes)
      count *= size;
    numbers.emplace_back(count);
    for (int64_t i = 0; i < count; ++i)
      numbers.back()[i] = i;
  }

  SampleData create() {
    std::vector<execution::GivenInput> given;
    for (size_t i = 0; i < inputs.size(); ++i)
      given.push_back({inputs[i].name,
                       {sizeof(llmc_tensor), LLMC_DTYPE_I64, static_cast<uint32_t>(shapes[i].size()), shapes[i].data(),
                        numbers[i].data(), numbers[i].size() * 8, 0}});
    auto data = SampleData::create(inputs, rules, given, "the data");
    EXPECT_TRUE(static_cast<bool>(data));
    return std::move(*data);
  }

  std::vector<codegen::TensorFacts> inputs;
  std::vector<std::vector<int64_t>> shapes;
  std::vector<std::vector<int64_t>> numbers;
  ir::SizeRules rules = {{{"batch", 0, ir::DimExpr::kUnbounded}, {"seq", 0, ir::DimExpr::kUnbounded}}, {}};
};

TEST_F(SampleDataTest, piecesAreSomePositionsOfABatch) {
  add("ids", {"batch", "seq"}, {5, 128});
  add("kind", {"batch"}, {5});
  SampleData data = create();
  ASSERT_EQ(data.pieceCount(), 3u);
  std::vector<int64_t> seen;
  for (size_t i = 0; i < data.pieceCount(); ++i) {
    std::vector<llmc_tensor> piece = data.piece(i);
    int64_t count = i == 2 ? 1 : 2;
    EXPECT_EQ(llvm::ArrayRef(piece[0].dims, 2), llvm::ArrayRef<int64_t>({count, 128}));
    EXPECT_EQ(llvm::ArrayRef(piece[1].dims, 1), llvm::ArrayRef<int64_t>({count}));
    EXPECT_EQ(piece[0].bytes, static_cast<uint64_t>(count) * 128 * 8);
    EXPECT_EQ(static_cast<int64_t *>(piece[0].data)[0], static_cast<int64_t>(i) * 256);
    for (int64_t k = 0; k < count; ++k)
      seen.push_back(static_cast<int64_t *>(piece[1].data)[k]);
  }
  EXPECT_EQ(seen, (std::vector<int64_t>{0, 1, 2, 3, 4}));
}

TEST_F(SampleDataTest, aFixedBatchIsThePiece) {
  add("ids", {"2", "seq"}, {6, 3});
  EXPECT_EQ(create().pieceCount(), 3u);
}

TEST_F(SampleDataTest, noPieceIsLargerThanTheSymbol) {
  add("ids", {"batch", "seq"}, {6, 3});
  rules.symbols[0].most = 4;
  EXPECT_EQ(create().pieceCount(), 2u);
}

TEST_F(SampleDataTest, whatIsNoBatchStaysWhole) {
  add("ids", {"batch", "seq"}, {600, 512});
  add("mask", {"seq", "batch"}, {512, 600}); // another first axis
  EXPECT_EQ(create().pieceCount(), 1u);
}

TEST_F(SampleDataTest, whatOtherSizesDependOnStaysWhole) {
  add("ids", {"batch", "seq"}, {600, 512});
  rules.rules = {{ir::DimRelation::Equal, ir::DimExpr::symbol("batch"), ir::DimExpr::symbol("seq")}};
  EXPECT_EQ(create().pieceCount(), 1u);
}

} // namespace
