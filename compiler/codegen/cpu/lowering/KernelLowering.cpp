// Finds out who takes a kernel.
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/cpu/lowering/Epilogue.h"
#include "compiler/ir/ClassDispatch.h"

using namespace mlir;

namespace llmc::codegen::cpu {

ir::DimExpr lowerByRow(KernelFrame &frame, ir::AnchorInterface anchor) {
  return ir::callWithClass<ir::DimExpr>(anchor, [&](auto op) { return lowerAnchor(frame, op); });
}

/// The kernel's results as targets of the loops of its only anchor; empty where one can't be computed by them.
static SmallVector<Target> targetsOf(KernelFrame &frame, ir::AnchorInterface anchor) {
  SmallVector<Target> targets(frame.targets());
  for (Target &target : targets) {
    auto axes = axesAt(frame, target.tensor, anchor->getResult(0));
    if (!axes)
      return {};
    target.axes = *axes;
  }
  return targets;
}

static ir::DimExpr lowerBody(KernelFrame &frame) {
  auto anchors = llvm::to_vector(frame.kernel().getBody().getOps<ir::AnchorInterface>());
  if (anchors.empty()) {
    ir::DimVector sizes = frame.dims(frame.targets().front().tensor);
    bool isOneLoop = llvm::all_of(frame.targets(), [&](const Target &t) { return frame.dims(t.tensor) == sizes; });
    return isOneLoop ? lowerPointwise(frame) : lowerPlain(frame);
  }
  SmallVector<Target> targets = anchors.size() == 1 ? targetsOf(frame, anchors.front()) : SmallVector<Target>();
  if (targets.empty())
    return lowerPlain(frame);
  frame.aim(std::move(targets));
  return lowerByRow(frame, anchors.front());
}

KernelSignature lowerKernel(ModuleOp module, StringRef name, ir::KernelOp kernel, ir::DimAnalysis &dims,
                            const TargetSpec &target) {
  KernelFrame frame(module, name, kernel, dims, target);
  return frame.finish(lowerBody(frame));
}

} // namespace llmc::codegen::cpu
