// Finds out who takes a kernel.
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/kernel/Epilogue.h"
#include "compiler/ir/ClassDispatch.h"

using namespace mlir;

namespace llmc::codegen::cpu {

ir::DimExpr lowerByRow(KernelFrame &frame, ir::AnchorInterface anchor) {
  return ir::callWithClass<ir::DimExpr>(anchor, [&](auto op) { return lowerAnchor(frame, op); });
}

/// Where the loops of the kernel's only anchor put its results; empty where they don't come to all of them.
static SmallVector<Result> resultsOf(KernelFrame &frame, ir::AnchorInterface anchor) {
  SmallVector<Result> results(frame.results());
  for (Result &result : results) {
    auto axes = axesAt(frame, result.tensor, anchor->getResult(0));
    if (!axes)
      return {};
    result.axes = *axes;
  }
  return results;
}

static ir::DimExpr lowerBody(KernelFrame &frame) {
  auto anchors = llvm::to_vector(frame.kernel().getBody().getOps<ir::AnchorInterface>());
  if (anchors.empty()) {
    Value first = frame.results().front().tensor;
    if (auto concat = first.getDefiningOp<ir::ConcatOp>(); concat && frame.results().size() == 1)
      return lowerConcat(frame, concat);
    ir::DimVector sizes = frame.dims(first);
    bool isOneLoop = llvm::all_of(frame.results(), [&](const Result &r) { return frame.dims(r.tensor) == sizes; });
    return isOneLoop ? lowerPointwise(frame) : lowerPlain(frame);
  }
  SmallVector<Result> results = anchors.size() == 1 ? resultsOf(frame, anchors.front()) : SmallVector<Result>();
  if (results.empty())
    return lowerPlain(frame);
  frame.setResults(std::move(results));
  return lowerByRow(frame, anchors.front());
}

KernelSignature lowerKernel(ModuleOp module, StringRef name, ir::KernelOp kernel, ir::DimAnalysis &dims,
                            const ir::StateMemory &states, const TargetSpec &target) {
  KernelFrame frame(module, name, kernel, dims, states, target);
  return frame.finish(lowerBody(frame));
}

} // namespace llmc::codegen::cpu
