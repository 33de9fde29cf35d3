// One node of a loaded graph, for reading. Small, to be passed by value; valid as long as its
// OnnxModel.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_NODEVIEW_H
#define LLMC_COMPILER_FRONTEND_ONNX_NODEVIEW_H

#include "compiler/frontend/onnx/OnnxDiagnostics.h"
#include "compiler/frontend/onnx/TensorData.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace onnx {
class AttributeProto;
class NodeProto;
} // namespace onnx

namespace llmc::frontend {

class OnnxGraph;
class OnnxModel;

/// An attribute accessor with a default gives it only where the attribute is missing. An attribute
/// of another type, and a missing one without a default, are errors that name the node.
class NodeView {
public:
  NodeView(const onnx::NodeProto &proto, size_t number, const OnnxModel &model)
      : proto(&proto), position(number), model(&model) {}

  llvm::StringRef name() const; ///< often empty
  llvm::StringRef opType() const;
  llvm::StringRef domain() const; ///< "" for ai.onnx
  int64_t opset() const;          ///< version of the domain that the model imports
  size_t number() const { return position; }

  /// The node as messages call it.
  std::string describe() const;

  /// An error about this node.
  template <OnnxErrorCode Code, typename... Args> llvm::Error error(const Args &...args) const {
    return reporter().error<Code>(describe(), args...);
  }

  /// Without optional inputs that are left out at the end.
  size_t inputCount() const;
  bool hasInput(size_t index) const { return !input(index).empty(); }
  llvm::StringRef input(size_t index) const; ///< empty if left out
  size_t outputCount() const;
  bool hasOutput(size_t index) const { return !output(index).empty(); }
  llvm::StringRef output(size_t index) const; ///< empty if nobody wants it

  bool hasAttr(llvm::StringRef name) const { return find(name) != nullptr; }
  std::vector<llvm::StringRef> attrNames() const;

  llvm::Expected<int64_t> intAttr(llvm::StringRef name) const;
  llvm::Expected<int64_t> intAttr(llvm::StringRef name, int64_t byDefault) const;
  llvm::Expected<float> floatAttr(llvm::StringRef name) const;
  llvm::Expected<float> floatAttr(llvm::StringRef name, float byDefault) const;
  llvm::Expected<llvm::StringRef> stringAttr(llvm::StringRef name) const;
  llvm::Expected<llvm::StringRef> stringAttr(llvm::StringRef name, llvm::StringRef byDefault) const;
  llvm::Expected<llvm::ArrayRef<int64_t>> intsAttr(llvm::StringRef name) const;
  llvm::Expected<llvm::ArrayRef<int64_t>> intsAttr(llvm::StringRef name, llvm::ArrayRef<int64_t> byDefault) const;
  llvm::Expected<llvm::ArrayRef<float>> floatsAttr(llvm::StringRef name) const;
  llvm::Expected<llvm::ArrayRef<float>> floatsAttr(llvm::StringRef name, llvm::ArrayRef<float> byDefault) const;
  llvm::Expected<std::vector<llvm::StringRef>> stringsAttr(llvm::StringRef name) const;
  llvm::Expected<const TensorData *> tensorAttr(llvm::StringRef name) const;
  llvm::Expected<const OnnxGraph *> graphAttr(llvm::StringRef name) const;

private:
  const OnnxReporter &reporter() const;
  const onnx::AttributeProto *find(llvm::StringRef name) const;
  llvm::Expected<const onnx::AttributeProto *> require(llvm::StringRef name, int type) const;

  const onnx::NodeProto *proto;
  size_t position;
  const OnnxModel *model;
};

} // namespace llmc::frontend

#endif
