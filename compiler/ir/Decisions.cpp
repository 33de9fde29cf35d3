// The list of decisions.
#include "compiler/ir/Decisions.h"
#include "compiler/ir/Measurements.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/Pruning.h"
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

/// "1536 of 3072 channels left"
static std::string whatIsLeft(const Pruning &pruning) {
  if (pruning.left == pruning.all)
    return pruning.kind + " stay";
  return llvm::formatv("{0} of {1} {2} left", pruning.left, pruning.all, pruning.kind);
}

static std::string loopsOf(ScheduleAttr schedule) {
  std::string depth =
      schedule.getDepth() ? llvm::formatv(", {0} steps along k at a time", schedule.getDepth()).str() : "";
  return llvm::formatv("{0}: tile {1}, {2} rows a task{3}", schedule.getLevel(), schedule.getRow(), schedule.getChunk(),
                       depth);
}

static std::string bitsOf(EncodeOp encode) {
  std::string bits = llvm::formatv("weight in {0} bits", encode.getBits());
  return encode.getLevels() == CodeLevels::Whole ? bits : bits + ", " + stringifyCodeLevels(encode.getLevels()).str();
}

/// How the weights came about that the kernel reads as codes.
static void explainCodes(KernelOp kernel, std::vector<Explanation> &all) {
  for (Value input : kernel.getInputs())
    if (auto use = input.getDefiningOp<GetWeightOp>())
      if (auto weight = SymbolTable::lookupNearestSymbolFrom<WeightOp>(kernel, use.getWeightAttr()))
        if (EncodeOp encode = encodingOf(weight))
          all.push_back({bitsOf(encode), encode.getMoments()
                                             ? "compensated: products of the calibration data change least"
                                             : "each number by itself"});
}

std::vector<Explanation> explain(KernelOp kernel) {
  std::vector<Explanation> all;
  for (DecisionAttr decision : decisionsOf(kernel))
    all.push_back({decision.getWhat().str(), decision.getWhy().str()});
  std::vector<std::string> nodes = nodesOf(kernel.getLoc());
  if (auto function = kernel->getParentOfType<func::FuncOp>())
    for (const Pruning &pruning : pruningOf(function))
      if (llvm::any_of(pruning.nodes, [&](const std::string &node) { return llvm::is_contained(nodes, node); }))
        all.push_back({whatIsLeft(pruning), pruning.why});
  explainCodes(kernel, all);
  if (auto schedules = kernel.getSchedules())
    for (auto schedule : schedules->getAsRange<ScheduleAttr>())
      all.push_back({loopsOf(schedule), schedule.getWhy().str()});
  return all;
}

void passOn(Operation *from, Operation *to) {
  for (DecisionAttr decision : decisionsOf(from))
    add(to, decision);
}

} // namespace llmc::ir
