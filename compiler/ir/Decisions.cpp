// The list of decisions.
#include "compiler/ir/Decisions.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace llmc::ir {

SmallVector<DecisionAttr> decisionsOf(Operation *op) {
  auto list = op->getAttrOfType<ArrayAttr>(kDecisions);
  return list ? llvm::to_vector(list.getAsRange<DecisionAttr>()) : SmallVector<DecisionAttr>();
}

static void add(Operation *op, DecisionAttr decision) {
  auto all = llvm::to_vector_of<Attribute>(decisionsOf(op));
  if (llvm::is_contained(all, decision))
    return;
  all.push_back(decision);
  op->setAttr(kDecisions, ArrayAttr::get(op->getContext(), all));
}

void note(Operation *op, StringRef what, const Twine &why) {
  add(op, DecisionAttr::get(op->getContext(), what, why.str()));
}

std::vector<Explanation> explain(KernelOp kernel) {
  std::vector<Explanation> all;
  for (DecisionAttr decision : decisionsOf(kernel))
    all.push_back({decision.getWhat().str(), decision.getWhy().str()});
  if (auto schedules = kernel.getSchedules())
    for (auto schedule : schedules->getAsRange<ScheduleAttr>())
      all.push_back(
          {llvm::formatv("{0}: tile {1}, {2} rows a task", schedule.getLevel(), schedule.getRow(), schedule.getChunk()),
           schedule.getWhy().str()});
  return all;
}

void passOn(Operation *from, Operation *to) {
  for (DecisionAttr decision : decisionsOf(from))
    add(to, decision);
}

} // namespace llmc::ir
