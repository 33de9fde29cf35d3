// Opens, takes out the tensors, parses the rest.
#include "compiler/frontend/onnx/OnnxFile.h"
#include "compiler/frontend/onnx/ModelSkeleton.h"
#include "compiler/frontend/onnx/OpsetVersions.h"

#include <google/protobuf/io/coded_stream.h>
#include <onnx-ml.pb.h>

namespace llmc::frontend {

using Code = OnnxErrorCode;

OnnxFile::OnnxFile(OnnxReporter reporter, ModelFiles files)
    : errors(std::move(reporter)), modelFiles(std::move(files)), model(std::make_unique<onnx::ModelProto>()) {}

OnnxFile::OnnxFile(OnnxFile &&) = default;
OnnxFile::~OnnxFile() = default;

llvm::Error OnnxFile::parse() {
  llvm::Expected<std::string> skeleton = extractSkeleton(*modelFiles.file(0), errors);
  if (!skeleton)
    return skeleton.takeError();
  google::protobuf::io::CodedInputStream stream(reinterpret_cast<const uint8_t *>(skeleton->data()),
                                                static_cast<int>(skeleton->size()));
  stream.SetRecursionLimit(kDeepestMessage);
  // The fields on the way to tensors have been read before, so what fails here lies beside it:
  // names, types, attributes.
  if (!model->ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage())
    return errors.error<Code::DamagedField>("");
  return llvm::Error::success();
}

llvm::Expected<OnnxFile> OnnxFile::open(llvm::StringRef path) {
  OnnxReporter reporter(path.str());
  return read(reporter, ModelFiles::open(path, reporter));
}

llvm::Expected<OnnxFile> OnnxFile::openInMemory(llvm::StringRef name, llvm::ArrayRef<uint8_t> bytes,
                                                llvm::StringRef folder) {
  OnnxReporter reporter(name.str());
  return read(reporter, ModelFiles::inMemory(name, bytes, folder, reporter));
}

llvm::Expected<OnnxFile> OnnxFile::read(OnnxReporter reporter, llvm::Expected<ModelFiles> files) {
  if (!files)
    return files.takeError();
  OnnxFile file(std::move(reporter), std::move(*files));
  if (llvm::Error error = file.parse())
    return file.modelFiles.blame(std::move(error));
  if (!file.model->has_graph())
    return file.errors.error<Code::NoGraph>("");
  if (llvm::Error error = checkVersions(*file.model, file.errors))
    return std::move(error);
  return file;
}

} // namespace llmc::frontend
