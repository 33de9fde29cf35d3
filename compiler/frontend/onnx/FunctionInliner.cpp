// Bodies are expanded as they are inlined, so a function may call others; what is on the call stack
// tells recursion.
#include "compiler/frontend/onnx/FunctionInliner.h"
#include "compiler/frontend/onnx/FunctionBody.h"
#include "compiler/frontend/onnx/OpsetVersions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <onnx-ml.pb.h>

namespace llmc::frontend {

using Code = OnnxErrorCode;
using Nodes = google::protobuf::RepeatedPtrField<onnx::NodeProto>;

namespace {

class FunctionInliner {
public:
  FunctionInliner(onnx::ModelProto &model, const OnnxReporter &reporter) : model(model), reporter(reporter) {}

  llvm::Error run();

private:
  llvm::Error collectFunctions();
  llvm::Error importOpsets(const onnx::FunctionProto &function);
  void collectNames(const onnx::GraphProto &graph);
  std::string uniqueName(llvm::StringRef proposal);
  llvm::Error expandGraph(onnx::GraphProto &graph);
  llvm::Error expandNode(onnx::NodeProto &node, size_t number, Nodes &result);
  llvm::Error expandCall(const onnx::FunctionProto &function, const onnx::NodeProto &call, size_t number,
                         Nodes &result);
  llvm::Error checkCall(const onnx::FunctionProto &function, const onnx::NodeProto &call, size_t number);

  onnx::ModelProto &model;
  const OnnxReporter &reporter;
  llvm::StringMap<const onnx::FunctionProto *> functions;
  llvm::StringSet<> usedNames;
  llvm::StringMap<unsigned> nextSuffix;
  std::vector<const onnx::FunctionProto *> callStack;
  uint64_t inlinedBytes = 0;
};

} // namespace

static std::string keyOf(llvm::StringRef domain, llvm::StringRef name, llvm::StringRef overload) {
  return (normalizedDomain(domain) + "::" + name + ":" + overload).str();
}

static std::string describeFunction(const onnx::FunctionProto &function) {
  return describe("function", displayedDomain(normalizedDomain(function.domain())).str() + "::" + function.name());
}

/// A rough figure of what one more copy of the body takes in memory: each node may take up the
/// call's name in its own, and the call's arguments.
static uint64_t estimatedBytes(const onnx::FunctionProto &function, const onnx::NodeProto &call) {
  uint64_t bytesPerNode = 256 + 4 * uint64_t(call.ByteSizeLong());
  return function.ByteSizeLong() + bytesPerNode * (1 + function.node_size());
}

llvm::Error FunctionInliner::collectFunctions() {
  for (const onnx::FunctionProto &function : model.functions()) {
    std::string key = keyOf(function.domain(), function.name(), function.overload());
    if (!functions.try_emplace(key, &function).second)
      return reporter.error<Code::DuplicateFunction>(describeFunction(function));
    if (llvm::Error error = importOpsets(function))
      return error;
  }
  return llvm::Error::success();
}

/// Inlined nodes are read by the model's opsets, so the function's must be the same. Domains that
/// only functions import are added to the model's.
llvm::Error FunctionInliner::importOpsets(const onnx::FunctionProto &function) {
  for (const onnx::OperatorSetIdProto &opset : function.opset_import()) {
    llvm::StringRef domain = normalizedDomain(opset.domain());
    auto isDomain = [&](const onnx::OperatorSetIdProto &other) { return normalizedDomain(other.domain()) == domain; };
    auto known = llvm::find_if(model.opset_import(), isDomain);
    if (known == model.opset_import().end())
      *model.add_opset_import() = opset;
    else if (known->version() != opset.version())
      return reporter.error<Code::FunctionOpset>(describeFunction(function), opset.version(),
                                                 quoted(displayedDomain(domain)), known->version());
  }
  return llvm::Error::success();
}

void FunctionInliner::collectNames(const onnx::GraphProto &graph) {
  for (const onnx::ValueInfoProto &input : graph.input())
    usedNames.insert(input.name());
  for (const onnx::TensorProto &tensor : graph.initializer())
    usedNames.insert(tensor.name());
  for (const onnx::NodeProto &node : graph.node()) {
    usedNames.insert(node.input().begin(), node.input().end());
    usedNames.insert(node.output().begin(), node.output().end());
    for (const onnx::AttributeProto &attribute : node.attribute()) {
      if (attribute.has_g())
        collectNames(attribute.g());
      for (const onnx::GraphProto &nested : attribute.graphs())
        collectNames(nested);
    }
  }
}

std::string FunctionInliner::uniqueName(llvm::StringRef proposal) {
  std::string name = proposal.str();
  while (!usedNames.insert(name).second)
    name = (proposal + "_" + llvm::Twine(++nextSuffix[proposal])).str();
  return name;
}

llvm::Error FunctionInliner::checkCall(const onnx::FunctionProto &function, const onnx::NodeProto &call,
                                       size_t number) {
  if (llvm::is_contained(callStack, &function))
    return reporter.error<Code::RecursiveFunction>(describeFunction(function));
  if (callStack.size() >= kDeepestCall)
    return reporter.error<Code::FunctionNesting>(describeFunction(function), kDeepestCall);
  std::string where = describeNode(call, number);
  if (call.input_size() > function.input_size())
    return reporter.error<Code::FunctionCallArity>(where, call.input_size(), "inputs", function.input_size());
  if (call.output_size() > function.output_size())
    return reporter.error<Code::FunctionCallArity>(where, call.output_size(), "outputs", function.output_size());
  inlinedBytes += estimatedBytes(function, call);
  if (inlinedBytes > kLargestInlinedBytes)
    return reporter.error<Code::FunctionsTooLarge>("", kLargestInlinedBytes);
  return llvm::Error::success();
}

llvm::Error FunctionInliner::expandCall(const onnx::FunctionProto &function, const onnx::NodeProto &call, size_t number,
                                        Nodes &result) {
  if (llvm::Error error = checkCall(function, call, number))
    return error;
  callStack.push_back(&function);
  auto unique = [this](llvm::StringRef proposal) { return uniqueName(proposal); };
  for (onnx::NodeProto &node : instantiateFunction(function, call, unique))
    if (llvm::Error error = expandNode(node, number, result))
      return error;
  callStack.pop_back();
  return llvm::Error::success();
}

llvm::Error FunctionInliner::expandNode(onnx::NodeProto &node, size_t number, Nodes &result) {
  for (onnx::AttributeProto &attribute : *node.mutable_attribute()) {
    if (attribute.has_g())
      if (llvm::Error error = expandGraph(*attribute.mutable_g()))
        return error;
    for (onnx::GraphProto &graph : *attribute.mutable_graphs())
      if (llvm::Error error = expandGraph(graph))
        return error;
  }
  auto function = functions.find(keyOf(node.domain(), node.op_type(), node.overload()));
  if (function != functions.end())
    return expandCall(*function->second, node, number, result);
  result.Add(std::move(node));
  return llvm::Error::success();
}

llvm::Error FunctionInliner::expandGraph(onnx::GraphProto &graph) {
  Nodes expanded;
  for (int number = 0; number < graph.node_size(); ++number)
    if (llvm::Error error = expandNode(*graph.mutable_node(number), number, expanded))
      return error;
  graph.mutable_node()->Swap(&expanded);
  return llvm::Error::success();
}

llvm::Error FunctionInliner::run() {
  if (llvm::Error error = collectFunctions())
    return error;
  collectNames(model.graph());
  if (llvm::Error error = expandGraph(*model.mutable_graph()))
    return error;
  functions.clear();
  model.clear_functions();
  return checkVersions(model, reporter); // again, for what functions alone import
}

llvm::Error inlineFunctions(onnx::ModelProto &model, const OnnxReporter &reporter) {
  if (model.functions_size() == 0)
    return llvm::Error::success();
  return FunctionInliner(model, reporter).run();
}

} // namespace llmc::frontend
