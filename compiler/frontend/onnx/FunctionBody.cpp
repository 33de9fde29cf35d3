// Names are resolved by scope: the function's own, then one scope for each graph nested in a node's
// attributes.
#include "compiler/frontend/onnx/FunctionBody.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/Twine.h"
#include <onnx-ml.pb.h>

namespace llmc::frontend {

namespace {

struct Scope {
  Scope *outer;
  llvm::StringMap<std::string> names;
};

class FunctionBody {
public:
  FunctionBody(const onnx::FunctionProto &function, const onnx::NodeProto &call, UniqueNameFn uniqueName)
      : function(function), call(call), uniqueName(uniqueName),
        prefix(call.name().empty() ? function.name() : call.name()) {}

  std::vector<onnx::NodeProto> instantiate();

private:
  void mapFormals();
  void addIdentity(const std::string &from, const std::string &to);
  void define(Scope &scope, const std::string &name);
  void rename(std::string &name, Scope &scope);
  void renameNode(onnx::NodeProto &node, Scope &scope);
  void renameGraph(onnx::GraphProto &graph, Scope &outer);
  void bindAttributes(onnx::NodeProto &node);
  const onnx::AttributeProto *findArgument(llvm::StringRef name) const;

  const onnx::FunctionProto &function;
  const onnx::NodeProto &call;
  UniqueNameFn uniqueName;
  std::string prefix;
  Scope root{nullptr, {}};
  std::vector<onnx::NodeProto> nodes;
};

} // namespace

void FunctionBody::define(Scope &scope, const std::string &name) {
  if (!name.empty() && !scope.names.count(name))
    scope.names[name] = uniqueName(prefix + "/" + name);
}

/// Names that nothing defines become unique too, lest they catch a value of the caller.
void FunctionBody::rename(std::string &name, Scope &scope) {
  if (name.empty())
    return;
  for (Scope *at = &scope; at; at = at->outer)
    if (auto known = at->names.find(name); known != at->names.end()) {
      name = known->second;
      return;
    }
  define(root, name);
  name = root.names[name];
}

void FunctionBody::addIdentity(const std::string &from, const std::string &to) {
  onnx::NodeProto &node = nodes.emplace_back();
  node.set_op_type("Identity");
  node.set_name(prefix + "/Identity");
  node.add_input(from);
  node.add_output(to);
}

void FunctionBody::mapFormals() {
  for (int i = 0; i < function.input_size(); ++i)
    root.names[function.input(i)] = i < call.input_size() ? call.input(i) : "";
  for (int i = 0; i < function.output_size(); ++i) {
    const std::string &formal = function.output(i);
    bool wanted = i < call.output_size() && !call.output(i).empty();
    // A formal that has a name already is an input handed through, or an output listed twice.
    if (auto known = root.names.find(formal); known != root.names.end()) {
      if (wanted)
        addIdentity(known->second, call.output(i));
    } else if (wanted) {
      root.names[formal] = call.output(i);
    } else {
      define(root, formal);
    }
  }
}

const onnx::AttributeProto *FunctionBody::findArgument(llvm::StringRef name) const {
  for (const onnx::AttributeProto &given : call.attribute())
    if (given.name() == name)
      return &given;
  for (const onnx::AttributeProto &byDefault : function.attribute_proto())
    if (byDefault.name() == name)
      return &byDefault;
  return nullptr;
}

/// An attribute that refers to one that was neither given nor has a default is left out, as ONNX
/// says.
void FunctionBody::bindAttributes(onnx::NodeProto &node) {
  google::protobuf::RepeatedPtrField<onnx::AttributeProto> bound;
  for (onnx::AttributeProto &attribute : *node.mutable_attribute()) {
    if (attribute.ref_attr_name().empty()) {
      bound.Add(std::move(attribute));
    } else if (const onnx::AttributeProto *argument = findArgument(attribute.ref_attr_name())) {
      *bound.Add() = *argument;
      bound.rbegin()->set_name(attribute.name());
    }
  }
  node.mutable_attribute()->Swap(&bound);
}

/// Graphs among the call's own arguments belong to the caller: they are bound after the body's
/// graphs are renamed.
void FunctionBody::renameNode(onnx::NodeProto &node, Scope &scope) {
  for (std::string &input : *node.mutable_input())
    rename(input, scope);
  for (std::string &output : *node.mutable_output())
    rename(output, scope);
  node.set_name(prefix + "/" + (node.name().empty() ? node.op_type() : node.name()));
  for (onnx::AttributeProto &attribute : *node.mutable_attribute()) {
    if (attribute.has_g())
      renameGraph(*attribute.mutable_g(), scope);
    for (onnx::GraphProto &graph : *attribute.mutable_graphs())
      renameGraph(graph, scope);
  }
  bindAttributes(node);
}

void FunctionBody::renameGraph(onnx::GraphProto &graph, Scope &outer) {
  Scope scope{&outer, {}};
  for (const onnx::ValueInfoProto &input : graph.input())
    define(scope, input.name());
  for (const onnx::TensorProto &tensor : graph.initializer())
    define(scope, tensor.name());
  for (const onnx::NodeProto &node : graph.node())
    for (const std::string &output : node.output())
      define(scope, output);

  for (onnx::ValueInfoProto &input : *graph.mutable_input())
    rename(*input.mutable_name(), scope);
  for (onnx::ValueInfoProto &output : *graph.mutable_output())
    rename(*output.mutable_name(), scope);
  for (onnx::ValueInfoProto &info : *graph.mutable_value_info())
    rename(*info.mutable_name(), scope);
  for (onnx::TensorProto &tensor : *graph.mutable_initializer())
    rename(*tensor.mutable_name(), scope);
  for (onnx::NodeProto &node : *graph.mutable_node())
    renameNode(node, scope);
}

std::vector<onnx::NodeProto> FunctionBody::instantiate() {
  nodes.reserve(function.node_size());
  mapFormals();
  for (const onnx::NodeProto &node : function.node())
    renameNode(nodes.emplace_back(node), root);
  return std::move(nodes);
}

std::vector<onnx::NodeProto> instantiateFunction(const onnx::FunctionProto &function, const onnx::NodeProto &call,
                                                 UniqueNameFn uniqueName) {
  return FunctionBody(function, call, uniqueName).instantiate();
}

} // namespace llmc::frontend
