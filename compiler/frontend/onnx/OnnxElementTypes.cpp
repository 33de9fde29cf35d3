// Looks up rows of OnnxElementTypes.def.
#include "compiler/frontend/onnx/OnnxElementTypes.h"

#include "llmc/element_types.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace llmc::frontend {

static constexpr OnnxElementTypeInfo kTypes[] = {
#define ONNX_COMPILED_TYPE(NAME, ROW, TEXT, FIELD)                                                                     \
  {OnnxElementType::NAME, llvm::StringLiteral(TEXT), findElementType(LLMC_DTYPE_##ROW)->bits, TypedField::FIELD},
#define ONNX_OTHER_TYPE(NAME, NUMBER, TEXT, BITS, FIELD)                                                               \
  {OnnxElementType::NAME, llvm::StringLiteral(TEXT), BITS, TypedField::FIELD},
#include "compiler/frontend/onnx/OnnxElementTypes.def"
};

llvm::ArrayRef<OnnxElementTypeInfo> onnxElementTypes() { return kTypes; }

std::optional<OnnxElementType> onnxElementTypeFromNumber(int32_t number) {
  for (const OnnxElementTypeInfo &row : kTypes)
    if (static_cast<int32_t>(row.type) == number)
      return row.type;
  return std::nullopt;
}

const OnnxElementTypeInfo &infoOf(OnnxElementType type) {
  for (const OnnxElementTypeInfo &row : kTypes)
    if (row.type == type)
      return row;
  llvm_unreachable("an OnnxElementType that its own table lacks");
}

std::optional<uint64_t> storageBytes(OnnxElementType type, llvm::ArrayRef<int64_t> dims) {
  if (llvm::any_of(dims, [](int64_t dim) { return dim < 0; }))
    return std::nullopt;
  if (llvm::is_contained(dims, 0))
    return 0;
  constexpr uint64_t maxBits = uint64_t(1) << 62;
  uint64_t bits = infoOf(type).bits;
  for (uint64_t dim : dims) {
    if (dim > maxBits / bits)
      return std::nullopt;
    bits *= dim;
  }
  return (bits + 7) / 8;
}

} // namespace llmc::frontend
