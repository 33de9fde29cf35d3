// The reference looks on while a model is compiled: it runs the imported graph on some inputs, can judge each pass, and
// judges the artefact in the end.
#ifndef LLMC_TOOLS_LLMC_COMPARE_WITNESS_H
#define LLMC_TOOLS_LLMC_COMPARE_WITNESS_H

#include "tools/llmc/compare/ModelComparison.h"

namespace llmc::tools {

class Witness {
public:
  /// Before the passes run. Inputs that `request` does not name are random.
  static llvm::Expected<std::unique_ptr<Witness>> create(pipeline::Compilation &compilation, InputRequest request);

  /// Judges each pass of `pm`, whose run must end before the witness does.
  void watch(mlir::PassManager &pm) { verifier->attach(pm); }
  /// The first pass that changes the results, once the watched passes have run.
  const std::optional<pipeline::PassDrift> &drift() const { return verifier->drift(); }

  /// Runs the artefact in `folder`. Fails where this machine can't.
  llvm::Expected<std::vector<OutputResult>> judgeArtefact(llvm::StringRef folder) const;

private:
  Witness() = default;

  std::vector<HostTensor> inputs; // the verifier's are views of these
  std::unique_ptr<pipeline::NumericsVerifier> verifier;
};

} // namespace llmc::tools

#endif
