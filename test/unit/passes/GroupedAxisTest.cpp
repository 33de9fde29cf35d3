#include "compiler/passes/pruning/GroupedAxis.h"
#include "gtest/gtest.h"

namespace llmc::passes {
namespace {

const ir::DimExpr kBatch = ir::DimExpr::symbol("batch"), kLength = ir::DimExpr::symbol("length");

/// The groups lie at `from` before the reshape and at `to` behind it, and the other way round.
void expectMoves(const ir::DimVector &before, const GroupedAxis &from, const ir::DimVector &behind,
                 const GroupedAxis &to) {
  auto moved = regroup(before, behind, from), back = regroup(behind, before, to);
  ASSERT_TRUE(moved && back);
  EXPECT_EQ(*moved, to);
  EXPECT_EQ(*back, from);
}

TEST(Regroup, HeadsAreSplitFromAProjection) {
  expectMoves({kBatch, kLength, 768}, {2, 1, 64}, {kBatch, kLength, 12, 64}, {2, 1, 1});
}

TEST(Regroup, RowsOfAllBatches) {
  expectMoves({kBatch, kLength, 768}, {2, 1, 1}, {kBatch * kLength, 768}, {1, 1, 1});
  expectMoves({kBatch * kLength, 3 * 12 * 64}, {1, 3, 64}, {kBatch, kLength, 3, 12, 64}, {3, 1, 1});
}

TEST(Regroup, AxesOfOne) {
  expectMoves({kBatch, 12, kLength, 64}, {1, 1, 1}, {kBatch, 12, 1, kLength, 64}, {1, 1, 1});
  expectMoves({12, 1}, {0, 1, 1}, {1, 12}, {1, 1, 1});
}

TEST(Regroup, HeadsThatShareKeys) {
  expectMoves({kBatch, 8, kLength, 64}, {1, 1, 4}, {kBatch, 2, 4, kLength, 64}, {1, 1, 1});
  expectMoves({kBatch, 8, kLength, 64}, {1, 2, 1}, {kBatch, 2, 4, kLength, 64}, {2, 1, 1});
}

TEST(Regroup, GroupsThatComeApart) {
  // Eight groups of one head each do not lie along one of two axes.
  EXPECT_FALSE(regroup({kBatch, 8, kLength, 64}, {kBatch, 2, 4, kLength, 64}, {1, 1, 1}));
  EXPECT_FALSE(regroup({kLength, 32}, {kLength * 4, 8}, {1, 1, 1}));
  EXPECT_FALSE(regroup({kBatch, 12, 64}, {kBatch * 12, 64}, {1, 1, 1}));
}

} // namespace
} // namespace llmc::passes
