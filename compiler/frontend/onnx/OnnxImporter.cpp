// Walks the nodes in order. Operators are functions of the tables in operators/; what is common to all of them, names,
// locations, errors, is here.
#include "compiler/frontend/onnx/OnnxImporter.h"
#include "compiler/frontend/onnx/InterfaceDims.h"
#include "compiler/frontend/onnx/OperatorContext.h"
#include "compiler/frontend/onnx/TensorImporter.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/Variants.h"
#include "compiler/support/AddressSpace.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;

namespace {

class GraphImporter {
public:
  GraphImporter(const OnnxModel &model, const OperatorTable &operators, const InterfaceDims &dims, ModuleOp module,
                ir::WeightStore &weights)
      : model(model), operators(operators), dims(dims), module(module), context(module.getContext()),
        tensors(model, module, weights), builder(module.getLoc(), context) {}

  llvm::Expected<func::FuncOp> run(llvm::StringRef name);

private:
  llvm::Error addFunction(llvm::StringRef name);
  llvm::Error addArgument(const GraphValue &input, std::vector<Type> &types, std::vector<DictionaryAttr> &attributes);
  llvm::Error addNode(const NodeView &node);
  llvm::Error addReturn();
  llvm::Error check(const NodeView &node, Operation *last, llvm::StringRef reported);
  OnnxValue valueOf(llvm::StringRef name);
  Attribute dtype(OnnxElementType type) { return builder.getI64IntegerAttr(static_cast<int64_t>(type)); }
  Block &body() { return function.getBody().front(); }

  const OnnxModel &model;
  const OperatorTable &operators;
  const InterfaceDims &dims;
  ModuleOp module;
  MLIRContext *context;
  TensorImporter tensors;
  ImplicitLocOpBuilder builder;
  func::FuncOp function;
  llvm::StringMap<OnnxValue> values;
};

llvm::Expected<func::FuncOp> GraphImporter::run(llvm::StringRef name) {
  if (llvm::Error error = addFunction(name))
    return std::move(error);
  for (const NodeView &node : model.graph().nodes()) {
    requireAddressSpace();
    if (llvm::Error error = addNode(node))
      return std::move(error);
  }
  if (llvm::Error error = addReturn())
    return std::move(error);
  return function;
}

llvm::Error GraphImporter::addArgument(const GraphValue &input, std::vector<Type> &types,
                                       std::vector<DictionaryAttr> &attributes) {
  Type element = mlirTypeOf(input.type->elementType, context);
  if (!isCompiled(input.type->elementType))
    return model.reporter().error<Code::InterfaceElementType>(describe("input", input.name),
                                                              infoOf(input.type->elementType).name);
  SmallVector<int64_t> shape;
  SmallVector<std::string> texts;
  for (const ir::DimExpr &size : dims.of(input)) {
    shape.push_back(size.constant().value_or(ShapedType::kDynamic));
    texts.push_back(size.text());
  }
  SmallVector<StringRef> formulas(texts.begin(), texts.end());
  types.push_back(RankedTensorType::get(shape, element));
  attributes.push_back(
      builder.getDictionaryAttr({builder.getNamedAttr(ir::kNameAttr, builder.getStringAttr(input.name)),
                                 builder.getNamedAttr(ir::kDtypeAttr, dtype(input.type->elementType)),
                                 builder.getNamedAttr(ir::kDimsAttr, builder.getStrArrayAttr(formulas))}));
  return llvm::Error::success();
}

llvm::Error GraphImporter::addFunction(llvm::StringRef name) {
  std::vector<Type> types;
  std::vector<DictionaryAttr> attributes;
  std::vector<const GraphValue *> arguments;
  for (const GraphValue &input : model.graph().inputs()) {
    if (input.defaultValue)
      continue;
    if (llvm::Error error = addArgument(input, types, attributes))
      return error;
    arguments.push_back(&input);
  }
  builder.setInsertionPointToEnd(module.getBody());
  function = func::FuncOp::create(builder, name, builder.getFunctionType(types, {}));
  function.setAllArgAttrs(attributes);
  Block *block = function.addEntryBlock();
  for (auto [input, argument] : llvm::zip(arguments, block->getArguments()))
    values[input->name] = {argument, input->type->elementType};
  SmallVector<NamedAttribute> ranges;
  for (const auto &[symbol, range] : dims.ranges())
    ranges.push_back(builder.getNamedAttr(symbol, builder.getDenseI64ArrayAttr({range.first, range.second})));
  if (!ranges.empty())
    function->setAttr(ir::kRangesAttr, builder.getDictionaryAttr(ranges));
  builder.setInsertionPointToEnd(block);
  return llvm::Error::success();
}

/// Initializers become operations where they are first used. The graph is known to define every name.
OnnxValue GraphImporter::valueOf(llvm::StringRef name) {
  if (name.empty())
    return {{}, OnnxElementType::Float32};
  auto found = values.find(name);
  if (found != values.end())
    return found->second;
  const TensorData &tensor = *model.graph().findTensor(name);
  return values[name] = {tensors.materialize(tensor, name, builder), tensor.elementType};
}

static std::string locationName(const NodeView &node) {
  return node.name().empty() ? node.describe() : node.name().str();
}

llvm::Error GraphImporter::addNode(const NodeView &node) {
  builder.setLoc(NameLoc::get(builder.getStringAttr(locationName(node))));
  std::string reported;
  ScopedDiagnosticHandler diagnostics(context, [&](Diagnostic &diagnostic) {
    if (reported.empty() && diagnostic.getSeverity() == DiagnosticSeverity::Error)
      reported = diagnostic.str();
  });
  std::vector<OnnxValue> inputs;
  for (size_t i = 0; i < node.inputCount(); ++i)
    inputs.push_back(valueOf(node.input(i)));
  Operation *last = body().empty() ? nullptr : &body().back();

  if (node.opType() == "Constant" && node.domain().empty() && node.hasAttr("value")) {
    // Its tensor may be a weight.
    auto tensor = node.tensorAttr("value");
    if (!tensor)
      return tensor.takeError();
    values[node.output(0)] = {tensors.materialize(**tensor, node.output(0), builder), (*tensor)->elementType};
    return llvm::Error::success();
  }
  const OperatorImporter &importer = *operators.find(node.domain(), node.opType(), node.opset());
  llvm::StringRef plugin = operators.pluginOf(importer);
  OperatorContext op(node, builder, std::move(inputs), plugin);
  importer.import(op);
  if (llvm::Error error = op.takeError())
    return error;
  if (llvm::Error error = check(node, last, reported))
    return error;
  for (size_t i = 0; i < node.outputCount(); ++i) {
    if (!node.hasOutput(i))
      continue;
    if (!op.output(i).tensor && !plugin.empty())
      return node.error<Code::OutputNotSet>(plugin, quoted(node.output(i)), i);
    if (!op.output(i).tensor)
      return node.error<Code::OutputUnsupported>(quoted(node.output(i)));
    values[node.output(i)] = op.output(i);
  }
  return llvm::Error::success();
}

/// The operations behind `last` are those of `node`. What their verifiers say is said about the node.
llvm::Error GraphImporter::check(const NodeView &node, Operation *last, llvm::StringRef reported) {
  if (!reported.empty())
    return node.error<Code::OperandsDoNotFit>(reported);
  std::string text;
  ScopedDiagnosticHandler diagnostics(context, [&](Diagnostic &diagnostic) {
    if (text.empty())
      text = diagnostic.str();
  });
  auto begin = last ? std::next(last->getIterator()) : body().begin();
  for (Operation &op : llvm::make_range(begin, body().end()))
    if (failed(verify(&op)))
      return node.error<Code::OperandsDoNotFit>(text);
  return llvm::Error::success();
}

llvm::Error GraphImporter::addReturn() {
  builder.setLoc(NameLoc::get(builder.getStringAttr("outputs")));
  SmallVector<Value> results;
  SmallVector<Type> types;
  SmallVector<Attribute> attributes;
  for (const GraphValue &output : model.graph().outputs()) {
    const TensorData *tensor = model.graph().findTensor(output.name);
    OnnxElementType type = tensor ? tensor->elementType : values.at(output.name).type;
    if (!isCompiled(type))
      return model.reporter().error<Code::InterfaceElementType>(describe("output", output.name), infoOf(type).name);
    OnnxValue value = valueOf(output.name);
    results.push_back(value.tensor);
    types.push_back(value.tensor.getType());
    attributes.push_back(
        builder.getDictionaryAttr({builder.getNamedAttr(ir::kNameAttr, builder.getStringAttr(output.name)),
                                   builder.getNamedAttr(ir::kDtypeAttr, dtype(value.type))}));
  }
  func::ReturnOp::create(builder, results);
  function.setFunctionType(builder.getFunctionType(function.getArgumentTypes(), types));
  function.setResAttrsAttr(builder.getArrayAttr(attributes));
  return llvm::Error::success();
}

} // namespace

static llvm::Error refuse(const OnnxModel &model, llvm::ArrayRef<Unsupported> nodes) {
  std::string list;
  llvm::MapVector<llvm::StringRef, size_t> counts;
  for (const Unsupported &node : nodes) {
    list += "\n  " + node.message();
    ++counts[node.op];
  }
  std::string operators = llvm::join(
      llvm::map_range(counts, [](auto &entry) { return (entry.first + " " + llvm::Twine(entry.second)).str(); }), ", ");
  return model.reporter().error<Code::NodesUnsupported>("", nodes.size(), operators, list);
}

llvm::Expected<ImportedModel> importOnnx(const OnnxModel &model, MLIRContext &context, const ImportOptions &options) {
  context
      .loadDialect<ir::LlmcDialect, arith::ArithDialect, func::FuncDialect, math::MathDialect, tensor::TensorDialect>();
  std::vector<Unsupported> unsupported = findUnsupported(model, options.operators);
  if (!unsupported.empty())
    return refuse(model, unsupported);
  const ModelFiles &files = model.files();
  ImportedModel result;
  result.weights = std::make_unique<ir::WeightStore>(files.dataFolder().str());
  for (unsigned i = 0; i < files.size(); ++i)
    result.weights->addFile(i == 0 ? llvm::sys::path::filename(files.name(0)) : files.name(i), files.file(i));
  for (const NodeView &node : model.graph().nodes())
    result.nodes.push_back({locationName(node), node.opType().str()});
  result.module = ModuleOp::create(NameLoc::get(StringAttr::get(&context, model.graph().name())));
  auto addFunction = [&](llvm::StringRef name, const DimRanges &given, llvm::StringRef variant) -> llvm::Error {
    auto dims = InterfaceDims::read(model, given);
    if (!dims)
      return dims.takeError();
    auto function = GraphImporter(model, options.operators, *dims, *result.module, *result.weights).run(name);
    if (!function)
      return function.takeError();
    if (!variant.empty())
      (*function)->setAttr(ir::kVariantAttr, StringAttr::get(&context, variant));
    return llvm::Error::success();
  };
  if (llvm::Error error = addFunction("main", options.dims, /*variant=*/""))
    return error;
  for (const ImportedVariant &variant : options.variants)
    if (llvm::Error error = addFunction("main for " + variant.text, variant.dims, variant.text))
      return error;
  return result;
}

} // namespace llmc::frontend
