// Copies the result of each kernel out of a run of the compiled model.
#ifndef LLMC_TOOLS_LLMC_COMPARE_KERNELOBSERVER_H
#define LLMC_TOOLS_LLMC_COMPARE_KERNELOBSERVER_H

#include "compiler/reference/Tensor.h"
#include "llmc/llmc.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>
#include <vector>

namespace llmc::tools {

class KernelObserver {
public:
  /// `function` holds the kernels that the code was generated from; `api` is that of a library of this version of llmc.
  KernelObserver(const llmc_api &api, mlir::func::FuncOp function);
  KernelObserver(const KernelObserver &) = delete;

  /// For one run; valid as long as the observer.
  const llmc_observer *hook() const { return &callback; }
  /// After the run: an error when not every kernel was seen once, or a result could not be copied.
  llvm::Error takeError() const;
  /// The results of all kernels, in the order of the kernels, where there was no error.
  llvm::ArrayRef<reference::Tensor> results() const { return copies; }

private:
  static void observe(void *user, uint32_t kernel, const llmc_kernel_view *view);
  llvm::Error copy(const llmc_kernel_view *view, uint32_t index, mlir::Type elementType);

  const llmc_api &api;
  llmc_observer callback = {sizeof(llmc_observer), this, observe};
  std::vector<std::vector<mlir::Type>> elementTypes; // of the results of each kernel
  uint32_t seen = 0;                                 // kernels
  std::vector<reference::Tensor> copies;
  std::string problem; // the first
};

} // namespace llmc::tools

#endif
