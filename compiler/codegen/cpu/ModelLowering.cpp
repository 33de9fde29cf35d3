// Lowers each distinct kernel once: the layers of a Transformer repeat, and equal kernels are one function.
#include "compiler/codegen/cpu/ModelLowering.h"
#include "compiler/codegen/artefact/ModelInterface.h"
#include "compiler/codegen/cpu/HostProgram.h"
#include "compiler/codegen/cpu/lowering/Failure.h"
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/ir/Provenance.h"
#include "compiler/support/AddressSpace.h"
#include "mlir/IR/OperationSupport.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

/// Gathers check their indices as they run; each has a row in the table of checks.
void numberIndexChecks(func::FuncOp model, ModelFacts &facts) {
  Builder builder(model.getContext());
  model.walk([&](Operation *op) {
    if (!isa<ir::GatherOp, ir::GatherNdOp>(op))
      return;
    op->setAttr(kCheckAttr, builder.getI64IntegerAttr(facts.checks.size()));
    facts.checks.push_back({"index {0} is outside an axis of size {1}", ir::listNodes(op->getLoc())});
  });
}

class KernelTable {
public:
  KernelTable(ModuleOp code, ir::DimAnalysis &dims, const TargetSpec &target)
      : code(code), dims(dims), target(target) {}

  KernelSignature lower(ir::KernelOp kernel) {
    for (auto &[known, signature] : table)
      if (isSame(known, kernel))
        return signature;
    Type element = cast<RankedTensorType>(kernel.getResult(0).getType()).getElementType();
    std::string name;
    llvm::raw_string_ostream(name) << "llmc_" << kernel.getAnchorName() << '_' << element << '_' << table.size();
    KernelSignature signature = lowerKernel(code, name, kernel, dims, target);
    table.push_back({kernel, signature});
    return signature;
  }

private:
  bool isSame(ir::KernelOp a, ir::KernelOp b) {
    if (a->getOperandTypes() != b->getOperandTypes())
      return false;
    for (auto [left, right] : llvm::zip(a.getInputs(), b.getInputs()))
      if (dims.dims(left) != dims.dims(right))
        return false;
    return OperationEquivalence::isRegionEquivalentTo(&a.getBody(), &b.getBody(),
                                                      OperationEquivalence::IgnoreLocations);
  }

  ModuleOp code;
  ir::DimAnalysis &dims;
  const TargetSpec &target;
  std::vector<std::pair<ir::KernelOp, KernelSignature>> table;
};

} // namespace

OwningOpRef<ModuleOp> lowerModel(func::FuncOp model, const TargetSpec &target, const WeightsLayout &weights,
                                 ModelFacts &facts) {
  ir::DimAnalysis dims(model);
  if (!dims.isValid())
    return {};
  facts.weightsBytes = weights.totalBytes();
  describeInterface(model, dims, facts);
  OwningOpRef<ModuleOp> code = ModuleOp::create(model.getLoc());
  HostContext host = {model, dims, *code, weights, {}, ir::readArenaPlan(model, dims), facts};
  for (const ir::SymbolRange &symbol : facts.sizes.symbols)
    host.symbols.push_back(symbol.name);
  facts.stateWords = host.symbols.size() + host.slots.size();
  if (failed(buildBind(host)))
    return {};
  numberIndexChecks(model, facts);
  KernelTable table(*code, dims, target);
  std::vector<LoweredKernel> kernels;
  model.walk([&](ir::KernelOp kernel) {
    requireAddressSpace();
    kernels.push_back({kernel, table.lower(kernel)});
    facts.kernels.push_back({kernels.back().signature.name, llvm::join(ir::nodesOf(kernel.getLoc()), ", ")});
  });
  buildRun(host, kernels);
  return code;
}

} // namespace llmc::codegen::cpu
