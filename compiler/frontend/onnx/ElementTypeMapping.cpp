// The dialect holds what the table of the runtime's element types has; numbers there are ONNX's.
#include "compiler/frontend/onnx/ElementTypeMapping.h"
#include "compiler/ir/ElementTypes.h"
#include "llmc/element_types.h"

namespace llmc::frontend {

static const ElementType *rowOf(OnnxElementType type) { return findElementType(static_cast<uint32_t>(type)); }

bool isCompiled(OnnxElementType type) { return rowOf(type); }

bool isUnsigned(OnnxElementType type) {
  const ElementType *row = rowOf(type);
  return row && (row->kind == ElementType::Unsigned || row->kind == ElementType::Bool);
}

mlir::Type mlirTypeOf(OnnxElementType type, mlir::MLIRContext *context) {
  return ir::elementTypeOf(static_cast<uint32_t>(type), context);
}

} // namespace llmc::frontend
