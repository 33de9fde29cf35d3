#include "compiler/execution/TensorRows.h"
#include "compiler/reference/ApiTensors.h"
#include "llmc/element_types.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>

namespace llmc::execution {

using reference::withFloats;

size_t elementCount(const llmc_tensor &tensor) {
  size_t count = 1;
  for (int64_t dim : llvm::ArrayRef(tensor.dims, tensor.rank))
    count *= static_cast<size_t>(dim);
  return count;
}

size_t bytesIn(const llmc_tensor &tensor) { return elementCount(tensor) * findElementType(tensor.dtype)->bits / 8; }

bool isOfFloats(const llmc_tensor &tensor) {
  return withFloats(tensor, [](const auto *) {});
}

bool areFinite(const llmc_tensor &tensor) {
  bool finite = true;
  withFloats(tensor, [&](const auto *data) {
    finite = llvm::all_of(llvm::ArrayRef(data, elementCount(tensor)),
                          [](auto value) { return std::isfinite(static_cast<double>(value)); });
  });
  return finite;
}

void readFloats(const llmc_tensor &tensor, size_t first, llvm::MutableArrayRef<double> row) {
  withFloats(tensor, [&](const auto *data) {
    for (auto [i, value] : llvm::enumerate(row))
      value = static_cast<double>(data[first + i]);
  });
}

int64_t wholeAt(const llmc_tensor &tensor, size_t index) {
  return tensor.dtype == LLMC_DTYPE_I32 ? static_cast<const int32_t *>(tensor.data)[index]
                                        : static_cast<const int64_t *>(tensor.data)[index];
}

} // namespace llmc::execution
