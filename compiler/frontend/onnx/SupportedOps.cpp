// Judges nodes by the rows of the operators.
#include "compiler/frontend/onnx/SupportedOps.h"
#include "compiler/frontend/onnx/ElementTypeMapping.h"
#include "compiler/frontend/onnx/OperatorTable.h"
#include "compiler/frontend/onnx/OpsetVersions.h"
#include "llvm/ADT/StringExtras.h"

namespace llmc::frontend {

GraphIndex::GraphIndex(const OnnxGraph &graph) : graph(graph) {
  for (const NodeView &node : graph.nodes()) {
    for (size_t i = 0; i < node.outputCount(); ++i)
      producers[node.output(i)] = &node;
    for (size_t i = 0; i < node.inputCount(); ++i)
      read.insert(node.input(i));
  }
  for (const GraphValue &output : graph.outputs())
    read.insert(output.name);
}

static bool isConstantValue(const GraphIndex &index, llvm::StringRef name, int depth) {
  constexpr int deepest = 32; // chains that compute axes are short
  if (name.empty() || index.graph.findTensor(name))
    return true;
  const NodeView *producer = index.producer(name);
  if (!producer || depth > deepest)
    return false;
  if (producer->opType() == "Shape")
    return true; // may turn out constant; the importer finds out
  for (size_t i = 0; i < producer->inputCount(); ++i)
    if (!isConstantValue(index, producer->input(i), depth + 1))
      return false;
  return true;
}

bool NodeFacts::isConstant(size_t input) const { return isConstantValue(index, node.input(input), 0); }

/// `float32[batch, 4]`, or what is known of it.
static std::string textOf(const OnnxGraph &graph, llvm::StringRef name) {
  if (name.empty())
    return "-";
  if (const TensorData *tensor = graph.findTensor(name)) {
    auto dims = llvm::map_range(tensor->dims, [](int64_t dim) { return std::to_string(dim); });
    return infoOf(tensor->elementType).name.str() + "[" + llvm::join(dims, ", ") + "]";
  }
  const ValueType *type = graph.findType(name);
  if (!type)
    return "?";
  std::string text = infoOf(type->elementType).name.str();
  if (!type->dims)
    return text;
  auto dims = llvm::map_range(*type->dims, [](const Dim &dim) {
    return dim.size ? std::to_string(*dim.size) : dim.symbol.empty() ? std::string("?") : dim.symbol.str();
  });
  return text + "[" + llvm::join(dims, ", ") + "]";
}

static std::optional<Refusal> judgeVersion(const NodeView &node, const OperatorTable &operators) {
  std::optional<int64_t> oldest = operators.oldest(node.domain(), node.opType());
  if (!oldest && node.domain().empty())
    return Refusal{"the operator is not supported", "export without it, or add it with a plugin"};
  if (!oldest)
    return Refusal{"no operator of this name is known in domain " + quoted(node.domain()),
                   "export with standard operators, or load a plugin that brings it, with --load-pass-plugin=FILE.so"};
  return Refusal{"the operator is supported from opset " + std::to_string(*oldest) + " on",
                 "export with a newer opset"};
}

static std::optional<Refusal> judgeTypes(const NodeFacts &facts) {
  const OnnxGraph &graph = facts.index.graph;
  for (size_t i = 0; i < facts.node.inputCount(); ++i) {
    llvm::StringRef name = facts.node.input(i);
    const TensorData *tensor = graph.findTensor(name);
    const ValueType *hint = graph.findType(name);
    if (!tensor && !hint)
      continue;
    OnnxElementType type = tensor ? tensor->elementType : hint->elementType;
    if (!isCompiled(type) && !isNarrow(type))
      return Refusal{("its input " + quoted(name) + " is " + infoOf(type).name).str(),
                     "use float32, float16, bfloat16, float64, integers of 8 to 64 bits or bool"};
  }
  return std::nullopt;
}

/// What the operator's row says of inputs and attributes.
static std::optional<Refusal> judgeSignature(const NodeView &node, const OperatorImporter &row) {
  for (unsigned i = 0; i < row.required; ++i)
    if (!node.hasInput(i))
      return Refusal{"its input " + std::to_string(i) + " is missing", "export it again; the operator needs it"};
  if (node.inputCount() > row.most)
    return Refusal{"it has " + std::to_string(node.inputCount()) + " inputs, and the operator at most " +
                       std::to_string(row.most),
                   "export it without the others"};
  if (row.attributes)
    for (llvm::StringRef name : node.attrNames())
      if (!llvm::is_contained(*row.attributes, name))
        return Refusal{"the operator has no attribute " + quoted(name), "export it without this attribute"};
  return std::nullopt;
}

static std::optional<Refusal> judge(const NodeFacts &facts, const OperatorTable &operators) {
  const NodeView &node = facts.node;
  const OperatorImporter *row = operators.find(node.domain(), node.opType(), node.opset());
  if (!row)
    return judgeVersion(node, operators);
  if (auto refusal = judgeSignature(node, *row))
    return refusal;
  if (auto refusal = judgeTypes(facts))
    return refusal;
  return row->refuse ? row->refuse(facts) : std::nullopt;
}

std::string Unsupported::message() const {
  return node + ": " + displayedDomain(domain).str() + " opset " + std::to_string(opset) + ", inputs (" + inputs +
         "): " + reason + "; try: " + remedy;
}

std::vector<Unsupported> findUnsupported(const OnnxModel &model, const OperatorTable &operators) {
  std::vector<Unsupported> found;
  const OnnxGraph &graph = model.graph();
  GraphIndex index(graph);
  for (const NodeView &node : graph.nodes()) {
    auto refusal = judge({node, index}, operators);
    if (!refusal)
      continue;
    std::vector<std::string> inputs;
    for (size_t i = 0; i < node.inputCount(); ++i)
      inputs.push_back(textOf(graph, node.input(i)));
    found.push_back({node.describe(), node.opType().str(), node.domain().str(), node.opset(), llvm::join(inputs, ", "),
                     refusal->reason, refusal->remedy});
  }
  return found;
}

} // namespace llmc::frontend
