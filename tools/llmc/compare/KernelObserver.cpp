// Finds results by the attributes that the memory plan left on the kernels: the same ones that the code was made from.
#include "tools/llmc/compare/KernelObserver.h"
#include "compiler/ir/ArenaPlan.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/reference/DimSymbols.h"
#include "llvm/ADT/STLExtras.h"
#include <cstring>

using namespace mlir;

namespace llmc::tools {

static llvm::Expected<reference::Tensor> roomFor(Value result, ir::DimAnalysis &dims,
                                                 const llvm::StringMap<int64_t> &symbols) {
  SmallVector<int64_t> shape;
  for (const ir::DimExpr &dim : dims.dims(result)) {
    auto size = dim.evaluate([&](StringRef name) -> std::optional<int64_t> {
      auto found = symbols.find(name);
      return found == symbols.end() ? std::nullopt : std::optional<int64_t>(found->second);
    });
    if (!size)
      return llvm::createStringError("the size " + dim.text() +
                                     " of a kernel's result does not follow from the inputs");
    shape.push_back(*size);
  }
  return reference::Tensor::allocate(cast<RankedTensorType>(result.getType()).getElementType(), shape);
}

llvm::Expected<std::unique_ptr<KernelObserver>>
KernelObserver::create(func::FuncOp function, ArrayRef<reference::Tensor> inputs, uint32_t symbolCount) {
  auto symbols = reference::bindDimSymbols(function, inputs);
  if (!symbols)
    return symbols.takeError();
  ir::DimAnalysis dims(function);
  std::unique_ptr<KernelObserver> observer(new KernelObserver);
  llvm::Error error = llvm::Error::success();
  function.walk([&](ir::KernelOp kernel) {
    for (OpResult result : kernel.getResults()) {
      ir::PlaceAttr place = kernel.getPlace(result.getResultNumber());
      auto room = roomFor(result, dims, *symbols);
      if (!room || !place) {
        error = room ? llvm::createStringError("a kernel has no place in the memory plan") : room.takeError();
        return WalkResult::interrupt();
      }
      bool isOutput = place.getKind() == ir::PlaceKind::Output;
      auto number = static_cast<uint32_t>((isOutput ? 0 : symbolCount) + place.getNumber());
      observer->places.push_back({observer->kernelCount, isOutput, number});
      observer->copies.push_back(std::move(*room));
    }
    ++observer->kernelCount;
    return WalkResult::advance();
  });
  if (error)
    return std::move(error);
  return observer;
}

void KernelObserver::observe(void *user, uint32_t kernel, const llmc_frame *frame) {
  auto &self = *static_cast<KernelObserver *>(user);
  if (kernel != self.seen || kernel >= self.kernelCount)
    return; // takeError() tells
  ++self.seen;
  for (auto [place, tensor] : llvm::zip(self.places, self.copies)) {
    if (place.kernel != kernel)
      continue;
    const void *data = place.isOutput ? frame->outputs[place.number] : frame->arena + frame->state[place.number];
    MutableArrayRef<char> copy = tensor.mutableBytes();
    if (!copy.empty())
      std::memcpy(copy.data(), data, copy.size());
  }
}

llvm::Error KernelObserver::takeError() const {
  if (seen == kernelCount)
    return llvm::Error::success();
  return llvm::createStringError("the run showed " + std::to_string(seen) + " kernels in order, but the model has " +
                                 std::to_string(kernelCount));
}

} // namespace llmc::tools
