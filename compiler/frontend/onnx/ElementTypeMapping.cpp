// The dialect holds what the table of the runtime's element types has; numbers there are ONNX's.
#include "compiler/frontend/onnx/ElementTypeMapping.h"
#include "compiler/ir/ElementTypes.h"
#include "llmc/element_types.h"
#include "mlir/IR/BuiltinTypes.h"

namespace llmc::frontend {

static const ElementType *rowOf(OnnxElementType type) { return findElementType(static_cast<uint32_t>(type)); }

bool isCompiled(OnnxElementType type) { return rowOf(type); }

bool isNarrow(OnnxElementType type) {
  switch (type) {
  case OnnxElementType::Int2:
  case OnnxElementType::UInt2:
  case OnnxElementType::Int4:
  case OnnxElementType::UInt4:
  case OnnxElementType::Float8E4M3FN:
  case OnnxElementType::Float8E4M3FNUZ:
  case OnnxElementType::Float8E5M2:
  case OnnxElementType::Float8E5M2FNUZ:
    return true;
  default:
    return false;
  }
}

bool isUnsigned(OnnxElementType type) {
  if (type == OnnxElementType::UInt2 || type == OnnxElementType::UInt4)
    return true;
  const ElementType *row = rowOf(type);
  return row && (row->kind == ElementType::Unsigned || row->kind == ElementType::Bool);
}

mlir::Type mlirTypeOf(OnnxElementType type, mlir::MLIRContext *context) {
  if (isNarrow(type))
    return infoOf(type).bits < 8 ? mlir::Type(mlir::IntegerType::get(context, 8)) : mlir::Float32Type::get(context);
  return ir::elementTypeOf(static_cast<uint32_t>(type), context);
}

} // namespace llmc::frontend
