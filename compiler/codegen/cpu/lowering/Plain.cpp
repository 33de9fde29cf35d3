// Kernels that no family takes: several anchors, or results that its loops do not come to. Slow, and right for any
// region.
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/ir/ElementTypes.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen::cpu {

static SmallVector<int64_t> axesOf(Value tensor) {
  return llvm::to_vector(llvm::seq<int64_t>(0, cast<RankedTensorType>(tensor.getType()).getRank()));
}

/// Results of equal sizes belong together: what one of them may be written over, the others read at the same position.
static SmallVector<SmallVector<Result>> groupBySizes(KernelFrame &frame) {
  SmallVector<SmallVector<Result>> groups;
  for (const Result &result : frame.results()) {
    auto isLike = [&](ArrayRef<Result> group) { return frame.dims(group.front().tensor) == frame.dims(result.tensor); };
    auto group = llvm::find_if(groups, isLike);
    (group == groups.end() ? groups.emplace_back() : *group).push_back(result);
  }
  return groups;
}

ir::DimExpr lowerPlain(KernelFrame &frame) {
  for (auto anchor : frame.kernel().getBody().getOps<ir::AnchorInterface>()) {
    Value tensor = anchor->getResult(0);
    Value room = frame.scratch(ir::byteSize(getElementTypeOrSelf(tensor), frame.dims(tensor)));
    frame.stage({{tensor, room, axesOf(tensor)}}, [&] { return lowerByRow(frame, anchor); });
    frame.keep(tensor, room);
  }
  for (SmallVector<Result> &group : groupBySizes(frame))
    frame.stage(group, [&] { return lowerPointwise(frame); });
  return 1;
}

} // namespace llmc::codegen::cpu
