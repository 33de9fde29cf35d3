// The element types that a tensor of an ONNX file can have, and how their values are stored there.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_ONNXELEMENTTYPES_H
#define LLMC_COMPILER_FRONTEND_ONNX_ONNXELEMENTTYPES_H

#include "llmc/dtype.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace llmc::frontend {

/// Numbered as in ONNX's TensorProto.DataType.
enum class OnnxElementType : int32_t {
#define ONNX_COMPILED_TYPE(NAME, ROW, TEXT, FIELD) NAME = LLMC_DTYPE_##ROW,
#define ONNX_OTHER_TYPE(NAME, NUMBER, TEXT, BITS, FIELD) NAME = NUMBER,
#include "compiler/frontend/onnx/OnnxElementTypes.def"
};

/// The repeated field of a TensorProto that may hold a type's values in place of raw_data.
enum class TypedField { None, FloatData, Int32Data, Int64Data, DoubleData, UInt64Data };

struct OnnxElementTypeInfo {
  OnnxElementType type;
  llvm::StringLiteral name;
  unsigned bits; ///< in raw_data, where types below 8 bits are packed without gaps
  TypedField typedField;
};

/// All rows of the table, in the order of ONNX's numbers.
llvm::ArrayRef<OnnxElementTypeInfo> onnxElementTypes();

/// The type with ONNX's `number`; nothing for strings, "undefined" and numbers that ONNX does not
/// have.
std::optional<OnnxElementType> onnxElementTypeFromNumber(int32_t number);

const OnnxElementTypeInfo &infoOf(OnnxElementType type);

/// Bytes that a tensor of `dims` takes in raw_data; nothing if a dim is negative or the size passes
/// 2^59.
std::optional<uint64_t> storageBytes(OnnxElementType type, llvm::ArrayRef<int64_t> dims);

} // namespace llmc::frontend

#endif
