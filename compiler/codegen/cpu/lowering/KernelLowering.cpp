// Finds a kernel's anchor and hands it to its family.
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace llmc::codegen::cpu {

static Operation *findAnchor(ir::KernelOp kernel) {
  for (Operation &op : kernel.getBody().front())
    if (isa<ir::MatmulOp, ir::PackedMatmulOp, ir::ConvOp, ir::SoftmaxOp, ir::NormOp, ir::ReduceOp, ir::ArgReduceOp>(op))
      return &op;
  return nullptr;
}

KernelSignature lowerKernel(ModuleOp module, StringRef name, ir::KernelOp kernel, ir::DimAnalysis &dims,
                            const TargetSpec &target) {
  KernelFrame frame(module, name, kernel, dims, target);
  Operation *anchor = findAnchor(kernel);
  if (!anchor)
    return frame.finish(lowerPointwise(frame));
  return frame.finish(llvm::TypeSwitch<Operation *, ir::DimExpr>(anchor)
                          .Case([&](ir::MatmulOp op) { return lowerMatmul(frame, op); })
                          .Case([&](ir::PackedMatmulOp op) { return lowerPackedMatmul(frame, op); })
                          .Case([&](ir::ConvOp op) { return lowerConv(frame, op); })
                          .Case([&](ir::SoftmaxOp op) { return lowerSoftmax(frame, op); })
                          .Case([&](ir::NormOp op) { return lowerNorm(frame, op); })
                          .Case([&](ir::ReduceOp op) { return lowerReduce(frame, op); })
                          .Case([&](ir::ArgReduceOp op) { return lowerArgReduce(frame, op); }));
}

} // namespace llmc::codegen::cpu
