// Judges what each kernel of a run computed.
#ifndef LLMC_TOOLS_LLMC_COMPARE_KERNELVERDICT_H
#define LLMC_TOOLS_LLMC_COMPARE_KERNELVERDICT_H

#include "compiler/reference/Tensor.h"
#include "tools/llmc/compare/ModelComparison.h"

namespace llmc::tools {

/// Completes `verdicts`, one a kernel. `function` is the planned model, `results` what the compiled kernels gave. Runs
/// the reference twice: on its own results, for the error so far, and with the compiled kernels' results in their
/// place, for the error that each kernel adds. Fails where the reference can't run.
llvm::Error judgeKernels(mlir::func::FuncOp function, ir::WeightStore &weights,
                         llvm::ArrayRef<reference::Tensor> inputs, llvm::ArrayRef<reference::Tensor> results,
                         std::vector<KernelResult> &verdicts);

/// What can be told about the place inside a kernel where the error arises, in one line: the only operation, or the one
/// after which the reference still had the compiled code's value. Empty when neither holds.
std::string suspectOperation(const KernelResult &kernel);

} // namespace llmc::tools

#endif
