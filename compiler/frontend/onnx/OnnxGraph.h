// A loaded graph, for reading: the model's own or one nested in a node (the branches of If, the
// body of Loop and Scan). Everything belongs to the OnnxModel.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_ONNXGRAPH_H
#define LLMC_COMPILER_FRONTEND_ONNX_ONNXGRAPH_H

#include "compiler/frontend/onnx/NodeView.h"
#include "compiler/frontend/onnx/TensorData.h"
#include "compiler/frontend/onnx/ValueType.h"
#include "llvm/ADT/StringMap.h"

#include <deque>

namespace llmc::frontend {

/// An input or output.
struct GraphValue {
  llvm::StringRef name;
  std::optional<ValueType> type;            ///< always there for the inputs of the outermost graph
  const TensorData *defaultValue = nullptr; ///< of an input that need not be given
};

class OnnxGraph {
public:
  llvm::StringRef name() const { return graphName; }

  /// The graph around this one, whose values the nodes may use; null for the model's own.
  const OnnxGraph *outer() const { return outerGraph; }

  llvm::ArrayRef<GraphValue> inputs() const { return graphInputs; }
  llvm::ArrayRef<GraphValue> outputs() const { return graphOutputs; }

  /// Each after those whose results it uses.
  llvm::ArrayRef<NodeView> nodes() const { return graphNodes; }

  /// The initializers in the order of the file, defaults of inputs included.
  const std::deque<TensorData> &tensors() const { return initializers; }

  /// An initializer of this graph (not of outer ones), or null.
  const TensorData *findTensor(llvm::StringRef name) const { return tensorByName.lookup(name); }

  /// What the file says about the type of a value of this graph, or null.
  const ValueType *findType(llvm::StringRef name) const;

private:
  friend class ModelLoader;

  llvm::StringRef graphName;
  const OnnxGraph *outerGraph = nullptr;
  std::vector<GraphValue> graphInputs, graphOutputs;
  std::vector<NodeView> graphNodes;
  std::deque<TensorData> initializers;
  llvm::StringMap<const TensorData *> tensorByName;
  llvm::StringMap<ValueType> typeByName;
};

} // namespace llmc::frontend

#endif
