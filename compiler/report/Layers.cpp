// Layers are found by meaning in the kernels that are compiled, so that it does not matter who made them narrow. A
// weight of the model is where recipes begin: the first that each one reads.
#include "compiler/report/Layers.h"
#include "compiler/codegen/artefact/WeightsLayout.h"
#include "compiler/ir/Decisions.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/Pruning.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace llmc::report {
namespace {

std::string floatName(Type element) {
  std::string name;
  llvm::raw_string_ostream(name) << element;
  return name;
}

/// What a weight is computed with: in the words of --quantize where it has one.
std::string precisionOf(Type element, ir::DecodeOp decode) {
  if (decode)
    return ir::nameOf(decode.form(), static_cast<int64_t>(decode.getSize()), "-weights");
  return element.isInteger(8) ? "int8" : element.isF16() ? "fp16" : floatName(element);
}

std::string precisionOf(ir::CodedMatmulOp product) {
  ir::CodeForm form = {static_cast<int64_t>(product.getBits()), product.block()};
  auto zeros = product.getZeros().getDefiningOp<ir::ConstantOp>();
  auto half = uint64_t(1) << (form.bits - 1);
  if (zeros && zeros.getValue().isSplat() && zeros.getValue().getSplatValue<APInt>() == half)
    form.zeros = ir::CodeZeros::Half;
  return ir::nameOf(form, cast<RankedTensorType>(product.getLhs().getType()).getDimSize(0) * form.block, "");
}

class LayerFinder {
public:
  explicit LayerFinder(pipeline::Compilation &compilation)
      : module(compilation.module()), function(compilation.function()), layout(module, compilation.functions()) {}

  ModelLayers run() {
    function.walk([&](ir::KernelOp kernel) { kernels.push_back(kernel); });
    for (ir::KernelOp kernel : kernels)
      for (Operation &op : kernel.getBody().front())
        findIn(kernel, op);
    for (ir::KernelOp kernel : kernels)
      found.ofKernel.push_back(layerOf(kernel));
    weigh();
    for (Layer &layer : found.list)
      describe(layer);
    return std::move(found);
  }

  std::vector<LayerWeight> takeWeights() { return std::move(weights); }

private:
  void findIn(ir::KernelOp kernel, Operation &op) {
    llvm::TypeSwitch<Operation *>(&op)
        .Case<ir::MatmulOp, ir::PackedMatmulOp, ir::BlockMatmulOp, ir::ConvOp>([&](auto) { addProduct(kernel, op); })
        .Case([&](ir::CodedMatmulOp product) {
          if (ir::WeightOp stored = weightBehind(kernel, product.getCodes()))
            add(op, "product", precisionOf(product), stored);
        })
        .Case([&](ir::GatherOp gather) { addRows(kernel, gather); })
        .Case([&](ir::AttentionOp attention) {
          Type element = getElementTypeOrSelf(attention.getQuery());
          add(op, "attention", attention.getNarrow() ? "bf16" : floatName(element), {});
        });
  }

  /// Of whichever side is a weight.
  void addProduct(ir::KernelOp kernel, Operation &op) {
    for (unsigned side : {1u, 0u}) {
      Value operand = op.getOperand(side);
      auto decode = operand.getDefiningOp<ir::DecodeOp>();
      if (ir::WeightOp stored = weightBehind(kernel, decode ? decode.getCodes() : operand))
        return add(op, isConvolution(op, stored) ? "convolution" : "product",
                   precisionOf(getElementTypeOrSelf(operand), decode), stored);
    }
  }

  /// Many are products of matrices by now, which filters have become.
  bool isConvolution(Operation &op, ir::WeightOp stored) {
    return isa<ir::ConvOp>(op) || (isa<ir::PackedMatmulOp>(op) && rootOf(stored).getTensorType().getRank() > 2);
  }

  /// Of codes that are decoded behind it, scales and zeros are picked in the same way, and are of the same layer.
  void addRows(ir::KernelOp kernel, ir::GatherOp gather) {
    ir::WeightOp stored = weightBehind(kernel, gather.getData());
    if (!stored)
      return;
    ir::DecodeOp decode;
    for (Operation *user : gather->getUsers())
      if (auto behind = dyn_cast<ir::DecodeOp>(user))
        decode = behind;
    if (!decode || decode.getCodes() == gather.getResult())
      add(*gather, "table", precisionOf(getElementTypeOrSelf(gather.getData()), decode), stored);
  }

  void add(Operation &op, StringRef kind, std::string precision, ir::WeightOp stored) {
    std::vector<std::string> nodes = ir::nodesOf(op.getLoc());
    ir::WeightOp root = stored ? rootOf(stored) : ir::WeightOp();
    bool isKnown = llvm::any_of(llvm::zip_equal(found.list, weights), [&](auto each) {
      return std::get<1>(each).inModel == root && haveCommonNode(std::get<0>(each).nodes, nodes);
    });
    if (isKnown) // computed once more
      return;
    weights.push_back({root, stored});
    Layer &layer = found.list.emplace_back();
    layer.nodes = std::move(nodes);
    layer.kind = kind.str();
    layer.precision = std::move(precision);
    if (root) {
      layer.weight = root.getSymName().str();
      layer.shape = root.getTensorType().getShape().vec();
    }
  }

  /// The weight that a value in a kernel is, or moves elements of; null where it is something else.
  ir::WeightOp weightBehind(ir::KernelOp kernel, Value value) {
    while (Operation *op = value.getDefiningOp()) {
      if (!isa<ir::ReshapeOp, ir::TransposeOp, ir::SliceOp, ir::ExpandOp>(op))
        break;
      value = op->getOperand(0);
    }
    if (auto argument = dyn_cast<BlockArgument>(value))
      value = kernel.getInputs()[argument.getArgNumber()];
    while (auto reshape = value.getDefiningOp<ir::ReshapeOp>())
      value = reshape.getInput();
    auto use = value.getDefiningOp<ir::GetWeightOp>();
    return use ? symbols.lookupNearestSymbolFrom<ir::WeightOp>(kernel, use.getWeightAttr()) : ir::WeightOp();
  }

  ir::WeightOp rootOf(ir::WeightOp weight) {
    while (weight.hasRecipe()) {
      ir::WeightOp first;
      weight.getRecipe().walk([&](ir::GetWeightOp use) {
        first = symbols.lookupNearestSymbolFrom<ir::WeightOp>(weight, use.getWeightAttr());
        return WalkResult::interrupt();
      });
      if (!first)
        break;
      weight = first;
    }
    return weight;
  }

  /// The anchor says which, so that no kernel belongs to a layer for a row that it picks on its way.
  int layerOf(ir::KernelOp kernel) {
    Operation *anchor = kernel.getAnchor();
    std::vector<std::string> nodes = ir::nodesOf(anchor ? anchor->getLoc() : kernel.getLoc());
    for (auto [index, each] : llvm::enumerate(found.list))
      if (haveCommonNode(each.nodes, nodes))
        return static_cast<int>(index);
    return -1;
  }

  /// A stored weight belongs to the layers of the weight that it is made from whose nodes have kernels that read it.
  void weigh() {
    found.weightBytes = layout.totalBytes();
    uint64_t ofLayers = 0;
    for (const codegen::WeightsLayout::Entry &entry : layout.entries()) {
      auto weight = dyn_cast<ir::WeightOp>(entry.source);
      bool isOfLayer = false;
      for (auto [layer, own] : llvm::zip_equal(found.list, weights))
        if (weight && own.inModel == rootOf(weight) && isReadBy(weight, layer.nodes)) {
          layer.bytes = layer.bytes.value_or(0) + entry.bytes;
          isOfLayer = true;
        }
      ofLayers += isOfLayer ? entry.bytes : 0;
    }
    found.otherBytes = found.weightBytes - ofLayers;
  }

  bool isReadBy(ir::WeightOp weight, ArrayRef<std::string> nodes) {
    if (readers.empty())
      for (ir::KernelOp kernel : kernels)
        for (BlockArgument argument : kernel.getBody().getArguments())
          if (ir::WeightOp read = weightBehind(kernel, argument))
            llvm::append_range(readers[read], ir::nodesOf(kernel.getLoc()));
    return haveCommonNode(nodes, readers[weight]);
  }

  void describe(Layer &layer) {
    for (const ir::Pruning &pruning : ir::pruningOf(function))
      if (haveCommonNode(pruning.nodes, layer.nodes) && pruning.left != pruning.all)
        layer.pruned.push_back({pruning.kind, pruning.left, pruning.all});
    for (auto [kernel, owner] : llvm::zip_equal(kernels, found.ofKernel))
      if (owner >= 0 && &found.list[static_cast<size_t>(owner)] == &layer)
        addDecisions(kernel, layer);
  }

  static void addDecisions(ir::KernelOp kernel, Layer &layer) {
    for (const ir::Explanation &each : ir::explain(kernel)) {
      if (each.what == ir::kStaysFloats)
        layer.whyFloats = each.why;
      else
        layer.decisions.push_back({each.what, each.why});
    }
  }

  ModuleOp module;
  func::FuncOp function;
  codegen::WeightsLayout layout;
  SymbolTableCollection symbols;
  std::vector<ir::KernelOp> kernels;
  llvm::DenseMap<Operation *, std::vector<std::string>> readers; // nodes of the kernels that read a weight
  ModelLayers found;
  std::vector<LayerWeight> weights; // of the layers
};

} // namespace

bool haveCommonNode(llvm::ArrayRef<std::string> some, llvm::ArrayRef<std::string> others) {
  return llvm::any_of(some, [&](const std::string &node) { return llvm::is_contained(others, node); });
}

const Layer *ModelLayers::find(llvm::ArrayRef<std::string> nodes) const {
  for (const Layer &layer : list)
    if (haveCommonNode(layer.nodes, nodes))
      return &layer;
  return nullptr;
}

ModelLayers layersOf(pipeline::Compilation &compilation, std::vector<LayerWeight> *weights) {
  LayerFinder finder(compilation);
  ModelLayers layers = finder.run();
  if (weights)
    *weights = finder.takeWeights();
  return layers;
}

} // namespace llmc::report
