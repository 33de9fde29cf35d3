// A tensor in memory: what the command line reads, feeds to a model, compares and writes.
#ifndef LLMC_TOOLS_LLMC_TENSORS_HOSTTENSOR_H
#define LLMC_TOOLS_LLMC_TENSORS_HOSTTENSOR_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>
#include <vector>

namespace llmc::tools {

// A plain value. Row-major, little-endian; `bytes` has exactly the size that dtype and shape ask
// for when it comes from create() or from a file.
struct HostTensor {
  std::string name; // may be empty
  uint32_t dtype = 0;
  std::vector<int64_t> shape; // empty for a scalar
  std::vector<uint8_t> bytes;

  // Zeros. An unknown type, a negative dim or a size beyond 2^62 is an error.
  static llvm::Expected<HostTensor> create(uint32_t dtype, llvm::ArrayRef<int64_t> shape);

  size_t elementCount() const;

  // Takes the same bits for another type of the same size: for bf16, which .npy files hold as u16.
  llvm::Error retype(uint32_t dtype);

  // "f32[2, 3]"
  std::string typeText() const;
};

// Bytes of such a tensor, or an error as of HostTensor::create.
llvm::Expected<uint64_t> tensorBytes(uint32_t dtype, llvm::ArrayRef<int64_t> shape);

} // namespace llmc::tools
#endif
