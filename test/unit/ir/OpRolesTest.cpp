// Each operation of the dialect says what it is to passes and kernels; none falls through in silence.
#include "compiler/ir/LlmcDialect.h"
#include "gtest/gtest.h"

namespace llmc::ir {
namespace {

template <typename Op> bool hasRole() {
  bool moves = Op::template hasTrait<MovementInterface::Trait>();
  bool computes = Op::template hasTrait<AnchorInterface::Trait>() || std::is_same_v<Op, MapOp>;
  // Values that are there from the start, declarations, regions and what stands in them, and what only weights are made
  // of.
  bool other = llvm::is_one_of<Op, ConstantOp, WeightOp, GetWeightOp, SizeOp, ShapeOp, IotaOp, CheckOp, RequireOp,
                               YieldOp, KernelOp, GeluOp, PackOp, LargestOp, RefitOp, EncodeOp, BalanceOp, SparsifyOp,
                               FindBlocksOp, PackBlocksOp>();
  return moves + computes + other == 1;
}

template <typename Op> void expectRole() {
  EXPECT_TRUE(hasRole<Op>()) << Op::getOperationName().str()
                             << " is no anchor, no movement and no map: kernels, costs and fusion don't know it";
}

template <typename... Ops> void expectRoles() { (expectRole<Ops>(), ...); }

TEST(OpRoles, EachOperationHasOne) {
  expectRoles<
#define GET_OP_LIST
#include "compiler/ir/LlmcOps.cpp.inc"
      >();
}

} // namespace
} // namespace llmc::ir
