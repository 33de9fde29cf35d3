// Finds results by the attributes that the memory plan left on the kernels: the same ones that the code was made from.
#include "tools/llmc/compare/KernelObserver.h"
#include "compiler/ir/ArenaPlan.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/reference/DimSymbols.h"
#include <cstring>

using namespace mlir;

namespace llmc::tools {

static llvm::Expected<reference::Tensor> roomFor(ir::KernelOp kernel, ir::DimAnalysis &dims,
                                                 const llvm::StringMap<int64_t> &symbols) {
  SmallVector<int64_t> shape;
  for (const ir::DimExpr &dim : dims.dims(kernel.getResult(0))) {
    auto size = dim.evaluate([&](StringRef name) -> std::optional<int64_t> {
      auto found = symbols.find(name);
      return found == symbols.end() ? std::nullopt : std::optional<int64_t>(found->second);
    });
    if (!size)
      return llvm::createStringError("the size " + dim.text() +
                                     " of a kernel's result does not follow from the inputs");
    shape.push_back(*size);
  }
  return reference::Tensor::allocate(cast<RankedTensorType>(kernel.getResult(0).getType()).getElementType(), shape);
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
    auto output = kernel->getAttrOfType<IntegerAttr>(ir::kOutputAttr);
    auto slot = kernel->getAttrOfType<IntegerAttr>(ir::kSlotAttr);
    auto room = roomFor(kernel, dims, *symbols);
    if (!room || (!output && !slot)) {
      error = room ? llvm::createStringError("a kernel has no place in the memory plan") : room.takeError();
      return WalkResult::interrupt();
    }
    auto number = static_cast<uint32_t>(output ? output.getInt() : symbolCount + slot.getInt());
    observer->places.push_back({static_cast<bool>(output), number});
    observer->copies.push_back(std::move(*room));
    return WalkResult::advance();
  });
  if (error)
    return std::move(error);
  return observer;
}

void KernelObserver::observe(void *user, uint32_t kernel, const llmc_frame *frame) {
  auto &self = *static_cast<KernelObserver *>(user);
  if (kernel != self.seen || kernel >= self.places.size())
    return; // takeError() tells
  ++self.seen;
  Place place = self.places[kernel];
  const void *data = place.isOutput ? frame->outputs[place.number] : frame->arena + frame->state[place.number];
  MutableArrayRef<char> copy = self.copies[kernel].mutableBytes();
  if (!copy.empty())
    std::memcpy(copy.data(), data, copy.size());
}

llvm::Error KernelObserver::takeError() const {
  if (seen == places.size())
    return llvm::Error::success();
  return llvm::createStringError("the run showed " + std::to_string(seen) + " kernels in order, but the model has " +
                                 std::to_string(places.size()));
}

} // namespace llmc::tools
