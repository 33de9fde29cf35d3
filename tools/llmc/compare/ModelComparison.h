// Compiles a model, runs it, and judges the results by the reference: as a whole, pass by pass, and kernel by kernel.
//
// Kernels are judged in the code as it ships. The runtime's observer shows the result of each kernel where the memory
// plan puts it; nothing is compiled or fused in another way because someone looks.
#ifndef LLMC_TOOLS_LLMC_COMPARE_MODELCOMPARISON_H
#define LLMC_TOOLS_LLMC_COMPARE_MODELCOMPARISON_H

#include "compiler/pipeline/Compilation.h"
#include "compiler/pipeline/VerifyNumerics.h"
#include "tools/llmc/ModelInputs.h"

namespace llmc::tools {

struct ComparisonRequest {
  std::string model; // .onnx or .mlir
  pipeline::CompileOptions compile;
  uint32_t threads = 0; // 0: all that the process may use
  InputRequest inputs;
  std::string expected; // a file of tensors that outputs are judged by instead of the reference
  bool kernels = false; // judge each kernel
  bool passes = false;  // judge each pass
};

struct OutputResult {
  std::string name;
  std::vector<int64_t> shape;
  std::string elementType; // "f32"
  Tolerance tolerance;
  Comparison comparison;
};

/// The value of one operation inside a kernel at the kernel's worst element. Operations whose result has other sizes
/// than the kernel's have none.
struct OperationTrace {
  std::string operation; // "llmc.map"
  std::vector<std::string> nodes;
  std::optional<double> value;
};

struct KernelResult {
  size_t number;
  std::string function, anchor; // "llmc_matmul_f32_3", "matmul"
  std::vector<std::string> nodes;
  std::vector<int64_t> shape;
  Tolerance tolerance;
  Comparison total;                  // against the reference's run of all kernels
  Comparison own;                    // against the reference's run of this kernel on what the compiled code gave it
  std::vector<OperationTrace> trace; // of kernels whose own error exceeds the tolerance, in order of the operations
};

struct ModelComparison {
  std::string model, cpu;
  std::string judge;    // what the outputs were compared with, for people
  std::string overflow; // where the reference's own results stop to be finite; empty where they are
  std::vector<OutputResult> outputs;
  std::vector<KernelResult> kernels; // in the order in which they run
  std::optional<pipeline::PassDrift> drift;
  unsigned passesSeen = 0, passesJudged = 0;

  bool within() const;
  /// The first kernel in the order of the run whose own error exceeds the tolerance. Null when there is none.
  const KernelResult *culprit() const;
};

/// Fails where the model can't be compiled, run, or interpreted; differences are no failure.
llvm::Expected<ModelComparison> compareModel(const ComparisonRequest &request);

} // namespace llmc::tools

#endif
