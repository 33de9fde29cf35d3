#include "compiler/execution/GivenInput.h"
#include "compiler/support/UsageError.h"
#include "llmc/element_types.h"
#include "llvm/ADT/STLExtras.h"

namespace llmc::execution {

llvm::Expected<llmc_tensor> valueFor(const codegen::TensorFacts &declared, llvm::ArrayRef<GivenInput> inputs) {
  auto found = llvm::find_if(inputs, [&](const GivenInput &input) { return declared.name == input.name; });
  if (found == inputs.end())
    return usageError("no value for input \"" + declared.name + "\"; try: one for each input of the model");
  const llmc_tensor &tensor = found->tensor;
  std::string where = "input \"" + declared.name + "\"";
  if (tensor.dtype != declared.dtype)
    return usageError(where + " is given with dtype " + llvm::Twine(tensor.dtype) + ", the model takes " +
                      llvm::Twine(declared.dtype) + "; try: the numbers LLMC_DTYPE_...");
  if (tensor.device != 0)
    return usageError(where + " lies on device " + llvm::Twine(tensor.device) + "; try: data in the host's memory, 0");
  if ((tensor.rank && !tensor.dims) || (tensor.bytes && !tensor.data))
    return usageError(where + " has no dims or no data");
  uint64_t bytes = 0;
  if (!tensorBytes(findElementType(tensor.dtype)->bits, tensor.dims, tensor.rank, bytes))
    return usageError(where + " has sizes that are negative, or larger than memory");
  if (tensor.bytes < bytes)
    return usageError(where + " holds " + llvm::Twine(tensor.bytes) + " bytes, its shape takes " + llvm::Twine(bytes));
  return tensor;
}

} // namespace llmc::execution
