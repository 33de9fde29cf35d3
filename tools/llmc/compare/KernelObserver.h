// Copies the results of each kernel out of a run of the compiled model.
#ifndef LLMC_TOOLS_LLMC_COMPARE_KERNELOBSERVER_H
#define LLMC_TOOLS_LLMC_COMPARE_KERNELOBSERVER_H

#include "compiler/reference/Tensor.h"
#include "llmc/llmc.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <memory>
#include <vector>

namespace llmc::tools {

class KernelObserver {
public:
  /// `function` holds kernels with a memory plan, and is what the code was generated from; `inputs` give the sizes of
  /// the run. The words of the run's state behind the `symbolCount` symbols hold the offsets of the plan's places.
  /// Fails where sizes depend on data, or memory for the copies is lacking.
  static llvm::Expected<std::unique_ptr<KernelObserver>>
  create(mlir::func::FuncOp function, llvm::ArrayRef<reference::Tensor> inputs, uint32_t symbolCount);

  /// For one run; valid as long as the observer.
  const llmc_observer *hook() const { return &callback; }
  /// The results of all kernels, in the order of the kernels. Kernels that did not run leave theirs unspecified.
  llvm::ArrayRef<reference::Tensor> results() const { return copies; }
  /// After the run: an error when not every kernel was seen once.
  llvm::Error takeError() const;

private:
  struct Place {
    uint32_t kernel;
    bool isOutput;
    uint32_t number; // of the output, or of the word of the state that holds the offset
  };
  KernelObserver() = default;
  static void observe(void *user, uint32_t kernel, const llmc_frame *frame);

  llmc_observer callback = {sizeof(llmc_observer), this, observe};
  std::vector<Place> places; // of results, like the copies
  std::vector<reference::Tensor> copies;
  uint32_t kernelCount = 0, seen = 0;
};

} // namespace llmc::tools

#endif
