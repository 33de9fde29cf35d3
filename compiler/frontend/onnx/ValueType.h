// The type of a value as an ONNX file states it: element type and dims, each a number, a name, or
// unknown.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_VALUETYPE_H
#define LLMC_COMPILER_FRONTEND_ONNX_VALUETYPE_H

#include "compiler/frontend/onnx/OnnxDiagnostics.h"
#include "compiler/frontend/onnx/OnnxElementTypes.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <optional>

namespace onnx {
class TypeProto;
}

namespace llmc::frontend {

/// Neither size nor symbol: unknown.
struct Dim {
  std::optional<int64_t> size;
  llvm::StringRef symbol; ///< ONNX's dim_param; equal names are equal sizes
};

struct ValueType {
  OnnxElementType elementType;
  std::optional<llvm::SmallVector<Dim, 4>> dims; ///< nothing: even the rank is unknown
};

/// The type of a value that goes in or out of a model. Refuses all but tensors with an element type
/// and sane dims.
llvm::Expected<ValueType> readInterfaceType(const onnx::TypeProto &proto, llvm::StringRef where,
                                            const OnnxReporter &reporter);

/// The type of a value inside; nothing if it is not that of a tensor, or not sane. Such types are
/// only hints.
std::optional<ValueType> readTypeHint(const onnx::TypeProto &proto);

} // namespace llmc::frontend

#endif
