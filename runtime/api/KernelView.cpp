// Sizes of results lie in the words one after the other, so a tensor's dims are a pointer to the first.
#include "api/KernelView.h"

#include "llmc/element_types.h"

llmc_kernel_view_info llmc_kernel_view::info() const {
  const llmc_image_kernel &row = image.kernels[kernel];
  return {0, kernel, row.result_count, row.name, row.nodes};
}

bool llmc_kernel_view::result(uint32_t index, llmc_tensor &tensor) const {
  const llmc_image_kernel &row = image.kernels[kernel];
  if (index >= row.result_count)
    return false;
  const llmc_image_result &result = row.results[index];
  tensor = {};
  tensor.dtype = result.dtype;
  tensor.rank = result.rank;
  tensor.dims = frame.words + result.dims;
  tensor.data = result.output >= 0 ? frame.outputs[result.output] : frame.arena + frame.words[result.offset];
  const llmc::ElementType *type = llmc::findElementType(tensor.dtype);
  return type && llmc::tensorBytes(type->bits, tensor.dims, tensor.rank, tensor.bytes);
}
