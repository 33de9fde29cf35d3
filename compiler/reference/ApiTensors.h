// Between the reference's tensors and those of the C API. Both keep row-major little-endian bytes, a bool in one byte,
// so that nothing needs converting.
#ifndef LLMC_COMPILER_REFERENCE_APITENSORS_H
#define LLMC_COMPILER_REFERENCE_APITENSORS_H

#include "compiler/reference/Tensor.h"
#include "llmc/dtype.h"
#include "llmc/llmc.h"

namespace llmc::reference {

/// Refers to the tensor, which nobody changes through it.
llmc_tensor viewOf(const Tensor &tensor);
llvm::Expected<Tensor> copyOf(const llmc_tensor &tensor, mlir::Type element);

/// Calls `body` with the elements of a tensor of floats, as they are stored. False for one of something else.
template <typename Body> bool withFloats(const llmc_tensor &tensor, Body body) {
  auto call = [&](auto *data) {
    body(data);
    return true;
  };
  switch (tensor.dtype) {
  case LLMC_DTYPE_F16:
    return call(static_cast<Float16 *>(tensor.data));
  case LLMC_DTYPE_BF16:
    return call(static_cast<BFloat16 *>(tensor.data));
  case LLMC_DTYPE_F32:
    return call(static_cast<float *>(tensor.data));
  case LLMC_DTYPE_F64:
    return call(static_cast<double *>(tensor.data));
  default:
    return false;
  }
}

} // namespace llmc::reference

#endif
