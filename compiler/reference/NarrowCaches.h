// A model whose caches are in few bits, seen as the model of floats that it was: values of that model's inputs become
// codes and steps, as llmc-narrow-caches computes those of new elements, and outputs become floats again.
#ifndef LLMC_COMPILER_REFERENCE_NARROWCACHES_H
#define LLMC_COMPILER_REFERENCE_NARROWCACHES_H

#include "compiler/ir/Caches.h"
#include "llmc/llmc.h"
#include <deque>

namespace llmc::reference {

class NarrowCaches {
public:
  explicit NarrowCaches(llvm::ArrayRef<ir::NarrowCache> caches) : caches(caches.begin(), caches.end()) {}

  llvm::ArrayRef<ir::NarrowCache> list() const { return caches; }
  /// Whether these are values for the inputs of the model of floats.
  bool areFloats(llvm::ArrayRef<llmc_tensor> inputs) const;
  /// Values for all inputs, in their order. They refer to `inputs` and to this until the next call.
  std::vector<llmc_tensor> inputsFor(llvm::ArrayRef<llmc_tensor> inputs);
  /// What the model of floats would give. It refers to `outputs` and to this until the next call.
  std::vector<llmc_tensor> outputsOf(llvm::ArrayRef<llmc_tensor> outputs);

private:
  /// A tensor's sizes and elements.
  struct Held {
    std::vector<int64_t> dims;
    std::vector<char> bytes;
  };
  static llmc_tensor room(std::deque<Held> &in, uint32_t dtype, std::vector<int64_t> dims);

  std::vector<ir::NarrowCache> caches;
  std::deque<Held> heldInputs, heldOutputs;
};

} // namespace llmc::reference

#endif
