// Sizes and place of a result are the runtime's word, its element type is that of the IR: the reference knows no
// others.
#include "tools/llmc/compare/KernelObserver.h"
#include "compiler/ir/LlmcDialect.h"
#include "llvm/ADT/STLExtras.h"
#include <cstring>

using namespace mlir;

namespace llmc::tools {

KernelObserver::KernelObserver(const llmc_api &api, func::FuncOp function) : api(api) {
  function.walk([&](ir::KernelOp kernel) {
    std::vector<Type> &types = elementTypes.emplace_back();
    for (Type type : kernel.getResultTypes())
      types.push_back(cast<RankedTensorType>(type).getElementType());
  });
}

void KernelObserver::observe(void *user, uint32_t kernel, const llmc_kernel_view *view) {
  auto &self = *static_cast<KernelObserver *>(user);
  if (kernel != self.seen || kernel >= self.elementTypes.size() || !self.problem.empty())
    return; // takeError() tells
  ++self.seen;
  for (auto [index, type] : llvm::enumerate(self.elementTypes[kernel]))
    if (llvm::Error error = self.copy(view, index, type)) {
      self.problem = "a result of kernel " + std::to_string(kernel) + ": " + llvm::toString(std::move(error));
      return;
    }
}

llvm::Error KernelObserver::copy(const llmc_kernel_view *view, uint32_t index, Type elementType) {
  llmc_tensor result = {};
  result.size = sizeof(result);
  if (llmc_status status = api.kernel_view_result(view, index, &result))
    return llvm::createStringError(api.status_text(status));
  auto copy = reference::Tensor::allocate(elementType, ArrayRef<int64_t>(result.dims, result.rank));
  if (!copy)
    return copy.takeError();
  MutableArrayRef<char> bytes = copy->mutableBytes();
  if (bytes.size() != result.bytes)
    return llvm::createStringError("it has another element type than the IR says");
  if (!bytes.empty())
    std::memcpy(bytes.data(), result.data, bytes.size());
  copies.push_back(std::move(*copy));
  return llvm::Error::success();
}

llvm::Error KernelObserver::takeError() const {
  if (!problem.empty())
    return llvm::createStringError(problem);
  if (seen == elementTypes.size())
    return llvm::Error::success();
  return llvm::createStringError("the run showed " + std::to_string(seen) + " kernels in order, but the model has " +
                                 std::to_string(elementTypes.size()));
}

} // namespace llmc::tools
