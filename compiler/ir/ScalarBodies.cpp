// An operand may go only where another one demands the same of the sizes.
#include "compiler/ir/ScalarBodies.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace llmc::ir {

Value inlineBody(OpBuilder &builder, Region &body, ValueRange scalars, IRMapping mapping) {
  mapping.map(body.getArguments(), scalars);
  for (Operation &op : body.front().without_terminator())
    if (!llvm::all_of(op.getResults(), [&](Value result) { return mapping.contains(result); }))
      builder.clone(op, mapping);
  return mapping.lookup(body.front().getTerminator()->getOperand(0));
}

namespace {

/// Each size is 1 or that of `whole`, so nothing is required of it that another operand does not say too.
bool fitsInto(const DimVector &dims, const DimVector &whole) {
  return dims.size() <= whole.size() && llvm::all_of(llvm::seq<size_t>(0, dims.size()), [&](size_t i) {
           const DimExpr &size = dims[dims.size() - 1 - i];
           return size.isConstant(1) || size == whole[whole.size() - 1 - i];
         });
}

} // namespace

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
