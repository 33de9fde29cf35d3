// int32_data serves many types: it holds their bits, one value each, or one byte of packed values
// below 8 bits.
#include "compiler/frontend/onnx/TypedFields.h"

#include <onnx-ml.pb.h>

namespace llmc::frontend {

using Code = OnnxErrorCode;

llvm::StringRef nameOf(TypedField field) {
  switch (field) {
  case TypedField::None:
    return "a typed field";
  case TypedField::FloatData:
    return "float_data";
  case TypedField::Int32Data:
    return "int32_data";
  case TypedField::Int64Data:
    return "int64_data";
  case TypedField::DoubleData:
    return "double_data";
  case TypedField::UInt64Data:
    return "uint64_data";
  }
  llvm_unreachable("all fields are named");
}

llvm::Expected<TypedField> usedTypedField(const onnx::TensorProto &proto, llvm::StringRef where,
                                          const OnnxReporter &reporter) {
  const std::pair<TypedField, int> sizes[] = {{TypedField::FloatData, proto.float_data_size()},
                                              {TypedField::Int32Data, proto.int32_data_size()},
                                              {TypedField::Int64Data, proto.int64_data_size()},
                                              {TypedField::DoubleData, proto.double_data_size()},
                                              {TypedField::UInt64Data, proto.uint64_data_size()}};
  TypedField used = TypedField::None;
  for (auto [field, size] : sizes) {
    if (size == 0)
      continue;
    if (used != TypedField::None)
      return reporter.error<Code::TensorDataConflict>(where);
    used = field;
  }
  return used;
}

/// Copies the low `bytes` bytes of each value.
template <typename Values>
static llvm::ArrayRef<uint8_t> pack(const Values &values, unsigned bytes, llvm::BumpPtrAllocator &arena) {
  size_t total = size_t(values.size()) * bytes;
  auto *packed = static_cast<uint8_t *>(arena.Allocate(std::max<size_t>(total, 1), 8));
  uint8_t *end = packed;
  for (auto value : values) {
    std::memcpy(end, &value,
                bytes); // low bytes first: llmc's hosts are little-endian, and so is ONNX
    end += bytes;
  }
  return {packed, total};
}

static bool isSigned(OnnxElementType type) { return type == OnnxElementType::Int8 || type == OnnxElementType::Int16; }

/// int32_data of any type up to 32 bits. Types below a byte come packed already, one byte a value.
static llvm::Error checkInt32Values(const onnx::TensorProto &proto, OnnxElementType type, unsigned bits,
                                    llvm::StringRef where, const OnnxReporter &reporter) {
  if (bits == 32)
    return llvm::Error::success();
  int64_t least = isSigned(type) ? -(int64_t(1) << (bits - 1)) : 0;
  int64_t most = (int64_t(1) << (isSigned(type) ? bits - 1 : bits)) - 1;
  if (type == OnnxElementType::Bool)
    most = 1;
  for (int32_t value : proto.int32_data())
    if (value < least || value > most)
      return reporter.error<Code::TensorValueRange>(where, value, infoOf(type).name);
  return llvm::Error::success();
}

static llvm::Error checkUInt32Values(const onnx::TensorProto &proto, llvm::StringRef where,
                                     const OnnxReporter &reporter) {
  for (uint64_t value : proto.uint64_data())
    if (value > UINT32_MAX)
      return reporter.error<Code::TensorValueRange>(where, value, "uint32");
  return llvm::Error::success();
}

llvm::Expected<llvm::ArrayRef<uint8_t>> convertTypedField(const onnx::TensorProto &proto, OnnxElementType type,
                                                          llvm::StringRef where, const TensorSources &sources) {
  llvm::BumpPtrAllocator &arena = sources.convertedBytes;
  switch (infoOf(type).typedField) {
  case TypedField::None:
    return llvm::ArrayRef<uint8_t>();
  case TypedField::FloatData:
    return pack(proto.float_data(), 4, arena);
  case TypedField::DoubleData:
    return pack(proto.double_data(), 8, arena);
  case TypedField::Int64Data:
    return pack(proto.int64_data(), 8, arena);
  case TypedField::UInt64Data:
    if (type == OnnxElementType::UInt64)
      return pack(proto.uint64_data(), 8, arena);
    if (llvm::Error error = checkUInt32Values(proto, where, sources.reporter))
      return std::move(error);
    return pack(proto.uint64_data(), 4, arena);
  case TypedField::Int32Data: {
    unsigned bits = std::max(infoOf(type).bits, 8u);
    if (llvm::Error error = checkInt32Values(proto, type, bits, where, sources.reporter))
      return std::move(error);
    return pack(proto.int32_data(), bits / 8, arena);
  }
  }
  llvm_unreachable("all fields are converted");
}

} // namespace llmc::frontend
