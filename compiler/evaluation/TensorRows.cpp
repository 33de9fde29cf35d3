#include "compiler/evaluation/TensorRows.h"
#include "compiler/reference/ElementTypes.h"
#include "llmc/element_types.h"
#include "llvm/ADT/STLExtras.h"

namespace llmc::evaluation {

size_t elementCount(const llmc_tensor &tensor) {
  size_t count = 1;
  for (int64_t dim : llvm::ArrayRef(tensor.dims, tensor.rank))
    count *= static_cast<size_t>(dim);
  return count;
}

size_t bytesIn(const llmc_tensor &tensor) { return elementCount(tensor) * findElementType(tensor.dtype)->bits / 8; }

bool isOfFloats(const llmc_tensor &tensor) {
  return llvm::is_contained({LLMC_DTYPE_F16, LLMC_DTYPE_BF16, LLMC_DTYPE_F32, LLMC_DTYPE_F64}, tensor.dtype);
}

template <typename T> static void readAs(const llmc_tensor &tensor, size_t first, llvm::MutableArrayRef<double> row) {
  auto *data = static_cast<const T *>(tensor.data) + first;
  for (auto [i, value] : llvm::enumerate(row))
    value = static_cast<double>(data[i]);
}

void readFloats(const llmc_tensor &tensor, size_t first, llvm::MutableArrayRef<double> row) {
  switch (tensor.dtype) {
  case LLMC_DTYPE_F16:
    return readAs<reference::Float16>(tensor, first, row);
  case LLMC_DTYPE_BF16:
    return readAs<reference::BFloat16>(tensor, first, row);
  case LLMC_DTYPE_F64:
    return readAs<double>(tensor, first, row);
  default:
    return readAs<float>(tensor, first, row);
  }
}

int64_t wholeAt(const llmc_tensor &tensor, size_t index) {
  return tensor.dtype == LLMC_DTYPE_I32 ? static_cast<const int32_t *>(tensor.data)[index]
                                        : static_cast<const int64_t *>(tensor.data)[index];
}

} // namespace llmc::evaluation
