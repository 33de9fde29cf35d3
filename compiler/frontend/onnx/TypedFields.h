// Converts tensors that are stored in a TensorProto's typed fields (float_data, int32_data, ...)
// into plain bytes.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_TYPEDFIELDS_H
#define LLMC_COMPILER_FRONTEND_ONNX_TYPEDFIELDS_H

#include "compiler/frontend/onnx/TensorData.h"

namespace llmc::frontend {

/// The typed field of `proto` that holds values. Fails with TensorDataConflict if there are
/// several.
llvm::Expected<TypedField> usedTypedField(const onnx::TensorProto &proto, llvm::StringRef where,
                                          const OnnxReporter &reporter);

/// The values of `type`'s own typed field as bytes, allocated in `arena`. Each value has to fit
/// into the type; their number is the caller's to check.
llvm::Expected<llvm::ArrayRef<uint8_t>> convertTypedField(const onnx::TensorProto &proto, OnnxElementType type,
                                                          llvm::StringRef where, const TensorSources &sources);

llvm::StringRef nameOf(TypedField field);

} // namespace llmc::frontend

#endif
