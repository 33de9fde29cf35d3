// Replaces calls of a model's local functions by their bodies. PyTorch's dynamo exporter writes
// such functions.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_FUNCTIONINLINER_H
#define LLMC_COMPILER_FRONTEND_ONNX_FUNCTIONINLINER_H

#include "compiler/frontend/onnx/OnnxDiagnostics.h"
#include "llvm/Support/Error.h"

namespace onnx {
class ModelProto;
}

namespace llmc::frontend {

/// A model whose functions would grow past this when inlined is refused; an estimate of memory, not
/// of file size.
inline constexpr uint64_t kLargestInlinedBytes = uint64_t(1) << 30;

/// Functions calling functions deeper than this are refused.
inline constexpr size_t kDeepestCall = 64;

/// Inlines all calls, in nested graphs too, and removes the functions. Values of a body are renamed
/// to `call/value`, nodes to `call/node`, so messages still tell where they come from. A failure
/// leaves `model` half done.
llvm::Error inlineFunctions(onnx::ModelProto &model, const OnnxReporter &reporter);

} // namespace llmc::frontend

#endif
