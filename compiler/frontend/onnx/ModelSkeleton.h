// Takes the big tensors out of a serialized model before protobuf sees it, so that weights never
// reach the heap. What is left, the skeleton, is a valid ModelProto in which such tensors are
// references into the file: external data with one key of our own. So weights inside the model and
// beside it are the same thing from here on.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_MODELSKELETON_H
#define LLMC_COMPILER_FRONTEND_ONNX_MODELSKELETON_H

#include "compiler/frontend/onnx/OnnxDiagnostics.h"
#include "compiler/support/InputFile.h"

#include <cstdint>
#include <optional>

namespace llmc::frontend {

/// Data of tensors up to this size stay in the message.
inline constexpr size_t kLargestTensorInSkeleton = 256;

/// A skeleton above this is refused: each of its bytes can cost a hundred once parsed.
inline constexpr size_t kLargestSkeleton = size_t(256) << 20;

/// Graphs within attributes within graphs, each counting three. Protobuf itself is asked for no
/// more.
inline constexpr int kDeepestMessage = 100;

/// Key of the external_data entry that stands for data taken out. A file that uses it itself gains
/// nothing by that: the reference is checked against the file's size like any other.
inline constexpr llvm::StringLiteral kEmbeddedKey = "llmc.embedded";

/// Where a tensor's data lie in the model file.
struct EmbeddedData {
  uint32_t field; ///< of TensorProto: raw_data, float_data or double_data
  uint64_t offset;
  uint64_t size;
};

/// Reads the value of a kEmbeddedKey entry.
std::optional<EmbeddedData> parseEmbeddedData(llvm::StringRef value);

/// The skeleton of a serialized ModelProto.
llvm::Expected<std::string> extractSkeleton(const InputFile &model, const OnnxReporter &reporter);

} // namespace llmc::frontend

#endif
