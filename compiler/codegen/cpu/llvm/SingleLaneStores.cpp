// Runs on LLVM IR after it has been optimized: only then masks are constants.
#include "compiler/codegen/cpu/llvm/SingleLaneStores.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace llmc::codegen::cpu {

/// The only lane of a constant mask that is on.
static std::optional<unsigned> onlyLane(Value *mask) {
  auto *constant = dyn_cast<Constant>(mask);
  auto *type = dyn_cast<FixedVectorType>(mask->getType());
  if (!constant || !type)
    return std::nullopt;
  std::optional<unsigned> lane;
  for (unsigned i = 0; i < type->getNumElements(); ++i) {
    Constant *bit = constant->getAggregateElement(i);
    if (!bit || !isa<ConstantInt>(bit))
      return std::nullopt;
    if (bit->isOneValue()) {
      if (lane)
        return std::nullopt;
      lane = i;
    }
  }
  return lane;
}

void splitSingleLaneStores(Module &module) {
  for (Function &function : module)
    for (Instruction &instruction : make_early_inc_range(instructions(function))) {
      auto *store = dyn_cast<IntrinsicInst>(&instruction);
      if (!store || store->getIntrinsicID() != Intrinsic::masked_store)
        continue;
      Value *vector = store->getArgOperand(0), *pointer = store->getArgOperand(1);
      auto lane = onlyLane(store->getArgOperand(store->arg_size() - 1));
      if (!lane)
        continue;
      IRBuilder<> builder(store);
      Type *element = vector->getType()->getScalarType();
      Value *place = builder.CreateConstInBoundsGEP1_64(element, pointer, *lane);
      // Elements that stand apart are aligned by their own size at least, which is how all of ours are stored.
      builder.CreateAlignedStore(builder.CreateExtractElement(vector, *lane), place,
                                 Align(element->getPrimitiveSizeInBits() / 8));
      store->eraseFromParent();
    }
}

} // namespace llmc::codegen::cpu
