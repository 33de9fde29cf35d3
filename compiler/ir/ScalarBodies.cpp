// An operand may go only where another one demands the same of the sizes.
#include "compiler/ir/ScalarBodies.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::ir {

Value inlineBody(OpBuilder &builder, Region &body, ValueRange scalars, IRMapping mapping) {
  mapping.map(body.getArguments(), scalars);
  for (Operation &op : body.front().without_terminator())
    if (!llvm::all_of(op.getResults(), [&](Value result) { return mapping.contains(result); }))
      builder.clone(op, mapping);
  return mapping.lookup(body.front().getTerminator()->getOperand(0));
}

bool isCheap(MapOp map) {
  return llvm::all_of(map.getBody().front().without_terminator(), [](Operation &op) {
    if (isa<arith::DivFOp, arith::RemFOp, arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp>(op))
      return false;
    return isa<arith::ArithDialect>(op.getDialect()) ||
           isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::FloorOp, math::RoundEvenOp>(op);
  });
}

bool isWidening(MapOp map) {
  auto extension = map.getYielded().getDefiningOp<arith::ExtFOp>();
  return extension && map.getNumOperands() == 1 && isa<BlockArgument>(extension.getIn());
}

bool isDecoding(MapOp map, DimAnalysis &analysis) {
  DimVector dims = analysis.dims(map.getResult());
  unsigned codes = 0;
  for (Value input : map.getInputs()) {
    DimVector sizes = analysis.dims(input);
    if (sizes == dims)
      ++codes;
    else if (!sizes.empty() && !sizes.back().isConstant(1))
      return false;
    unsigned bits = getElementTypeOrSelf(input.getType()).getIntOrFloatBitWidth();
    if (sizes == dims && bits >= getElementTypeOrSelf(map.getType()).getIntOrFloatBitWidth())
      return false;
  }
  return codes == 1 && isCheap(map);
}

bool dropUnreadOperands(MapOp map, DimAnalysis &analysis) {
  Block &block = map.getBody().front();
  DimVector whole = analysis.dims(map.getResult());
  bool dropped = false;
  for (unsigned i = map.getNumOperands(); i-- > 0;) {
    auto givesSize = [&](OpOperand &other) {
      return other.getOperandNumber() != i && analysis.dims(other.get()) == whole;
    };
    if (!block.getArgument(i).use_empty() || !fitsInto(analysis.dims(map.getOperand(i)), whole) ||
        !llvm::any_of(map->getOpOperands(), givesSize))
      continue;
    block.eraseArgument(i);
    map->eraseOperand(i);
    dropped = true;
  }
  return dropped;
}

} // namespace llmc::ir
