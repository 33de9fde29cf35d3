// A model file as it is: mapped, parsed, versions checked. What the graph means is OnnxModel's to
// find out.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_ONNXFILE_H
#define LLMC_COMPILER_FRONTEND_ONNX_ONNXFILE_H

#include "compiler/frontend/onnx/ModelFiles.h"
#include "compiler/frontend/onnx/OnnxDiagnostics.h"

#include <memory>

namespace onnx {
class ModelProto;
}

namespace llmc::frontend {

class OnnxFile {
public:
  static llvm::Expected<OnnxFile> open(llvm::StringRef path);
  /// See ModelFiles::inMemory. `name` stands for the file in messages.
  static llvm::Expected<OnnxFile> openInMemory(llvm::StringRef name, llvm::ArrayRef<uint8_t> bytes,
                                               llvm::StringRef folder);

  OnnxFile(OnnxFile &&);
  ~OnnxFile();

  /// The model without the data of big tensors, see ModelSkeleton. readTensor() finds them in
  /// files().
  onnx::ModelProto &proto() { return *model; }
  const onnx::ModelProto &proto() const { return *model; }
  ModelFiles &files() { return modelFiles; }
  const ModelFiles &files() const { return modelFiles; }
  const OnnxReporter &reporter() const { return errors; }

private:
  OnnxFile(OnnxReporter reporter, ModelFiles files);
  static llvm::Expected<OnnxFile> read(OnnxReporter reporter, llvm::Expected<ModelFiles> files);
  llvm::Error parse();

  OnnxReporter errors;
  ModelFiles modelFiles;
  std::unique_ptr<onnx::ModelProto> model;
};

} // namespace llmc::frontend

#endif
