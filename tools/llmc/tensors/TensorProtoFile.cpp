// Fields by their numbers in onnx.proto; those that carry no data are skipped.
#include "tools/llmc/tensors/TensorProtoFile.h"

#include "tools/llmc/tensors/ByteReader.h"
#include "tools/llmc/tensors/ElementType.h"
#include <cstring>

using namespace llmc::tools;
using llvm::StringRef;

namespace {

// Field numbers of onnx.TensorProto.
enum Field : uint64_t {
  dimsField = 1,
  typeField = 2,
  segmentField = 3,
  floatField = 4,
  int32Field = 5,
  stringField = 6,
  int64Field = 7,
  nameField = 8,
  rawField = 9,
  doubleField = 10,
  uint64Field = 11,
  locationField = 14
};

enum Wire : uint64_t { varintWire = 0, fixed64Wire = 1, bytesWire = 2, fixed32Wire = 5 };

// A typed field as bits of 64, whatever its elements are.
struct Values {
  uint64_t field = 0; // 0: none was met
  std::vector<uint64_t> bits;
};

class Decoder {
public:
  Decoder(StringRef contents, StringRef origin) : reader(contents), origin(origin) {}
  llvm::Expected<HostTensor> decode();

private:
  llvm::Error decodeField();
  llvm::Error takeNumbers(uint64_t wire, Wire element, std::vector<uint64_t> &numbers);
  llvm::Error takeValues(uint64_t field, uint64_t wire);
  llvm::Error skip(uint64_t wire);
  llvm::Error fill(HostTensor &tensor, const ElementType &type);
  llvm::Error refuse(const llvm::Twine &what) const { return llvm::createStringError(origin + ": " + what); }
  llvm::Error damaged() const { return refuse("not an ONNX tensor, or damaged"); }

  ByteReader reader;
  StringRef origin;
  std::vector<uint64_t> dims, dataType, location;
  StringRef name, raw;
  bool hasRaw = false;
  Values values;
};

} // namespace

static Wire elementWire(uint64_t field) {
  return field == floatField ? fixed32Wire : field == doubleField ? fixed64Wire : varintWire;
}

// The field in which values of a type stand when they are not raw.
static uint64_t fieldOfType(uint32_t dtype) {
  switch (dtype) {
  case LLMC_DTYPE_F32:
    return floatField;
  case LLMC_DTYPE_F64:
    return doubleField;
  case LLMC_DTYPE_I64:
    return int64Field;
  case LLMC_DTYPE_U32:
  case LLMC_DTYPE_U64:
    return uint64Field;
  default:
    return int32Field; // f16 and bf16 too, as their bits
  }
}

static uint64_t takeNumber(ByteReader &reader, Wire wire) {
  return wire == varintWire    ? reader.varint()
         : wire == fixed32Wire ? reader.number<uint32_t>()
                               : reader.number<uint64_t>();
}

// One number, or a packed run of them.
llvm::Error Decoder::takeNumbers(uint64_t wire, Wire element, std::vector<uint64_t> &numbers) {
  if (wire == element) {
    numbers.push_back(takeNumber(reader, element));
    return llvm::Error::success();
  }
  if (wire != bytesWire)
    return damaged();
  ByteReader packed(reader.take(reader.varint()));
  while (!packed.atEnd())
    numbers.push_back(takeNumber(packed, element));
  return packed.failed() ? damaged() : llvm::Error::success();
}

llvm::Error Decoder::takeValues(uint64_t field, uint64_t wire) {
  if (values.field && values.field != field)
    return refuse("values stand in two fields at once");
  values.field = field;
  return takeNumbers(wire, elementWire(field), values.bits);
}

llvm::Error Decoder::skip(uint64_t wire) {
  if (wire == bytesWire)
    reader.take(reader.varint());
  else if (wire == varintWire || wire == fixed32Wire || wire == fixed64Wire)
    takeNumber(reader, static_cast<Wire>(wire));
  else
    return damaged();
  return llvm::Error::success();
}

llvm::Error Decoder::decodeField() {
  uint64_t tag = reader.varint(), field = tag >> 3, wire = tag & 7;
  switch (field) {
  case dimsField:
    return takeNumbers(wire, varintWire, dims);
  case typeField:
    return takeNumbers(wire, varintWire, dataType);
  case locationField:
    return takeNumbers(wire, varintWire, location);
  case floatField:
  case int32Field:
  case int64Field:
  case doubleField:
  case uint64Field:
    return takeValues(field, wire);
  case segmentField:
    return refuse("tensors in segments are not supported");
  case stringField:
    return refuse("tensors of strings are not supported");
  case nameField:
  case rawField:
    if (wire != bytesWire)
      return damaged();
    (field == nameField ? name : raw) = reader.take(reader.varint());
    hasRaw |= field == rawField;
    return llvm::Error::success();
  default:
    return field ? skip(wire) : damaged();
  }
}

llvm::Error Decoder::fill(HostTensor &tensor, const ElementType &type) {
  if (values.bits.empty()) {
    std::memcpy(tensor.bytes.data(), raw.data(), raw.size());
    return llvm::Error::success();
  }
  if (values.field != fieldOfType(type.dtype))
    return refuse(llvm::Twine("values of type ") + type.name + " stand in the wrong field");
  for (size_t i = 0; i < values.bits.size(); ++i)
    std::memcpy(&tensor.bytes[i * type.bytes()], &values.bits[i], type.bytes());
  return llvm::Error::success();
}

llvm::Expected<HostTensor> Decoder::decode() {
  while (!reader.atEnd()) {
    if (llvm::Error error = decodeField())
      return error;
    if (reader.failed())
      return damaged();
  }
  if (!location.empty() && location.back() != 0)
    return refuse("values in another file are not supported here");
  uint64_t dtype = dataType.empty() ? 0 : dataType.back();
  const ElementType *type = dtype <= UINT32_MAX ? findElementType(static_cast<uint32_t>(dtype)) : nullptr;
  if (!type)
    return refuse("element type " + llvm::Twine(dtype) + " is not supported");
  std::vector<int64_t> shape(dims.begin(), dims.end());
  // The size is checked before memory is asked for: a damaged shape must not exhaust it.
  llvm::Expected<uint64_t> bytes = tensorBytes(type->dtype, shape);
  if (!bytes)
    return refuse(llvm::toString(bytes.takeError()));
  if (hasRaw && !values.bits.empty())
    return refuse("values stand in two fields at once");
  uint64_t held = values.bits.empty() ? raw.size() : values.bits.size() * type->bytes();
  if (held != *bytes)
    return refuse("holds " + llvm::Twine(held) + " bytes of data, its shape needs " + llvm::Twine(*bytes));
  llvm::Expected<HostTensor> tensor = HostTensor::create(type->dtype, shape);
  if (!tensor)
    return tensor.takeError();
  tensor->name = name.str();
  if (*bytes)
    if (llvm::Error error = fill(*tensor, *type))
      return error;
  return tensor;
}

llvm::Expected<HostTensor> llmc::tools::parseTensorProto(StringRef contents, StringRef origin) {
  return Decoder(contents, origin).decode();
}

static void putVarint(std::string &out, uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

static void putTag(std::string &out, Field field, Wire wire) { putVarint(out, field << 3 | wire); }

static void putBytes(std::string &out, Field field, StringRef bytes) {
  putTag(out, field, bytesWire);
  putVarint(out, bytes.size());
  out += bytes;
}

std::string llmc::tools::printTensorProto(const HostTensor &tensor) {
  std::string contents;
  for (int64_t dim : tensor.shape) {
    putTag(contents, dimsField, varintWire);
    putVarint(contents, static_cast<uint64_t>(dim));
  }
  putTag(contents, typeField, varintWire);
  putVarint(contents, tensor.dtype);
  if (!tensor.name.empty())
    putBytes(contents, nameField, tensor.name);
  putBytes(contents, rawField, {reinterpret_cast<const char *>(tensor.bytes.data()), tensor.bytes.size()});
  return contents;
}
