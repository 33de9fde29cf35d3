// Follows a kernel's results back to its operands, and notes those that are read elsewhere than at the position of the
// results.
#include "compiler/ir/InPlace.h"
#include "compiler/ir/ElementTypes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;

namespace llmc::ir {
namespace {

enum Reading { AtResult, Anywhere };

class RegionReads {
public:
  /// Positions are those of `result`.
  RegionReads(KernelOp kernel, Value result, DimAnalysis &dims) : dims(dims) {
    for (Value other : kernel.getYielded())
      follow(other, other == result || areStoredTogether(other, result) ? AtResult : Anywhere);
  }

  bool mayOverwrite(BlockArgument argument) const { return !seen[Anywhere].contains(argument); }

private:
  /// Whether elements of the same position are: results of other sizes are stored by other loops, and what is moved
  /// behind an anchor is stored where it goes to.
  bool areStoredTogether(Value a, Value b) { return dims.dims(a) == dims.dims(b) && !isMoved(a) && !isMoved(b); }

  bool isMoved(Value value) {
    Operation *op = value.getDefiningOp();
    if (auto map = dyn_cast_or_null<MapOp>(op))
      return llvm::any_of(map.getInputs(),
                          [&](Value input) { return dims.dims(input) == dims.dims(value) && isMoved(input); });
    return isa_and_nonnull<MovementInterface>(op);
  }

  void follow(Value value, Reading reading) {
    if (!seen[reading].insert(value).second)
      return;
    Operation *op = value.getDefiningOp();
    if (!op)
      return;
    for (OpOperand &operand : op->getOpOperands())
      follow(operand.get(), reading == AtResult && keepsPosition(op, operand) ? AtResult : Anywhere);
  }

  bool keepsPosition(Operation *op, OpOperand &operand) {
    if (auto anchor = dyn_cast<AnchorInterface>(op))
      return anchor.keepsPosition(operand);
    return isa<MapOp>(op) && dims.dims(operand.get()) == dims.dims(op->getResult(0));
  }

  DimAnalysis &dims;
  llvm::DenseSet<Value> seen[2];
};

int64_t bytesOfElement(Value tensor) { return elementBytes(getElementTypeOrSelf(tensor)); }

} // namespace

SmallVector<unsigned> overwritableOperands(OpResult of, DimAnalysis &dims) {
  SmallVector<unsigned> operands;
  auto kernel = cast<KernelOp>(of.getOwner());
  Value result = kernel.getYielded()[of.getResultNumber()];
  RegionReads reads(kernel, result, dims);
  for (BlockArgument argument : kernel.getBody().getArguments())
    if (reads.mayOverwrite(argument) && bytesOfElement(argument) == bytesOfElement(result) &&
        dims.dims(argument) == dims.dims(result))
      operands.push_back(argument.getArgNumber());
  return operands;
}

} // namespace llmc::ir
