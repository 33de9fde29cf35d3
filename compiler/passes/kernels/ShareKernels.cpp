// Numbers that tell kernels apart become operands of theirs.
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/Fingerprint.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/passes/kernels/Passes.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVectorExtras.h"

#include <map>

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_SHAREKERNELS
#include "compiler/passes/kernels/Passes.h.inc"

namespace {

using Numbers = SmallVector<ir::ConstantOp>;

bool isNumber(ir::ConstantOp constant) {
  auto onlyMaps = [](Operation *user) { return isa<ir::MapOp>(user); };
  return cast<RankedTensorType>(constant.getType()).getNumElements() == 1 &&
         isa<DenseElementsAttr>(constant.getValue()) && llvm::all_of(constant->getUsers(), onlyMaps);
}

/// The numbers that maps of a kernel read, in the order in which they do, which is equal for equal kernels. They move
/// to the kernel's beginning in that order.
Numbers sortNumbers(ir::KernelOp kernel) {
  llvm::SetVector<ir::ConstantOp> numbers;
  Block &block = kernel.getBody().front();
  for (auto map : block.getOps<ir::MapOp>())
    for (Value input : map.getInputs())
      if (auto constant = input.getDefiningOp<ir::ConstantOp>(); constant && isNumber(constant))
        numbers.insert(constant);
  for (ir::ConstantOp number : llvm::reverse(numbers))
    number->moveBefore(&block, block.begin());
  return numbers.takeVector();
}

/// What kernels have in common that differ in their numbers only.
std::string shapeOf(ir::KernelOp kernel, ir::DimAnalysis &dims) {
  OwningOpRef<ir::KernelOp> blank = kernel.clone();
  for (ir::ConstantOp number : sortNumbers(*blank)) {
    auto type = cast<ShapedType>(number.getType());
    Builder builder(type.getContext());
    number.setValueAttr(DenseElementsAttr::get(type, Attribute(builder.getZeroAttr(type.getElementType()))));
  }
  return ir::fingerprintOf(*blank, dims);
}

void makeOperand(ir::KernelOp kernel, ir::ConstantOp number) {
  OpBuilder builder(kernel);
  Value outside = builder.clone(*number)->getResult(0);
  kernel.getInputsMutable().append(outside);
  number.getResult().replaceAllUsesWith(kernel.getBody().addArgument(number.getType(), number.getLoc()));
  number.erase();
}

struct ShareKernelsPass : impl::ShareKernelsBase<ShareKernelsPass> {
  using ShareKernelsBase::ShareKernelsBase;

  void runOnOperation() override {
    ir::DimAnalysis dims(getOperation());
    if (!dims.isValid())
      return signalPassFailure();
    std::map<std::string, SmallVector<ir::KernelOp>> alike;
    for (auto kernel : getOperation().getOps<ir::KernelOp>())
      alike[shapeOf(kernel, dims)].push_back(kernel);
    for (auto &[shape, kernels] : alike)
      if (kernels.size() > 1)
        share(kernels);
  }

private:
  void share(ArrayRef<ir::KernelOp> kernels) {
    SmallVector<Numbers> numbers = llvm::map_to_vector(kernels, sortNumbers);
    for (size_t position = 0; position < numbers.front().size(); ++position) {
      Attribute first = numbers.front()[position].getValue();
      if (llvm::all_of(numbers, [&](Numbers &list) { return list[position].getValue() == first; }))
        continue;
      for (auto [kernel, list] : llvm::zip(kernels, numbers))
        makeOperand(kernel, list[position]);
      ++numOperands;
    }
  }
};

} // namespace
} // namespace llmc::passes
