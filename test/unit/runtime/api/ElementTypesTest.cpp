// Sizes in memory, types below a byte included.
#include "llmc/element_types.h"
#include <gtest/gtest.h>
#include <vector>

using namespace llmc;

// -1: refused.
static int64_t bytesOf(uint32_t bits, const std::vector<int64_t> &dims) {
  uint64_t bytes = 0;
  return tensorBytes(bits, dims.data(), dims.size(), bytes) ? static_cast<int64_t>(bytes) : -1;
}

TEST(ElementTypes, RowsBelowAByteEndInWholeBytes) {
  EXPECT_EQ(bytesOf(4, {3, 5}), 9);
  EXPECT_EQ(bytesOf(4, {5, 4}), 10);
  EXPECT_EQ(bytesOf(2, {2, 5}), 4);
  EXPECT_EQ(bytesOf(4, {}), 1);
  EXPECT_EQ(bytesOf(32, {}), 4);
  EXPECT_EQ(bytesOf(16, {3, 5}), 30);
}

TEST(ElementTypes, SizesThatNoMemoryHasAreRefused) {
  constexpr int64_t most = INT64_MAX;
  EXPECT_EQ(bytesOf(8, {most}), most);
  EXPECT_EQ(bytesOf(4, {most}), most / 2 + 1);
  EXPECT_EQ(bytesOf(16, {most}), -1);
  EXPECT_EQ(bytesOf(8, {most, 2}), -1);
  EXPECT_EQ(bytesOf(8, {-1}), -1);
  EXPECT_EQ(bytesOf(8, {-1, 0}), -1);
  EXPECT_EQ(bytesOf(32, {most, most, 0}), 0) << "an empty tensor takes none, whatever its other sizes are";
}
