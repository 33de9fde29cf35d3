#include "compiler/reference/ApiTensors.h"
#include "compiler/ir/ElementTypes.h"

using namespace mlir;

namespace llmc::reference {

llmc_tensor viewOf(const Tensor &tensor) {
  return {sizeof(llmc_tensor),
          *ir::dtypeOf(tensor.elementType()),
          static_cast<uint32_t>(tensor.rank()),
          tensor.shape().data(),
          const_cast<char *>(tensor.bytes().data()),
          tensor.bytes().size(),
          0};
}

llvm::Expected<Tensor> copyOf(const llmc_tensor &tensor, Type element) {
  auto copy = Tensor::allocate(element, ArrayRef(tensor.dims, tensor.rank));
  if (copy && !copy->bytes().empty())
    std::memcpy(copy->mutableBytes().data(), tensor.data, copy->bytes().size());
  return copy;
}

} // namespace llmc::reference
