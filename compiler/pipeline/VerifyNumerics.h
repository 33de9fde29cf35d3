// Runs the model by the reference between passes, and names the first pass after which its results are others.
#ifndef LLMC_COMPILER_PIPELINE_VERIFYNUMERICS_H
#define LLMC_COMPILER_PIPELINE_VERIFYNUMERICS_H

#include "compiler/reference/CompareTensors.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OperationSupport.h"
#include <memory>
#include <vector>

namespace mlir {
class PassManager;
}
namespace llmc::ir {
class WeightStore;
}

namespace llmc::pipeline {

/// The first pass after which an output is not within the tolerance of what the model gave before all passes.
struct PassDrift {
  std::string pass; // its argument: "llmc-fuse-maps"
  unsigned number;  // counted from 1, over all passes that ran
  std::string output;
  std::vector<int64_t> shape; // of that output, which is the worst
  Tolerance tolerance;
  Comparison comparison; // with its value before the passes
  std::string failure;   // not empty: the pass left IR that the reference can't run, for this reason

  /// One line: "pass llmc-fuse-maps (number 12) changes output "y" at [0, 3]: 1.5 instead of 1.25; ...".
  std::string text() const;
};

/// Judges every pass that changes the module, against the outputs before the first one. Costs a run of the reference
/// for each; meant for small sizes.
class NumericsVerifier {
public:
  /// Runs `function` once. `inputs` and `weights` must outlive the verifier. Fails where the reference can't run.
  static llvm::Expected<std::unique_ptr<NumericsVerifier>>
  create(mlir::func::FuncOp function, std::vector<reference::Tensor> inputs, ir::WeightStore &weights);

  /// Watches the passes of `pm`, whose run must end before the verifier does. The passes go on after a drift: whoever
  /// runs them looks at drift() then.
  void attach(mlir::PassManager &pm);

  const std::optional<PassDrift> &drift() const { return found; }
  /// What the function gave before the passes.
  llvm::ArrayRef<reference::Tensor> outputs() const { return wanted; }
  /// How far each of them may be off: what rounding may do in the element types that the function computed in.
  llvm::ArrayRef<Tolerance> tolerances() const { return allowed; }
  /// Where those results stop to be finite, in one line for people; empty where they are.
  const std::string &overflow() const { return overflowText; }
  unsigned passesSeen() const { return passCount; }
  unsigned passesJudged() const { return judgedCount; }

private:
  class Instrumentation;
  NumericsVerifier(mlir::func::FuncOp function, std::vector<reference::Tensor> inputs, ir::WeightStore &weights);
  void afterPass(llvm::StringRef pass, mlir::Operation *op);
  void judge(PassDrift &drift, mlir::func::FuncOp function);

  std::vector<reference::Tensor> inputs;
  ir::WeightStore &weights;
  std::string functionName;
  std::vector<std::string> outputNames;
  std::vector<reference::Tensor> wanted;
  std::vector<reference::Tensor> changed; // what passes are judged by once one has changed it as it was asked to
  std::vector<Tolerance> allowed;
  std::string overflowText;
  mlir::OperationFingerPrint judged; // the module when it was last found right
  std::optional<PassDrift> found;
  unsigned passCount = 0, judgedCount = 0;
};

} // namespace llmc::pipeline

#endif
