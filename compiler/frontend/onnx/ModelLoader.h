// Fills an OnnxModel from its parsed, inlined and ordered protobuf message.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_MODELLOADER_H
#define LLMC_COMPILER_FRONTEND_ONNX_MODELLOADER_H

#include "compiler/frontend/onnx/OnnxModel.h"

namespace onnx {
class AttributeProto;
class NodeProto;
class ValueInfoProto;
} // namespace onnx

namespace llmc::frontend {

class ModelLoader {
public:
  explicit ModelLoader(OnnxModel &model);

  /// Inlines, orders and reads everything, and checks what has not been checked before.
  llvm::Error run();

private:
  llvm::Expected<OnnxGraph *> addGraph(const onnx::GraphProto &proto, const OnnxGraph *outer);
  llvm::Error addTensors(const onnx::GraphProto &proto, OnnxGraph &graph);
  llvm::Expected<std::optional<ValueType>> readType(const onnx::ValueInfoProto &value, llvm::StringRef kind,
                                                    bool isOutermost);
  llvm::Error addInterface(const onnx::GraphProto &proto, OnnxGraph &graph);
  void addTypes(const onnx::GraphProto &proto, OnnxGraph &graph);
  llvm::Error addNodes(const onnx::GraphProto &proto, OnnxGraph &graph);
  llvm::Error checkNode(const onnx::NodeProto &node, llvm::StringRef where);
  llvm::Error addAttribute(const onnx::AttributeProto &attribute, llvm::StringRef where, const OnnxGraph &graph);
  llvm::Error addAttributeTensor(const onnx::TensorProto &tensor, llvm::StringRef where);

  OnnxModel &model;
  const OnnxReporter &reporter;
  TensorSources sources;
};

} // namespace llmc::frontend

#endif
