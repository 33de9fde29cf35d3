// Graphs nest in attributes of nodes, so loading is recursive; protobuf's own limit bounds the
// depth.
#include "compiler/frontend/onnx/ModelLoader.h"
#include "compiler/frontend/onnx/FunctionInliner.h"
#include "compiler/frontend/onnx/GraphOrder.h"
#include "compiler/frontend/onnx/OpsetVersions.h"

#include "llvm/ADT/StringSet.h"
#include <onnx-ml.pb.h>

namespace llmc::frontend {

using Code = OnnxErrorCode;

ModelLoader::ModelLoader(OnnxModel &model)
    : model(model), reporter(model.reporter()), sources{model.file.files(), model.convertedBytes, reporter} {}

llvm::Error ModelLoader::run() {
  onnx::ModelProto &proto = model.file.proto();
  if (llvm::Error error = inlineFunctions(proto, reporter))
    return error;
  if (llvm::Error error = orderNodes(*proto.mutable_graph(), reporter))
    return error;
  return addGraph(proto.graph(), nullptr).takeError();
}

llvm::Expected<OnnxGraph *> ModelLoader::addGraph(const onnx::GraphProto &proto, const OnnxGraph *outer) {
  OnnxGraph &graph = model.graphs.emplace_back();
  model.graphByProto[&proto] = &graph;
  graph.graphName = proto.name();
  graph.outerGraph = outer;
  if (llvm::Error error = addTensors(proto, graph))
    return std::move(error);
  if (llvm::Error error = addInterface(proto, graph))
    return std::move(error);
  addTypes(proto, graph);
  if (llvm::Error error = addNodes(proto, graph))
    return std::move(error);
  return &graph;
}

llvm::Error ModelLoader::addTensors(const onnx::GraphProto &proto, OnnxGraph &graph) {
  for (const onnx::SparseTensorProto &sparse : proto.sparse_initializer())
    return reporter.error<Code::SparseTensor>(describe("tensor", sparse.values().name()));
  for (const onnx::TensorProto &initializer : proto.initializer()) {
    llvm::Expected<TensorData> tensor = readTensor(initializer, describe("tensor", initializer.name()), sources);
    if (!tensor)
      return tensor.takeError();
    graph.initializers.push_back(std::move(*tensor));
    graph.tensorByName[initializer.name()] = &graph.initializers.back();
  }
  return llvm::Error::success();
}

/// Only the outermost graph must have types, and only for its inputs: nested ones take theirs from
/// around them.
llvm::Expected<std::optional<ValueType>> ModelLoader::readType(const onnx::ValueInfoProto &value, llvm::StringRef kind,
                                                               bool isOutermost) {
  if (!isOutermost || (kind == "output" && !value.has_type()))
    return readTypeHint(value.type());
  return readInterfaceType(value.type(), describe(kind, value.name()), reporter);
}

llvm::Error ModelLoader::addInterface(const onnx::GraphProto &proto, OnnxGraph &graph) {
  for (const onnx::ValueInfoProto &input : proto.input()) {
    const TensorData *byDefault = graph.findTensor(input.name());
    if (byDefault && model.irVersion() < kFirstIrVersionWithConstantInitializers)
      continue;
    auto type = readType(input, "input", !graph.outer());
    if (!type)
      return type.takeError();
    graph.graphInputs.push_back({input.name(), std::move(*type), byDefault});
  }
  for (const onnx::ValueInfoProto &output : proto.output()) {
    auto type = readType(output, "output", !graph.outer());
    if (!type)
      return type.takeError();
    graph.graphOutputs.push_back({output.name(), std::move(*type)});
  }
  return llvm::Error::success();
}

void ModelLoader::addTypes(const onnx::GraphProto &proto, OnnxGraph &graph) {
  for (const auto *values : {&proto.input(), &proto.output(), &proto.value_info()})
    for (const onnx::ValueInfoProto &value : *values)
      if (std::optional<ValueType> type = readTypeHint(value.type()))
        graph.typeByName.try_emplace(value.name(), std::move(*type));
}

llvm::Error ModelLoader::addNodes(const onnx::GraphProto &proto, OnnxGraph &graph) {
  for (int number = 0; number < proto.node_size(); ++number) {
    const onnx::NodeProto &node = proto.node(number);
    std::string where = describeNode(node, number);
    if (llvm::Error error = checkNode(node, where))
      return error;
    for (const onnx::AttributeProto &attribute : node.attribute())
      if (llvm::Error error = addAttribute(attribute, where, graph))
        return error;
    graph.graphNodes.emplace_back(node, number, model);
  }
  return llvm::Error::success();
}

llvm::Error ModelLoader::checkNode(const onnx::NodeProto &node, llvm::StringRef where) {
  if (node.op_type().empty())
    return reporter.error<Code::OpTypeMissing>(where);
  llvm::StringRef domain = normalizedDomain(node.domain());
  if (!model.opset(domain))
    return reporter.error<Code::OpsetMissing>(where, quoted(displayedDomain(domain)));
  llvm::StringSet<> names;
  for (const onnx::AttributeProto &attribute : node.attribute())
    if (!names.insert(attribute.name()).second)
      return reporter.error<Code::DuplicateAttribute>(where, attribute.name());
  return llvm::Error::success();
}

llvm::Error ModelLoader::addAttributeTensor(const onnx::TensorProto &proto, llvm::StringRef where) {
  llvm::Expected<TensorData> tensor = readTensor(proto, where, sources);
  if (!tensor)
    return tensor.takeError();
  model.attributeTensors.push_back(std::move(*tensor));
  model.tensorByProto[&proto] = &model.attributeTensors.back();
  return llvm::Error::success();
}

/// The field that holds the value is the one that `type` names; others are ignored, as ONNX says.
llvm::Error ModelLoader::addAttribute(const onnx::AttributeProto &attribute, llvm::StringRef where,
                                      const OnnxGraph &graph) {
  if (!attribute.ref_attr_name().empty())
    return reporter.error<Code::AttributeReference>(where, attribute.name(), attribute.ref_attr_name());
  switch (attribute.type()) {
  case onnx::AttributeProto::TENSOR:
    return addAttributeTensor(attribute.t(), where.str() + ", " + describe("attribute", attribute.name()));
  case onnx::AttributeProto::GRAPH:
    return addGraph(attribute.g(), &graph).takeError();
  case onnx::AttributeProto::SPARSE_TENSOR:
  case onnx::AttributeProto::SPARSE_TENSORS:
    return reporter.error<Code::SparseTensor>(where);
  default:
    return llvm::Error::success();
  }
}

} // namespace llmc::frontend
