#include "compiler/passes/pruning/GroupPruner.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/Pruning.h"
#include "compiler/passes/pruning/CutGroups.h"
#include "compiler/passes/pruning/Importance.h"
#include "compiler/passes/pruning/PruningSpec.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace llmc::passes {

static void appendNames(std::vector<std::string> &names, Operation *op) {
  for (std::string &name : ir::nodesOf(op->getLoc()))
    if (!llvm::is_contained(names, name))
      names.push_back(std::move(name));
}

/// The nodes of the products that lose columns or rows, and of `op`, in the order of the program.
static std::vector<std::string> namesOf(func::FuncOp function, const GroupedTensors &tensors, Operation *op) {
  llvm::SmallDenseSet<Operation *> operations = {op};
  for (const KnownOperand &each : tensors.known)
    if (each.isSource() || each.isSink())
      operations.insert(each.operand->getOwner());
  std::vector<std::string> names;
  function.walk([&](Operation *each) {
    if (operations.contains(each))
      appendNames(names, each);
  });
  return names;
}

static void markSinks(const GroupedTensors &tensors) {
  for (const KnownOperand &each : tensors.known)
    if (each.isSink())
      each.operand->getOwner()->setAttr(ir::kMeasuredAttr, UnitAttr::get(each.operand->getOwner()->getContext()));
}

void GroupPruner::prune(func::FuncOp function, const GroupedTensors &tensors, Operation *op, Value tensor) {
  if (llvm::any_of(tensors.computed, [&](auto &each) { return pruned.contains(each.first); }))
    return;
  found = true;
  std::vector<std::string> names = namesOf(function, tensors, op);
  const double *share = rules.find(names);
  if (!share || *share == 0)
    return;
  int64_t left = countLeft(tensors.groups, *share, multiple);
  if (left == tensors.groups) {
    tooFew = llvm::formatv("{0} are too few to take so small a share of them away and leave a multiple of {1}", left,
                           multiple);
    return ir::recordPruning(function, {kind, left, left, tooFew, names});
  }
  for (auto &[each, at] : tensors.computed)
    pruned.insert(each);
  ++numPruned;
  if (marks)
    return markSinks(tensors);
  bool byData = moments.knowsAll(tensors); // as long as products read what they read
  OpBuilder builder = OpBuilder::atBlockBegin(&function.getBody().front());
  cutGroups(tensors, mostImportant(builder, tensors, tensor, left, moments), moments);
  const char *why = byData ? "they count most on the calibration data, and make up for the others"
                           : "they count most by their weights";
  ir::recordPruning(function, {kind, left, tensors.groups, why, names});
}

void GroupPruner::decline(func::FuncOp function, const GroupedTensors &tensors, Operation *op) {
  std::vector<std::string> names;
  appendNames(names, op);
  const double *share = rules.peek(names);
  if (!share || *share == 0)
    return;
  if (firstWhy.empty())
    firstWhy = tensors.why;
  ir::recordPruning(function, {kind, tensors.groups, tensors.groups, tensors.why, names});
}

LogicalResult GroupPruner::finish(ModuleOp module) {
  if (failed(refuseUnused(module, rules.unused(), "no " + kind + " that can go belong to", found ? "" : firstWhy)))
    return failure();
  if (numPruned == 0)
    module.emitError() << "no " << kind << " are pruned" << (tooFew.empty() ? "" : ": ") << tooFew
                       << "; try: other rules, such as " << kind << "=0.5";
  return success(numPruned != 0);
}

llvm::FailureOr<unsigned> pruneGroups(ModuleOp module, ArrayRef<std::string> rules, StringRef kind,
                                      NodeRules<double> PruningSpec::*ofKind, int64_t multiple, bool marks,
                                      FollowGroups follow) {
  auto spec = PruningSpec::parse(module, rules);
  if (failed(spec))
    return failure();
  GroupPruner pruner(kind, std::move((*spec).*ofKind), multiple, marks, SinkMoments(module));
  for (auto function : module.getOps<func::FuncOp>()) {
    ir::DimAnalysis dims(function);
    if (!dims.isValid())
      return failure();
    follow(function, dims, pruner);
  }
  if (failed(pruner.finish(module)))
    return failure();
  return pruner.numPruned;
}

} // namespace llmc::passes
