// Lowers each distinct kernel once: the layers of a Transformer repeat, and equal kernels are one function.
#include "compiler/codegen/host/ModelLowering.h"
#include "compiler/codegen/artefact/ModelInterface.h"
#include "compiler/codegen/host/HostProgram.h"
#include "compiler/ir/ElementTypes.h"
#include "compiler/ir/Fingerprint.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/Variants.h"
#include "compiler/support/AddressSpace.h"
#include "mlir/IR/OperationSupport.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/StringExtras.h"
#include <list>
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

/// A variant and what is known of its tensors.
struct Variant {
  explicit Variant(func::FuncOp function) : function(function), dims(function), states(function) {}

  func::FuncOp function;
  ir::DimAnalysis dims;
  ir::StateMemory states;
};

class KernelTable {
public:
  KernelTable(ModuleOp code, KernelLowering lowerKernel) : code(code), lowerKernel(lowerKernel) {}

  /// `variant` must outlive the table.
  KernelSignature lower(ir::KernelOp kernel, Variant &variant) {
    auto &alike = table[static_cast<size_t>(ir::hashOf(kernel.getBody()))];
    for (Row &known : alike)
      if (isSame(known.kernel, *known.variant, kernel, variant))
        return known.signature;
    std::string name;
    llvm::raw_string_ostream(name) << "llmc_" << kernel.getAnchorName() << '_'
                                   << getElementTypeOrSelf(kernel.getResult(0)) << '_' << count++;
    alike.push_back({kernel, &variant, lowerKernel(code, name, kernel, variant.dims, variant.states)});
    return alike.back().signature;
  }

private:
  struct Row {
    ir::KernelOp kernel;
    Variant *variant;
    KernelSignature signature;
  };

  static bool isSame(ir::KernelOp a, Variant &ofA, ir::KernelOp b, Variant &ofB) {
    if (a->getOperandTypes() != b->getOperandTypes() || a.getSchedulesAttr() != b.getSchedulesAttr())
      return false;
    for (auto [left, right] : llvm::zip(a.getInputs(), b.getInputs()))
      if (ofA.dims.dims(left) != ofB.dims.dims(right) || ofA.states.axisOf(left) != ofB.states.axisOf(right) ||
          ofA.states.isInput(left) != ofB.states.isInput(right))
        return false;
    for (auto [left, right] : llvm::zip(a.getResults(), b.getResults()))
      if (ofA.states.axisOf(left) != ofB.states.axisOf(right))
        return false;
    return OperationEquivalence::isRegionEquivalentTo(&a.getBody(), &b.getBody(),
                                                      OperationEquivalence::IgnoreLocations);
  }

  ModuleOp code;
  KernelLowering lowerKernel;
  std::unordered_map<size_t, std::vector<Row>> table;
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

/// Adds the kernels and the host program of a variant.
LogicalResult lowerVariant(Variant &variant, HostContext host, KernelTable &table) {
  for (const ir::SymbolRange &symbol : host.facts.sizes.symbols)
    host.symbols.push_back(symbol.name);
  if (!host.facts.states.empty())
    host.symbols.push_back(ir::kCapacity.str());
  variant.function.walk([&](ir::KernelOp kernel) {
    for (Value result : kernel.getResults())
      host.shapes.add(host.extents(result));
  });
  host.facts.wordCount = host.shapeWord(host.shapes.sizes().size());
  std::vector<LoweredKernel> kernels;
  std::vector<ir::DimExpr> scratchBytes;
  variant.function.walk([&](ir::KernelOp kernel) {
    requireAddressSpace();
    kernels.push_back({kernel, table.lower(kernel, variant), 0});
    scratchBytes.push_back(kernels.back().signature.scratchBytes);
    host.facts.kernels.push_back(describe(host, kernel, kernels.back().signature.name));
  });
  if (failed(buildBind(host, scratchBytes)))
    return failure();
  for (LoweredKernel &kernel : kernels)
    kernel.firstCheck =
        static_cast<int64_t>(host.firstCheck) + addIndexChecks(kernel.kernel, kernel.signature.checks, host.facts);
  buildRun(host, kernels);
  return success();
}

/// A context that keeps states may run one variant after the other on them.
LogicalResult checkStates(func::FuncOp variant, const ModelFacts &own, const ModelFacts &model) {
  if (own.states == model.states)
    return success();
  return variant.emitError() << "with " << ir::variantDims(variant)
                             << " not the same inputs are states that grow as without it; try: no size of its own for "
                                "the dim along which they grow";
}

void addVariant(ModelFacts own, std::string dims, ModelFacts &facts) {
  VariantFacts variant = {std::move(dims), static_cast<uint32_t>(facts.kernels.size()),
                          static_cast<uint32_t>(own.kernels.size())};
  if (facts.variants.empty()) {
    facts = std::move(own);
  } else {
    llvm::append_range(facts.kernels, own.kernels);
    llvm::append_range(facts.checks, own.checks);
    facts.wordCount = std::max(facts.wordCount, own.wordCount);
  }
  facts.variants.push_back(std::move(variant));
}

} // namespace

OwningOpRef<ModuleOp> lowerModel(ArrayRef<func::FuncOp> functions, KernelLowering lowerKernel,
                                 const WeightsLayout &weights, ModelFacts &facts) {
  OwningOpRef<ModuleOp> code = ModuleOp::create(functions.front()->getLoc());
  std::list<Variant> variants;
  KernelTable table(*code, lowerKernel);
  for (auto [number, function] : llvm::enumerate(functions)) {
    Variant &variant = variants.emplace_back(function);
    if (!variant.dims.isValid())
      return {};
    ModelFacts own;
    own.weightsBytes = weights.totalBytes();
    describeInterface(function, variant.dims, own);
    if (number != 0 && failed(checkStates(function, own, facts)))
      return {};
    HostContext host = {function,
                        number,
                        variant.dims,
                        *code,
                        weights,
                        {},
                        ir::readArenaPlan(function, variant.dims),
                        {},
                        variant.states,
                        own,
                        facts.checks.size(),
                        facts.kernels.size()};
    if (failed(lowerVariant(variant, host, table)))
      return {};
    addVariant(std::move(own), ir::variantDims(function).str(), facts);
  }
  return code;
}

} // namespace llmc::codegen
