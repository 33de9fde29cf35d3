// Finds exp(x - max(x)) / sum along the last axis.
#include "compiler/ir/Provenance.h"
#include "compiler/passes/fusion/Passes.h"
#include "compiler/passes/fusion/ScalarMatchers.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_FUSESOFTMAX
#include "compiler/passes/fusion/Passes.h.inc"

namespace {

/// x when `tensor` is exp(x - max of x along the last axis).
Value matchExponentials(Value tensor) {
  auto map = tensor.getDefiningOp<ir::MapOp>();
  auto exponential = map ? throughFloatCasts(map.getYielded()).getDefiningOp<math::ExpOp>() : math::ExpOp();
  auto difference = exponential ? matchBinary<arith::SubFOp>(exponential.getOperand()) : std::nullopt;
  if (!difference)
    return {};
  Value x = tensorOf(difference->first), most = tensorOf(difference->second);
  return x && most && matchMaxAlongLastAxis(most) == x ? x : Value();
}

struct FuseSoftmaxPass : impl::FuseSoftmaxBase<FuseSoftmaxPass> {
  using FuseSoftmaxBase::FuseSoftmaxBase;

  void runOnOperation() override {
    SmallVector<ir::MapOp> maps;
    getOperation().walk([&](ir::MapOp map) { maps.push_back(map); });
    for (ir::MapOp map : maps)
      fuse(map);
  }

private:
  void fuse(ir::MapOp map) {
    for (Operation &op : map.getBody().front()) {
      if (!isa<arith::DivFOp>(op))
        continue;
      Value exponentials = tensorOf(op.getOperand(0)), sum = tensorOf(op.getOperand(1));
      if (!exponentials || !sum || matchSumAlongLastAxis(sum) != exponentials)
        continue;
      Value input = matchExponentials(exponentials);
      if (!input || input.getType() != exponentials.getType())
        continue;
      unsigned number = cast<BlockArgument>(throughFloatCasts(op.getOperand(0))).getArgNumber();
      bool alone = map.getBody().getArgument(number).hasOneUse();
      if (!alone || op.getOperand(0) != map.getBody().getArgument(number))
        continue;
      // The quotient's place is taken by the softmax, in the operand that held the exponentials.
      OpBuilder builder(map);
      int64_t axis = cast<RankedTensorType>(input.getType()).getRank() - 1;
      Location location = ir::locationBetween(input, {exponentials, sum}, map);
      Value softmax = ir::SoftmaxOp::create(builder, location, input, axis);
      map->setOperand(number, softmax);
      op.getResult(0).replaceAllUsesWith(map.getBody().getArgument(number));
      op.erase();
      ++numFused;
      return;
    }
  }
};

} // namespace
} // namespace llmc::passes
