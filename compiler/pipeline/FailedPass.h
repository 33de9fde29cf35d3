// Names the pass that failed, where its own message does not do.
#ifndef LLMC_COMPILER_PIPELINE_FAILEDPASS_H
#define LLMC_COMPILER_PIPELINE_FAILEDPASS_H

#include "llvm/ADT/StringRef.h"
#include <memory>
#include <string>

namespace mlir {
class PassManager;
}

namespace llmc::pipeline {

class FailedPass {
public:
  FailedPass();
  ~FailedPass();

  /// Watches the passes of `pm`, whose run must end before this does.
  void attach(mlir::PassManager &pm);

  /// The messages of a run that failed, with what they don't say: which pass left IR that is not valid, or failed
  /// without a word.
  std::string explain(llvm::StringRef messages) const;

private:
  class Instrumentation;
  struct State;
  std::unique_ptr<State> state;
};

} // namespace llmc::pipeline

#endif
