// A tensor has one source of data: bytes in the message, a range of a file, or a typed field.
#include "compiler/frontend/onnx/TensorData.h"
#include "compiler/frontend/onnx/ModelSkeleton.h"
#include "compiler/frontend/onnx/TypedFields.h"

#include "llvm/ADT/StringExtras.h"
#include <onnx-ml.pb.h>

namespace llmc::frontend {

using Code = OnnxErrorCode;

namespace {

class TensorReader {
public:
  TensorReader(const onnx::TensorProto &proto, llvm::StringRef where, const TensorSources &sources)
      : proto(proto), where(where), sources(sources), reporter(sources.reporter) {}

  llvm::Expected<TensorData> read();

private:
  llvm::Error readTypeAndShape();
  llvm::Error findData();
  llvm::Error useEmbedded(llvm::StringRef reference);
  llvm::Error useExternal();
  llvm::Error useTypedField(TypedField field);
  llvm::Error useRange(FileRange range);
  llvm::Error checkSize(uint64_t bytes) const;

  const onnx::TensorProto &proto;
  llvm::StringRef where;
  const TensorSources &sources;
  const OnnxReporter &reporter;
  TensorData tensor;
  uint64_t neededBytes = 0;
};

} // namespace

static std::string shapeText(llvm::ArrayRef<int64_t> dims) {
  return fmt::format("[{}]", fmt::join(dims.take_front(16), ", "));
}

llvm::Error TensorReader::readTypeAndShape() {
  if (proto.data_type() == onnx::TensorProto::STRING)
    return reporter.error<Code::TensorOfStrings>(where);
  auto type = onnxElementTypeFromNumber(proto.data_type());
  if (!type)
    return reporter.error<Code::TensorElementType>(where, proto.data_type());
  tensor.name = proto.name();
  tensor.elementType = *type;
  tensor.dims.assign(proto.dims().begin(), proto.dims().end());
  for (auto [axis, dim] : llvm::enumerate(tensor.dims))
    if (dim < 0)
      return reporter.error<Code::TensorNegativeDim>(where, axis, dim);
  auto bytes = storageBytes(*type, tensor.dims);
  if (!bytes)
    return reporter.error<Code::TensorTooLarge>(where, shapeText(tensor.dims), infoOf(*type).name);
  neededBytes = *bytes;
  return llvm::Error::success();
}

llvm::Error TensorReader::checkSize(uint64_t bytes) const {
  if (bytes == neededBytes)
    return llvm::Error::success();
  return reporter.error<Code::TensorSizeMismatch>(where, bytes, shapeText(tensor.dims), infoOf(tensor.elementType).name,
                                                  neededBytes);
}

llvm::Error TensorReader::useRange(FileRange range) {
  const InputFile &file = *sources.files.file(range.file);
  if (range.offset > file.size() || range.size > file.size() - range.offset)
    return reporter.error<Code::ExternalOutOfRange>(where, range.offset, llvm::SaturatingAdd(range.offset, range.size),
                                                    quoted(sources.files.name(range.file)), file.size());
  if (llvm::Error error = checkSize(range.size))
    return error;
  tensor.range = range;
  if (range.size == 0 || range.size > kLargestTensorInMemory)
    return llvm::Error::success();
  auto *copy = static_cast<uint8_t *>(sources.convertedBytes.Allocate(range.size, 8));
  tensor.bytes = {copy, static_cast<size_t>(range.size)};
  return file.read(range.offset, {reinterpret_cast<char *>(copy), tensor.bytes.size()});
}

llvm::Error TensorReader::useEmbedded(llvm::StringRef reference) {
  std::optional<EmbeddedData> data = parseEmbeddedData(reference);
  if (!data)
    return reporter.error<Code::ExternalNumber>(where, kEmbeddedKey, quoted(reference));
  TypedField field = TypedField::None;
  if (data->field == onnx::TensorProto::kFloatDataFieldNumber)
    field = TypedField::FloatData;
  if (data->field == onnx::TensorProto::kDoubleDataFieldNumber)
    field = TypedField::DoubleData;
  const OnnxElementTypeInfo &info = infoOf(tensor.elementType);
  if (field != TypedField::None && field != info.typedField)
    return reporter.error<Code::TensorFieldMismatch>(where, info.name, nameOf(field));
  return useRange({0, data->offset, data->size});
}

llvm::Error TensorReader::useExternal() {
  llvm::StringRef location;
  uint64_t offset = 0, size = neededBytes;
  for (const onnx::StringStringEntryProto &entry : proto.external_data()) {
    llvm::StringRef key = entry.key(), value = entry.value();
    if (key == "location")
      location = value;
    else if ((key == "offset" && value.getAsInteger(10, offset)) || (key == "length" && value.getAsInteger(10, size)))
      return reporter.error<Code::ExternalNumber>(where, key, quoted(value));
  }
  llvm::Expected<unsigned> file = sources.files.find(location, where, reporter);
  return file ? useRange({*file, offset, size}) : file.takeError();
}

llvm::Error TensorReader::useTypedField(TypedField field) {
  const OnnxElementTypeInfo &info = infoOf(tensor.elementType);
  if (field != TypedField::None && field != info.typedField)
    return reporter.error<Code::TensorFieldMismatch>(where, info.name, nameOf(field));
  auto bytes = convertTypedField(proto, tensor.elementType, where, sources);
  if (!bytes)
    return bytes.takeError();
  tensor.bytes = *bytes;
  return checkSize(bytes->size());
}

llvm::Error TensorReader::findData() {
  llvm::StringRef embedded;
  unsigned references = 0;
  for (const onnx::StringStringEntryProto &entry : proto.external_data())
    if (entry.key() == kEmbeddedKey) {
      embedded = entry.value();
      ++references;
    }
  bool external = proto.data_location() == onnx::TensorProto::EXTERNAL;
  llvm::Expected<TypedField> field = usedTypedField(proto, where, reporter);
  if (!field)
    return field.takeError();
  if (references + external + !proto.raw_data().empty() + (*field != TypedField::None) > 1)
    return reporter.error<Code::TensorDataConflict>(where);

  if (references == 1)
    return useEmbedded(embedded);
  if (external)
    return useExternal();
  if (proto.raw_data().empty())
    return useTypedField(*field);
  tensor.bytes = llvm::arrayRefFromStringRef(proto.raw_data());
  return checkSize(tensor.bytes.size());
}

llvm::Expected<TensorData> TensorReader::read() {
  if (proto.has_segment())
    return reporter.error<Code::TensorSegmented>(where);
  if (llvm::Error error = readTypeAndShape())
    return std::move(error);
  if (llvm::Error error = findData())
    return std::move(error);
  return std::move(tensor);
}

llvm::Expected<TensorData> readTensor(const onnx::TensorProto &proto, llvm::StringRef where,
                                      const TensorSources &sources) {
  return TensorReader(proto, where, sources).read();
}

} // namespace llmc::frontend
