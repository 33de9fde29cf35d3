// A constant tensor of a model: its type, shape and bytes, and where in the model's files the bytes
// lie.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_TENSORDATA_H
#define LLMC_COMPILER_FRONTEND_ONNX_TENSORDATA_H

#include "compiler/frontend/onnx/ModelFiles.h"
#include "compiler/frontend/onnx/OnnxElementTypes.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Allocator.h"

#include <optional>

namespace onnx {
class TensorProto;
}

namespace llmc::frontend {

/// A part of one of a model's ModelFiles.
struct FileRange {
  unsigned file;
  uint64_t offset;
  uint64_t size;
};

struct TensorData {
  llvm::StringRef name;
  OnnxElementType elementType;
  llvm::SmallVector<int64_t, 4> dims;

  /// storageBytes(elementType, dims) bytes, little-endian, row-major, at any alignment. They belong to the model. Empty
  /// for more than kLargestTensorInMemory bytes of a file, which stay there.
  llvm::ArrayRef<uint8_t> bytes;

  /// Where the bytes lie on disk. Nothing for small tensors of the model file and those that were not stored as plain
  /// bytes.
  std::optional<FileRange> range;
};

/// Enough for every tensor whose values the importer looks at.
inline constexpr uint64_t kLargestTensorInMemory = 16 << 10;

/// Where readTensor() takes bytes from, and where it puts those that it has to convert.
struct TensorSources {
  ModelFiles &files;
  llvm::BumpPtrAllocator &convertedBytes;
  const OnnxReporter &reporter;
};

/// Finds and checks the data of a tensor of a skeleton. The result refers to `proto` and to both
/// sources; `where` names the tensor in errors.
llvm::Expected<TensorData> readTensor(const onnx::TensorProto &proto, llvm::StringRef where,
                                      const TensorSources &sources);

} // namespace llmc::frontend

#endif
