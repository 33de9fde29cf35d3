// What the dialect holds: floats of 16 bits and more, integers of 8 bits and more, bool.
#include "compiler/frontend/onnx/ElementTypeMapping.h"
#include "mlir/IR/BuiltinTypes.h"

namespace llmc::frontend {

namespace {
enum class Kind { Float, Signed, Unsigned, None };
}

static Kind kindOf(OnnxElementType type) {
  switch (type) {
  case OnnxElementType::Float16:
  case OnnxElementType::BFloat16:
  case OnnxElementType::Float32:
  case OnnxElementType::Float64:
    return Kind::Float;
  case OnnxElementType::Int8:
  case OnnxElementType::Int16:
  case OnnxElementType::Int32:
  case OnnxElementType::Int64:
    return Kind::Signed;
  case OnnxElementType::Bool:
  case OnnxElementType::UInt8:
  case OnnxElementType::UInt16:
  case OnnxElementType::UInt32:
  case OnnxElementType::UInt64:
    return Kind::Unsigned;
  default:
    return Kind::None;
  }
}

bool isCompiled(OnnxElementType type) { return kindOf(type) != Kind::None; }
bool isUnsigned(OnnxElementType type) { return kindOf(type) == Kind::Unsigned; }

mlir::Type mlirTypeOf(OnnxElementType type, mlir::MLIRContext *context) {
  switch (kindOf(type)) {
  case Kind::Signed:
  case Kind::Unsigned: // a bool takes 8 bits in a file, but holds one
    return mlir::IntegerType::get(context, type == OnnxElementType::Bool ? 1 : infoOf(type).bits);
  case Kind::Float:
    break;
  case Kind::None:
    return {};
  }
  switch (type) {
  case OnnxElementType::Float16:
    return mlir::Float16Type::get(context);
  case OnnxElementType::BFloat16:
    return mlir::BFloat16Type::get(context);
  case OnnxElementType::Float64:
    return mlir::Float64Type::get(context);
  default:
    return mlir::Float32Type::get(context);
  }
}

} // namespace llmc::frontend
