// Copies the message field by field. Only fields on the way to a tensor are entered; tables below
// name them.
#include "compiler/frontend/onnx/ModelSkeleton.h"
#include "compiler/frontend/onnx/WireFormat.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include <onnx-ml.pb.h>

namespace llmc::frontend {

using Code = OnnxErrorCode;

namespace {

enum class Message { Model, Training, Function, Graph, Node, Attribute, SparseTensor, Tensor };

struct Edge {
  Message parent;
  int field;
  Message child;
};

class SkeletonWriter {
public:
  SkeletonWriter(WireWindow &window, const OnnxReporter &reporter) : window(window), reporter(reporter) {}

  /// Appends the skeleton of the `kind` message in `bytes`, a part of the model.
  llvm::Error copy(Message kind, WireRange bytes, int depth, std::string &skeleton);

private:
  bool isBigData(Message kind, const WireField &field) const;
  llvm::Error damage(const WireReader &reader, WireReader::Status status, WireRange bytes) const;
  std::string reference(const WireField &field) const;

  WireWindow &window;
  const OnnxReporter &reporter;
  size_t copiedBytes = 0;
};

} // namespace

static constexpr Edge kEdges[] = {
    {Message::Model, onnx::ModelProto::kGraphFieldNumber, Message::Graph},
    {Message::Model, onnx::ModelProto::kFunctionsFieldNumber, Message::Function},
    {Message::Model, onnx::ModelProto::kTrainingInfoFieldNumber, Message::Training},
    {Message::Training, onnx::TrainingInfoProto::kInitializationFieldNumber, Message::Graph},
    {Message::Training, onnx::TrainingInfoProto::kAlgorithmFieldNumber, Message::Graph},
    {Message::Function, onnx::FunctionProto::kNodeFieldNumber, Message::Node},
    {Message::Function, onnx::FunctionProto::kAttributeProtoFieldNumber, Message::Attribute},
    {Message::Graph, onnx::GraphProto::kNodeFieldNumber, Message::Node},
    {Message::Graph, onnx::GraphProto::kInitializerFieldNumber, Message::Tensor},
    {Message::Graph, onnx::GraphProto::kSparseInitializerFieldNumber, Message::SparseTensor},
    {Message::Node, onnx::NodeProto::kAttributeFieldNumber, Message::Attribute},
    {Message::Attribute, onnx::AttributeProto::kTFieldNumber, Message::Tensor},
    {Message::Attribute, onnx::AttributeProto::kTensorsFieldNumber, Message::Tensor},
    {Message::Attribute, onnx::AttributeProto::kGFieldNumber, Message::Graph},
    {Message::Attribute, onnx::AttributeProto::kGraphsFieldNumber, Message::Graph},
    {Message::Attribute, onnx::AttributeProto::kSparseTensorFieldNumber, Message::SparseTensor},
    {Message::Attribute, onnx::AttributeProto::kSparseTensorsFieldNumber, Message::SparseTensor},
    {Message::SparseTensor, onnx::SparseTensorProto::kValuesFieldNumber, Message::Tensor},
    {Message::SparseTensor, onnx::SparseTensorProto::kIndicesFieldNumber, Message::Tensor},
};

static const Edge *edgeFrom(Message parent, const WireField &field) {
  if (field.type != WireType::Bytes)
    return nullptr;
  for (const Edge &edge : kEdges)
    if (edge.parent == parent && edge.field == static_cast<int>(field.number))
      return &edge;
  return nullptr;
}

/// Packed floats and doubles lie in the file exactly as raw_data does, so they are taken out as
/// well.
bool SkeletonWriter::isBigData(Message kind, const WireField &field) const {
  if (kind != Message::Tensor || field.type != WireType::Bytes || field.payload.size() <= kLargestTensorInSkeleton)
    return false;
  return field.number == onnx::TensorProto::kRawDataFieldNumber ||
         field.number == onnx::TensorProto::kFloatDataFieldNumber ||
         field.number == onnx::TensorProto::kDoubleDataFieldNumber;
}

std::string SkeletonWriter::reference(const WireField &field) const {
  std::string entry;
  appendBytesField(entry, onnx::StringStringEntryProto::kKeyFieldNumber, kEmbeddedKey);
  appendBytesField(entry, onnx::StringStringEntryProto::kValueFieldNumber,
                   fmt::format("{}:{}:{}", field.number, field.payload.begin, field.payload.size()));
  return entry;
}

llvm::Error SkeletonWriter::damage(const WireReader &reader, WireReader::Status status, WireRange bytes) const {
  bool endsWithFile = bytes.end == window.fileSize();
  // The first field decides what to say of a file that is no model at all.
  if (status == WireReader::Status::Truncated && endsWithFile && copiedBytes > 0)
    return reporter.error<Code::TruncatedFile>("", reader.missingBytes());
  return reporter.error<Code::NotProtobuf>("", reader.position());
}

llvm::Error SkeletonWriter::copy(Message kind, WireRange bytes, int depth, std::string &skeleton) {
  if (depth > kDeepestMessage)
    return reporter.error<Code::NestedTooDeeply>("", kDeepestMessage / 3);
  WireReader reader(window, bytes);
  WireField field;
  WireReader::Status status;
  while ((status = reader.next(field)) == WireReader::Status::Field) {
    if (isBigData(kind, field)) {
      appendBytesField(skeleton, onnx::TensorProto::kExternalDataFieldNumber, reference(field));
    } else if (const Edge *edge = edgeFrom(kind, field)) {
      std::string child;
      if (llvm::Error error = copy(edge->child, field.payload, depth + 1, child))
        return error;
      appendBytesField(skeleton, field.number, child);
    } else {
      copiedBytes += field.whole.size();
      if (copiedBytes > kLargestSkeleton)
        return reporter.error<Code::StructureTooLarge>("", copiedBytes, kLargestSkeleton);
      window.appendTo(skeleton, field.whole);
    }
  }
  if (status != WireReader::Status::End)
    return damage(reader, status, bytes);
  return llvm::Error::success();
}

llvm::Expected<std::string> extractSkeleton(const InputFile &model, const OnnxReporter &reporter) {
  std::string skeleton;
  WireWindow window(model);
  llvm::Error damaged = SkeletonWriter(window, reporter).copy(Message::Model, {0, model.size()}, 1, skeleton);
  if (llvm::Error unread = window.takeError()) { // what was read then is not what the file holds
    llvm::consumeError(std::move(damaged));
    return std::move(unread);
  }
  if (damaged)
    return std::move(damaged);
  return skeleton;
}

std::optional<EmbeddedData> parseEmbeddedData(llvm::StringRef value) {
  llvm::SmallVector<llvm::StringRef, 3> parts;
  value.split(parts, ':');
  EmbeddedData data;
  if (parts.size() != 3 || parts[0].getAsInteger(10, data.field) || parts[1].getAsInteger(10, data.offset) ||
      parts[2].getAsInteger(10, data.size))
    return std::nullopt;
  return data;
}

} // namespace llmc::frontend
