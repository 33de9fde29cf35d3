// The ONNX operators that llmc compiles, one row an operator and range of opsets, and the question which nodes of a
// model are not among them.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_SUPPORTEDOPS_H
#define LLMC_COMPILER_FRONTEND_ONNX_SUPPORTEDOPS_H

#include "compiler/frontend/onnx/OnnxModel.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace llmc::frontend {

class OperatorContext;
class OperatorTable;

inline constexpr int64_t kNewest = std::numeric_limits<int64_t>::max();
inline constexpr unsigned kAnyInputs = std::numeric_limits<unsigned>::max();

/// Why a node can't be compiled, and what its author can do.
struct Refusal {
  std::string reason, remedy;
};

/// Who makes and who reads the values of a graph.
class GraphIndex {
public:
  explicit GraphIndex(const OnnxGraph &graph);

  /// The node that makes a value, or null.
  const NodeView *producer(llvm::StringRef value) const { return producers.lookup(value); }
  bool isRead(llvm::StringRef value) const { return read.contains(value); }

  const OnnxGraph &graph;

private:
  llvm::StringMap<const NodeView *> producers;
  llvm::StringSet<> read;
};

/// What is known about a node before anything is imported.
struct NodeFacts {
  const NodeView &node;
  const GraphIndex &index;

  /// True if the input is made of nothing but initializers, constants and shapes.
  bool isConstant(size_t input) const;
  bool isRead(size_t output) const { return node.hasOutput(output) && index.isRead(node.output(output)); }
};

/// For operators whose axes are an operand.
template <unsigned operand> std::optional<Refusal> refuseComputedAxes(const NodeFacts &facts) {
  if (facts.isConstant(operand))
    return std::nullopt;
  return Refusal{"its axes depend on an input of the model", "export it with constant axes"};
}

struct OperatorImporter {
  llvm::StringLiteral domain; ///< "" is ai.onnx
  llvm::StringLiteral name;
  int64_t oldest, newest; ///< opsets, both included
  unsigned required;      ///< inputs, from the first on, that have to be there
  void (*import)(OperatorContext &);
  /// Forms of the operator that can't be compiled; null if there are none.
  std::optional<Refusal> (*refuse)(const NodeFacts &) = nullptr;
  /// How many inputs a node may have; one with more is refused.
  unsigned most = kAnyInputs;
  /// The attributes that the operator has; a node with others is refused. Nothing: they are not looked at.
  std::optional<llvm::ArrayRef<llvm::StringLiteral>> attributes = std::nullopt;
};

// One table a family, each beside its operators.
llvm::ArrayRef<OperatorImporter> constantOperators();
llvm::ArrayRef<OperatorImporter> elementwiseOperators();
llvm::ArrayRef<OperatorImporter> activationOperators();
llvm::ArrayRef<OperatorImporter> matmulOperators();
llvm::ArrayRef<OperatorImporter> blockQuantizationOperators();
llvm::ArrayRef<OperatorImporter> microsoftProductOperators();
llvm::ArrayRef<OperatorImporter> quantizedAttentionOperators();
llvm::ArrayRef<OperatorImporter> quantizedFunctionOperators();
llvm::ArrayRef<OperatorImporter> movementOperators();
llvm::ArrayRef<OperatorImporter> normalizationOperators();
llvm::ArrayRef<OperatorImporter> quantizationOperators();
llvm::ArrayRef<OperatorImporter> reductionOperators();
llvm::ArrayRef<OperatorImporter> shapeOperators();

/// A node that can't be compiled.
struct Unsupported {
  std::string node; ///< as messages describe it
  std::string op, domain;
  int64_t opset;
  std::string inputs; ///< types and shapes, as far as the file tells them
  std::string reason, remedy;

  /// All of it on one line.
  std::string message() const;
};

/// All nodes that can't be compiled; empty if the model is supported. Reads only the ONNX graph.
std::vector<Unsupported> findUnsupported(const OnnxModel &model, const OperatorTable &operators);

} // namespace llmc::frontend

#endif
