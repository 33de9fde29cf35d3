// Follows a kernel's result back to its operands, and notes those that are read elsewhere than at the result's
// position.
#include "compiler/ir/InPlace.h"
#include "compiler/ir/ElementBytes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;

namespace llmc::ir {
namespace {

enum Reading { AtResult, Anywhere };

class RegionReads {
public:
  RegionReads(Block &body, DimAnalysis &dims) : dims(dims) {
    Value result = body.getTerminator()->getOperand(0);
    follow(result, AtResult);
    // The epilogue of softmax runs when the row holds the exponentials: what it reads is gone by then.
    for (auto softmax : body.getOps<SoftmaxOp>()) {
      seen[Anywhere].insert(softmax.getResult());
      follow(result, Anywhere);
    }
  }

  bool mayOverwrite(BlockArgument argument) const { return !seen[Anywhere].contains(argument); }

private:
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
    if (isa<NormOp, SoftmaxOp>(op))
      return operand.getOperandNumber() == 0;
    return isa<MapOp>(op) && dims.dims(operand.get()) == dims.dims(op->getResult(0));
  }

  DimAnalysis &dims;
  llvm::DenseSet<Value> seen[2];
};

int64_t bytesOfElement(Value tensor) { return elementBytes(getElementTypeOrSelf(tensor)); }

} // namespace

SmallVector<unsigned> overwritableOperands(KernelOp kernel, DimAnalysis &dims) {
  SmallVector<unsigned> operands;
  Block &body = kernel.getBody().front();
  if (kernel.getNumResults() != 1)
    return operands;
  RegionReads reads(body, dims);
  Value result = body.getTerminator()->getOperand(0);
  for (BlockArgument argument : body.getArguments())
    if (reads.mayOverwrite(argument) && bytesOfElement(argument) == bytesOfElement(result) &&
        dims.dims(argument) == dims.dims(result))
      operands.push_back(argument.getArgNumber());
  return operands;
}

} // namespace llmc::ir
