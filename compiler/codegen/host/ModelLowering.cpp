// Lowers each distinct kernel once: the layers of a Transformer repeat, and equal kernels are one function.
#include "compiler/codegen/host/ModelLowering.h"
#include "compiler/codegen/artefact/ModelInterface.h"
#include "compiler/codegen/host/HostProgram.h"
#include "compiler/ir/ElementTypes.h"
#include "compiler/ir/Provenance.h"
#include "compiler/support/AddressSpace.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/StringExtras.h"
#include <unordered_map>

using namespace mlir;

namespace llmc::codegen {
namespace {

/// Operations that check their indices as they run have a row each in the table of checks. Gives the number of the
/// first.
int64_t addIndexChecks(ir::KernelOp kernel, ArrayRef<size_t> places, ModelFacts &facts) {
  size_t first = facts.checks.size();
  for (size_t place : places) {
    Location location = std::next(kernel.getBody().front().begin(), static_cast<ptrdiff_t>(place))->getLoc();
    facts.checks.push_back({"index {0} is outside an axis of size {1}", ir::listNodes(location)});
  }
  return static_cast<int64_t>(first);
}

/// Equal for equal kernels.
llvm::hash_code hashOf(ir::KernelOp kernel) {
  auto hash = llvm::hash_combine_range(kernel.getOperandTypes());
  kernel.getBody().walk([&](Operation *op) {
    hash = llvm::hash_combine(hash, OperationEquivalence::computeHash(op, OperationEquivalence::ignoreHashValue,
                                                                      OperationEquivalence::ignoreHashValue,
                                                                      OperationEquivalence::IgnoreLocations));
  });
  return hash;
}

class KernelTable {
public:
  KernelTable(ModuleOp code, ir::DimAnalysis &dims, const ir::StateMemory &states, KernelLowering lowerKernel)
      : code(code), dims(dims), states(states), lowerKernel(lowerKernel) {}

  KernelSignature lower(ir::KernelOp kernel) {
    auto &alike = table[static_cast<size_t>(hashOf(kernel))];
    for (auto &[known, signature] : alike)
      if (isSame(known, kernel))
        return signature;
    std::string name;
    llvm::raw_string_ostream(name) << "llmc_" << kernel.getAnchorName() << '_'
                                   << getElementTypeOrSelf(kernel.getResult(0)) << '_' << count++;
    alike.push_back({kernel, lowerKernel(code, name, kernel, dims, states)});
    return alike.back().second;
  }

private:
  bool isSame(ir::KernelOp a, ir::KernelOp b) {
    if (a->getOperandTypes() != b->getOperandTypes() || a.getSchedulesAttr() != b.getSchedulesAttr())
      return false;
    for (auto [left, right] : llvm::zip(a.getInputs(), b.getInputs()))
      if (dims.dims(left) != dims.dims(right) || states.axisOf(left) != states.axisOf(right) ||
          states.isInput(left) != states.isInput(right))
        return false;
    for (auto [left, right] : llvm::zip(a.getResults(), b.getResults()))
      if (states.axisOf(left) != states.axisOf(right))
        return false;
    return OperationEquivalence::isRegionEquivalentTo(&a.getBody(), &b.getBody(),
                                                      OperationEquivalence::IgnoreLocations);
  }

  ModuleOp code;
  ir::DimAnalysis &dims;
  const ir::StateMemory &states;
  KernelLowering lowerKernel;
  std::unordered_map<size_t, std::vector<std::pair<ir::KernelOp, KernelSignature>>> table;
  size_t count = 0;
};

/// What observers are told of a kernel.
KernelFacts describe(HostContext &host, ir::KernelOp kernel, std::string function) {
  KernelFacts facts = {std::move(function), llvm::join(ir::nodesOf(kernel.getLoc()), ", "), {}};
  for (OpResult value : kernel.getResults()) {
    auto type = cast<RankedTensorType>(value.getType());
    ResultFacts result = {*ir::dtypeOf(type.getElementType()), static_cast<uint32_t>(type.getRank()), 0, -1, 0};
    result.dims = host.shapeWord(host.shapes.add(host.extents(value)));
    ir::PlaceAttr place = kernel.getPlace(value.getResultNumber());
    if (place.getKind() == ir::PlaceKind::Output)
      result.output = static_cast<int32_t>(place.getNumber());
    else
      result.offset = host.slotWord(place.getNumber());
    facts.results.push_back(result);
  }
  return facts;
}

} // namespace

OwningOpRef<ModuleOp> lowerModel(func::FuncOp model, KernelLowering lowerKernel, const WeightsLayout &weights,
                                 ModelFacts &facts) {
  ir::DimAnalysis dims(model);
  if (!dims.isValid())
    return {};
  facts.weightsBytes = weights.totalBytes();
  describeInterface(model, dims, facts);
  OwningOpRef<ModuleOp> code = ModuleOp::create(model.getLoc());
  HostContext host = {model, dims, *code, weights, {}, ir::readArenaPlan(model, dims), {}, ir::StateMemory(model),
                      facts};
  for (const ir::SymbolRange &symbol : facts.sizes.symbols)
    host.symbols.push_back(symbol.name);
  if (!facts.states.empty())
    host.symbols.push_back(ir::kCapacity.str());
  model.walk([&](ir::KernelOp kernel) {
    for (Value result : kernel.getResults())
      host.shapes.add(host.extents(result));
  });
  facts.wordCount = host.shapeWord(host.shapes.sizes().size());
  KernelTable table(*code, dims, host.states, lowerKernel);
  std::vector<LoweredKernel> kernels;
  std::vector<ir::DimExpr> scratchBytes;
  model.walk([&](ir::KernelOp kernel) {
    requireAddressSpace();
    kernels.push_back({kernel, table.lower(kernel), 0});
    scratchBytes.push_back(kernels.back().signature.scratchBytes);
    facts.kernels.push_back(describe(host, kernel, kernels.back().signature.name));
  });
  if (failed(buildBind(host, scratchBytes)))
    return {};
  for (LoweredKernel &kernel : kernels)
    kernel.firstCheck = addIndexChecks(kernel.kernel, kernel.signature.checks, facts);
  buildRun(host, kernels);
  return code;
}

} // namespace llmc::codegen
