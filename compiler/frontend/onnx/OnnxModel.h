// A model file, read, checked and made plain for the importer: local functions are inlined, nodes
// are in order, every tensor is known to be whole. What its operators mean, and whether they are
// supported, is not looked at here.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_ONNXMODEL_H
#define LLMC_COMPILER_FRONTEND_ONNX_ONNXMODEL_H

#include "compiler/frontend/onnx/OnnxFile.h"
#include "compiler/frontend/onnx/OnnxGraph.h"
#include "llvm/ADT/DenseMap.h"

#include <deque>
#include <memory>
#include <optional>

namespace onnx {
class GraphProto;
class TensorProto;
} // namespace onnx

namespace llmc::frontend {

class OnnxModel {
public:
  /// Fails with one OnnxError. Weights are not read: loading takes time and memory by the
  /// number of nodes.
  static llvm::Expected<std::unique_ptr<OnnxModel>> load(llvm::StringRef path);
  /// The same of a model in memory, which must outlive the result; see ModelFiles::inMemory.
  static llvm::Expected<std::unique_ptr<OnnxModel>> loadFromMemory(llvm::StringRef name, llvm::ArrayRef<uint8_t> bytes,
                                                                   llvm::StringRef folder);

  const OnnxGraph &graph() const { return graphs.front(); }

  /// The model file and its data files; FileRange::file counts in them.
  const ModelFiles &files() const { return file.files(); }
  const OnnxReporter &reporter() const { return file.reporter(); }

  int64_t irVersion() const;

  /// The imported version of a domain, "" being ai.onnx.
  std::optional<int64_t> opset(llvm::StringRef domain) const;

  /// Domain and version, in the order of the file.
  std::vector<std::pair<llvm::StringRef, int64_t>> opsets() const;

  llvm::StringRef producerName() const;
  llvm::StringRef producerVersion() const;

  /// metadata_props, in the order of the file.
  std::vector<std::pair<llvm::StringRef, llvm::StringRef>> metadata() const;

  /// The names of the inputs' dynamic dims, each once, in the order of the inputs.
  std::vector<llvm::StringRef> dimSymbols() const;

private:
  static llvm::Expected<std::unique_ptr<OnnxModel>> read(llvm::Expected<OnnxFile> file);
  friend class ModelLoader;
  friend class NodeView;

  explicit OnnxModel(OnnxFile file) : file(std::move(file)) {}

  const TensorData &tensorOf(const onnx::TensorProto &proto) const;
  const OnnxGraph &graphOf(const onnx::GraphProto &proto) const;

  OnnxFile file;
  llvm::BumpPtrAllocator convertedBytes;
  std::deque<OnnxGraph> graphs; ///< the model's own first
  std::deque<TensorData> attributeTensors;
  llvm::DenseMap<const onnx::TensorProto *, const TensorData *> tensorByProto;
  llvm::DenseMap<const onnx::GraphProto *, const OnnxGraph *> graphByProto;
};

} // namespace llmc::frontend

#endif
