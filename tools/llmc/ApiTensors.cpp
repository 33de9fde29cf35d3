// Views share the bytes, copies own them.
#include "tools/llmc/ApiTensors.h"
#include <cstring>

namespace llmc::tools {

llmc_tensor viewOf(const HostTensor &tensor) {
  static uint64_t nothing; // an empty tensor has no bytes, but the API wants a place all the same
  void *data = tensor.bytes.empty() ? static_cast<void *>(&nothing) : const_cast<uint8_t *>(tensor.bytes.data());
  return {sizeof(llmc_tensor),
          tensor.dtype,
          static_cast<uint32_t>(tensor.shape.size()),
          tensor.shape.data(),
          data,
          tensor.bytes.size(),
          0};
}

HostTensor copyOf(const llmc_tensor &tensor) {
  HostTensor copy = llvm::cantFail(HostTensor::create(tensor.dtype, llvm::ArrayRef<int64_t>(tensor.dims, tensor.rank)));
  if (!copy.bytes.empty())
    std::memcpy(copy.bytes.data(), tensor.data, copy.bytes.size());
  return copy;
}

} // namespace llmc::tools
