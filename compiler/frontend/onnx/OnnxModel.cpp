// The questions that a model answers; ModelLoader fills it.
#include "compiler/frontend/onnx/OnnxModel.h"
#include "compiler/frontend/onnx/ModelLoader.h"
#include "compiler/frontend/onnx/OpsetVersions.h"

#include "llvm/ADT/STLExtras.h"
#include <onnx-ml.pb.h>

namespace llmc::frontend {

const ValueType *OnnxGraph::findType(llvm::StringRef name) const {
  auto found = typeByName.find(name);
  return found == typeByName.end() ? nullptr : &found->second;
}

llvm::Expected<std::unique_ptr<OnnxModel>> OnnxModel::load(llvm::StringRef path) { return read(OnnxFile::open(path)); }

llvm::Expected<std::unique_ptr<OnnxModel>>
OnnxModel::loadFromMemory(llvm::StringRef name, llvm::ArrayRef<uint8_t> bytes, llvm::StringRef folder) {
  return read(OnnxFile::openInMemory(name, bytes, folder));
}

llvm::Expected<std::unique_ptr<OnnxModel>> OnnxModel::read(llvm::Expected<OnnxFile> file) {
  if (!file)
    return file.takeError();
  std::unique_ptr<OnnxModel> model(new OnnxModel(std::move(*file)));
  if (llvm::Error error = ModelLoader(*model).run())
    return model->files().blame(std::move(error));
  return std::move(model);
}

int64_t OnnxModel::irVersion() const { return file.proto().ir_version(); }
llvm::StringRef OnnxModel::producerName() const { return file.proto().producer_name(); }
llvm::StringRef OnnxModel::producerVersion() const { return file.proto().producer_version(); }

std::optional<int64_t> OnnxModel::opset(llvm::StringRef domain) const {
  for (const onnx::OperatorSetIdProto &opset : file.proto().opset_import())
    if (normalizedDomain(opset.domain()) == normalizedDomain(domain))
      return opset.version();
  return std::nullopt;
}

std::vector<std::pair<llvm::StringRef, int64_t>> OnnxModel::opsets() const {
  std::vector<std::pair<llvm::StringRef, int64_t>> result;
  for (const onnx::OperatorSetIdProto &opset : file.proto().opset_import())
    result.emplace_back(normalizedDomain(opset.domain()), opset.version());
  return result;
}

std::vector<std::pair<llvm::StringRef, llvm::StringRef>> OnnxModel::metadata() const {
  std::vector<std::pair<llvm::StringRef, llvm::StringRef>> result;
  for (const onnx::StringStringEntryProto &entry : file.proto().metadata_props())
    result.emplace_back(entry.key(), entry.value());
  return result;
}

std::vector<llvm::StringRef> OnnxModel::dimSymbols() const {
  std::vector<llvm::StringRef> symbols;
  for (const GraphValue &input : graph().inputs())
    for (const Dim &dim : input.type->dims.value_or(llvm::SmallVector<Dim, 4>()))
      if (!dim.symbol.empty() && !llvm::is_contained(symbols, dim.symbol))
        symbols.push_back(dim.symbol);
  return symbols;
}

const TensorData &OnnxModel::tensorOf(const onnx::TensorProto &proto) const { return *tensorByProto.lookup(&proto); }

const OnnxGraph &OnnxModel::graphOf(const onnx::GraphProto &proto) const { return *graphByProto.lookup(&proto); }

} // namespace llmc::frontend
