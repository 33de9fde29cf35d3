// Finds a kernel's anchor and hands it to its family.
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/ir/ClassDispatch.h"

using namespace mlir;

namespace llmc::codegen::cpu {

KernelSignature lowerKernel(ModuleOp module, StringRef name, ir::KernelOp kernel, ir::DimAnalysis &dims,
                            const TargetSpec &target) {
  KernelFrame frame(module, name, kernel, dims, target);
  auto anchor = dyn_cast_or_null<ir::AnchorInterface>(kernel.getAnchor());
  if (!anchor)
    return frame.finish(lowerPointwise(frame));
  return frame.finish(ir::callWithClass<ir::DimExpr>(anchor, [&](auto op) { return lowerAnchor(frame, op); }));
}

} // namespace llmc::codegen::cpu
