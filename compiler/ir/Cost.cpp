// Anchors know their own arithmetic; the rules for all are in the header.
#include "compiler/ir/Cost.h"
#include "compiler/ir/ElementTypes.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace llmc::ir {

DimExpr elementsOf(Value tensor, DimAnalysis &dims) { return product(dims.dims(tensor)); }

/// Those of the formula that stands for it.
static int64_t flopsOfGelu(GeluOp gelu) { return gelu.getKind() == GeluKind::Erf ? 5 : 9; }

int64_t countFloatOps(Block &body) {
  int64_t count = 0;
  for (Operation &op : body.without_terminator()) {
    if (auto gelu = dyn_cast<GeluOp>(op)) {
      count += flopsOfGelu(gelu);
      continue;
    }
    bool isFloat = llvm::any_of(op.getOperandTypes(), [](Type type) { return isa<FloatType>(type); });
    bool isCast = isa<arith::ExtFOp, arith::TruncFOp, arith::FPToSIOp, arith::FPToUIOp, arith::BitcastOp>(op);
    count += isFloat && !isCast && !isa<arith::SelectOp>(op);
  }
  return count;
}

static DimExpr sumOverKernel(KernelOp kernel, DimAnalysis &dims, DimExpr (*count)(Operation *, DimAnalysis &)) {
  DimExpr sum;
  for (Operation &op : kernel.getBody().front().without_terminator())
    sum = sum + count(&op, dims);
  return sum;
}

static bool multipliesBytes(Operation *op) {
  return isa<MatmulOp, PackedMatmulOp, CodedMatmulOp, BlockMatmulOp>(op) &&
         getElementTypeOrSelf(op->getOperand(0)).isInteger(8);
}

DimExpr byteOpsOf(Operation *op, DimAnalysis &dims) {
  if (auto kernel = dyn_cast<KernelOp>(op))
    return sumOverKernel(kernel, dims, byteOpsOf);
  return multipliesBytes(op) ? cast<AnchorInterface>(op).flops(dims) : DimExpr(0);
}

DimExpr halfFlopsOf(Operation *op, DimAnalysis &dims) {
  if (auto kernel = dyn_cast<KernelOp>(op))
    return sumOverKernel(kernel, dims, halfFlopsOf);
  if (auto attention = dyn_cast<AttentionOp>(op); attention && attention.getNarrow()) {
    DimVector result = dims.dims(attention.getResult()), key = dims.dims(attention.getKey());
    DimExpr scores = product(ArrayRef<DimExpr>(result).drop_back()) * key[key.size() - 2];
    return scores * (key.back() + result.back()) * 2;
  }
  bool isOfHalves =
      isa<MatmulOp, PackedMatmulOp, BlockMatmulOp>(op) && getElementTypeOrSelf(op->getOperand(0)).isBF16();
  return isOfHalves ? cast<AnchorInterface>(op).flops(dims) : DimExpr(0);
}

DimExpr flopsOf(Operation *op, DimAnalysis &dims) {
  if (auto kernel = dyn_cast<KernelOp>(op))
    return sumOverKernel(kernel, dims, flopsOf);
  if (auto anchor = dyn_cast<AnchorInterface>(op))
    return multipliesBytes(op) ? DimExpr(0) : anchor.flops(dims);
  if (auto map = dyn_cast<MapOp>(op))
    return elementsOf(map.getResult(), dims) * countFloatOps(map.getBody().front());
  return 0; // a kernel holds nothing else that computes
}

DimExpr bytesOf(Value tensor, DimAnalysis &dims) { return byteSize(getElementTypeOrSelf(tensor), dims.dims(tensor)); }

/// Whether a use reads no more elements than its operation gives: rows of a table, part of a tensor.
static bool picks(OpOperand &use) {
  auto movement = dyn_cast<MovementInterface>(use.getOwner());
  return movement && movement.picks(use);
}

/// Bytes that are read of `tensor`, an operand of a kernel or an operation that stands alone.
static DimExpr bytesRead(Value tensor, llvm::ArrayRef<OpOperand *> uses, DimAnalysis &dims) {
  DimExpr sum;
  for (OpOperand *use : uses) {
    if (!picks(*use))
      return bytesOf(tensor, dims);
    sum = sum + bytesOf(use->getOwner()->getResult(0), dims);
  }
  return sum;
}

DimExpr trafficOf(Operation *op, DimAnalysis &dims) {
  DimExpr sum;
  llvm::SmallVector<Value, 4> seen; // a tensor that is read twice is touched once
  auto kernel = dyn_cast<KernelOp>(op);
  for (OpOperand &operand : op->getOpOperands()) {
    Value value = operand.get();
    if (!isa<RankedTensorType>(value.getType()) || llvm::is_contained(seen, value))
      continue;
    seen.push_back(value);
    llvm::SmallVector<OpOperand *> uses = {&operand};
    if (kernel) {
      uses.clear();
      for (OpOperand &use : kernel.getBody().getArgument(operand.getOperandNumber()).getUses())
        uses.push_back(&use);
    }
    sum = sum + bytesRead(value, uses, dims);
  }
  for (Value result : op->getResults())
    if (isa<RankedTensorType>(result.getType()))
      sum = sum + bytesOf(result, dims);
  return sum;
}

} // namespace llmc::ir
