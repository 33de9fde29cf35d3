// How far LLVM is with the code of all levels, and whether it shall go on.
#ifndef LLMC_COMPILER_PIPELINE_CODESTEPS_H
#define LLMC_COMPILER_PIPELINE_CODESTEPS_H

#include "compiler/codegen/target/TargetCode.h"
#include "compiler/pipeline/Compilation.h"
#include <chrono>
#include <mutex>

namespace llmc::pipeline {

/// Listens to all levels, which several threads work on.
class CodeSteps : public codegen::CodeListener {
public:
  CodeSteps(const CompileOptions &options, llvm::ArrayRef<std::unique_ptr<codegen::TargetCode>> levels);

  bool onFunction() override;
  bool onPass() override;
  /// True if the compilation was cancelled meanwhile: what was made is worth nothing.
  bool stopped() const { return stop; }

private:
  void ask();

  const CompileOptions &options;
  size_t count = 0, done = 0;
  std::mutex mutex;
  std::chrono::steady_clock::time_point asked;
  bool stop = false;
};

} // namespace llmc::pipeline

#endif
