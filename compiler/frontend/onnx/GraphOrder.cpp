// Kahn's algorithm, always taking the ready node that comes first in the file.
#include "compiler/frontend/onnx/GraphOrder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include <onnx-ml.pb.h>

#include <functional>
#include <queue>

namespace llmc::frontend {

using Code = OnnxErrorCode;

namespace {

/// What a graph defines. A value is known by the node that makes it, or by kNoNode for inputs and
/// initializers.
struct Scope {
  static constexpr int kNoNode = -1;

  const Scope *outer;
  llvm::StringMap<int> producers;

  bool sees(llvm::StringRef name) const { return producers.count(name) || (outer && outer->sees(name)); }
};

class GraphOrder {
public:
  GraphOrder(onnx::GraphProto &graph, const Scope *outer, const OnnxReporter &reporter)
      : graph(graph), scope{outer, {}}, reporter(reporter) {}

  llvm::Error run();

private:
  llvm::Error defineInputs();
  llvm::Error defineResults();
  llvm::Error collectEdges();
  llvm::Error sort();
  llvm::Error cycleError(llvm::ArrayRef<int> missing) const;
  llvm::Error orderNestedGraphs();
  llvm::Error checkOutputs();

  onnx::GraphProto &graph;
  Scope scope;
  const OnnxReporter &reporter;
  std::vector<llvm::SmallVector<int, 2>> users; ///< by node: the nodes that use its results, repeated for each use
  std::vector<int> usesOfResults;               ///< by node: how many results of other nodes it uses
};

} // namespace

template <typename Visit> static void forEachNestedGraph(onnx::NodeProto &node, Visit visit) {
  for (onnx::AttributeProto &attribute : *node.mutable_attribute()) {
    if (attribute.has_g())
      visit(*attribute.mutable_g());
    for (onnx::GraphProto &nested : *attribute.mutable_graphs())
      visit(nested);
  }
}

using NameVisitor = llvm::function_ref<void(llvm::StringRef)>;

static void visitFreeNames(onnx::GraphProto &graph, NameVisitor visit);

/// All names that the node uses: its inputs, and what its nested graphs take from outside.
static void visitUses(onnx::NodeProto &node, NameVisitor visit) {
  for (const std::string &input : node.input())
    if (!input.empty())
      visit(input);
  forEachNestedGraph(node, [&](onnx::GraphProto &nested) { visitFreeNames(nested, visit); });
}

static void visitFreeNames(onnx::GraphProto &graph, NameVisitor visit) {
  llvm::StringSet<> defined;
  for (const onnx::ValueInfoProto &input : graph.input())
    defined.insert(input.name());
  for (const onnx::TensorProto &tensor : graph.initializer())
    defined.insert(tensor.name());
  for (const onnx::NodeProto &node : graph.node())
    defined.insert(node.output().begin(), node.output().end());

  auto visitIfFree = [&](llvm::StringRef name) {
    if (!defined.contains(name))
      visit(name);
  };
  for (onnx::NodeProto &node : *graph.mutable_node())
    visitUses(node, visitIfFree);
  for (const onnx::ValueInfoProto &output : graph.output())
    visitIfFree(output.name());
}

llvm::Error GraphOrder::defineInputs() {
  for (const onnx::ValueInfoProto &input : graph.input()) {
    if (input.name().empty())
      return reporter.error<Code::UnnamedValue>("an input of the graph");
    if (!scope.producers.try_emplace(input.name(), Scope::kNoNode).second)
      return reporter.error<Code::DuplicateInput>(describe("value", input.name()));
  }
  llvm::StringSet<> initializers; // they may share their names with inputs, but not with one another
  for (const onnx::TensorProto &tensor : graph.initializer()) {
    if (tensor.name().empty())
      return reporter.error<Code::UnnamedValue>("an initializer of the graph");
    if (!initializers.insert(tensor.name()).second)
      return reporter.error<Code::DuplicateInitializer>(describe("tensor", tensor.name()));
    scope.producers.try_emplace(tensor.name(), Scope::kNoNode);
  }
  return llvm::Error::success();
}

llvm::Error GraphOrder::defineResults() {
  for (int number = 0; number < graph.node_size(); ++number) {
    const onnx::NodeProto &node = graph.node(number);
    for (const std::string &output : node.output())
      if (!output.empty() && !scope.producers.try_emplace(output, number).second)
        return reporter.error<Code::DuplicateValue>(describeNode(node, number), quoted(output));
  }
  return llvm::Error::success();
}

/// Undefined names inside nested graphs are left for those graphs to report, since they know the
/// node.
llvm::Error GraphOrder::collectEdges() {
  users.resize(graph.node_size());
  usesOfResults.resize(graph.node_size());
  for (int number = 0; number < graph.node_size(); ++number) {
    onnx::NodeProto &node = *graph.mutable_node(number);
    for (const std::string &input : node.input())
      if (!input.empty() && !scope.sees(input))
        return reporter.error<Code::UndefinedInput>(describeNode(node, number), quoted(input));
    visitUses(node, [&](llvm::StringRef name) {
      auto found = scope.producers.find(name);
      if (found == scope.producers.end() || found->second == Scope::kNoNode)
        return;
      users[found->second].push_back(number);
      ++usesOfResults[number];
    });
  }
  return llvm::Error::success();
}

/// `missing[n]` counts what node n still waits for. Walks back from a waiting node until one comes
/// up again.
llvm::Error GraphOrder::cycleError(llvm::ArrayRef<int> missing) const {
  std::vector<int> waitsFor(missing.size());
  int at = 0;
  for (size_t number = 0; number < missing.size(); ++number) {
    if (missing[number] == 0)
      continue;
    at = static_cast<int>(number);
    for (int user : users[number])
      waitsFor[user] = at;
  }
  std::vector<bool> seen(missing.size());
  for (; !seen[at]; at = waitsFor[at])
    seen[at] = true;
  const onnx::NodeProto &node = graph.node(at);
  auto isNamed = [](const std::string &output) { return !output.empty(); };
  const std::string &result = *llvm::find_if(node.output(), isNamed); // someone uses it
  return reporter.error<Code::GraphCycle>(describeNode(node, at), quoted(result));
}

llvm::Error GraphOrder::sort() {
  std::vector<int> missing = usesOfResults;
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  for (int number = 0; number < graph.node_size(); ++number)
    if (missing[number] == 0)
      ready.push(number);

  std::vector<int> order;
  while (!ready.empty()) {
    int number = ready.top();
    ready.pop();
    order.push_back(number);
    for (int user : users[number])
      if (--missing[user] == 0)
        ready.push(user);
  }
  if (order.size() < missing.size())
    return cycleError(missing);

  google::protobuf::RepeatedPtrField<onnx::NodeProto> sorted;
  sorted.Reserve(graph.node_size());
  for (int number : order)
    sorted.Add(std::move(*graph.mutable_node(number)));
  graph.mutable_node()->Swap(&sorted);
  for (auto &producer : scope.producers)
    producer.second = Scope::kNoNode; // the numbers were those of the file
  return llvm::Error::success();
}

llvm::Error GraphOrder::orderNestedGraphs() {
  llvm::Error result = llvm::Error::success();
  for (onnx::NodeProto &node : *graph.mutable_node())
    forEachNestedGraph(node, [&](onnx::GraphProto &nested) {
      if (!result)
        result = GraphOrder(nested, &scope, reporter).run();
    });
  return result;
}

llvm::Error GraphOrder::checkOutputs() {
  llvm::StringSet<> outputs;
  for (const onnx::ValueInfoProto &output : graph.output()) {
    std::string where = describe("output", output.name());
    if (!scope.sees(output.name()))
      return reporter.error<Code::UndefinedOutput>(where);
    if (!outputs.insert(output.name()).second)
      return reporter.error<Code::DuplicateOutput>(describe("value", output.name()));
  }
  return llvm::Error::success();
}

llvm::Error GraphOrder::run() {
  if (llvm::Error error = defineInputs())
    return error;
  if (llvm::Error error = defineResults())
    return error;
  if (llvm::Error error = collectEdges())
    return error;
  if (llvm::Error error = sort())
    return error;
  if (llvm::Error error = orderNestedGraphs())
    return error;
  return checkOutputs();
}

llvm::Error orderNodes(onnx::GraphProto &graph, const OnnxReporter &reporter) {
  return GraphOrder(graph, nullptr, reporter).run();
}

} // namespace llmc::frontend
