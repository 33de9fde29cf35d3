// One rule an operation, as the header states them.
#include "compiler/ir/Cost.h"
#include "compiler/ir/ElementBytes.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace llmc::ir {

static DimExpr elementsOf(Value tensor, DimAnalysis &dims) { return product(dims.dims(tensor)); }

/// Those of the formula that stands for it.
static int64_t flopsOfGelu(GeluOp gelu) { return gelu.getKind() == GeluKind::Erf ? 5 : 9; }

/// Float operations in a region of scalars.
static int64_t countFloatOps(Block &body) {
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

static DimExpr flopsOfKernel(KernelOp kernel, DimAnalysis &dims) {
  DimExpr sum;
  for (Operation &op : kernel.getBody().front().without_terminator())
    sum = sum + flopsOf(&op, dims);
  return sum;
}

static DimExpr flopsOfNorm(NormOp norm, DimAnalysis &dims) {
  int64_t each = norm.getKind() == NormKind::Layer ? 6 : 4;
  each += (norm.getScale() ? 1 : 0) + (norm.getBias() ? 1 : 0);
  return elementsOf(norm.getInput(), dims) * each;
}

/// Products of one element of a convolution's result: channels of the filter times its window.
static DimExpr filterProducts(ConvOp conv, DimAnalysis &dims) {
  DimVector filter = dims.dims(conv.getFilter());
  return product(ArrayRef<DimExpr>(filter).drop_front());
}

DimExpr flopsOf(Operation *op, DimAnalysis &dims) {
  return TypeSwitch<Operation *, DimExpr>(op)
      .Case([&](KernelOp kernel) { return flopsOfKernel(kernel, dims); })
      .Case(
          [&](MatmulOp matmul) { return elementsOf(matmul.getResult(), dims) * dims.dims(matmul.getLhs()).back() * 2; })
      .Case([&](PackedMatmulOp matmul) {
        return elementsOf(matmul.getResult(), dims) * dims.dims(matmul.getLhs()).back() * 2;
      })
      .Case([&](ConvOp conv) { return elementsOf(conv.getResult(), dims) * filterProducts(conv, dims) * 2; })
      .Case([&](MapOp map) { return elementsOf(map.getResult(), dims) * countFloatOps(map.getBody().front()); })
      .Case([&](ReduceOp reduce) {
        return elementsOf(reduce.getInput(), dims) * countFloatOps(reduce.getBody().front());
      })
      .Case([&](SoftmaxOp softmax) { return elementsOf(softmax.getInput(), dims) * 5; })
      .Case([&](NormOp norm) { return flopsOfNorm(norm, dims); })
      .Default([](Operation *) { return DimExpr(0); });
}

DimExpr bytesOf(Value tensor, DimAnalysis &dims) {
  return elementsOf(tensor, dims) * elementBytes(getElementTypeOrSelf(tensor));
}

/// Whether a use reads no more elements than its operation gives: rows of a table, part of a tensor.
static bool picks(OpOperand &use) {
  return use.getOperandNumber() == 0 && isa<GatherOp, GatherNdOp, SliceOp>(use.getOwner());
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
