// A function in one round of LLVM is a step; all count alike. There are many more passes, most of them short.
#include "compiler/pipeline/CodeSteps.h"
#include "compiler/support/AddressSpace.h"

namespace llmc::pipeline {

CodeSteps::CodeSteps(const CompileOptions &options, llvm::ArrayRef<std::unique_ptr<codegen::TargetCode>> levels)
    : options(options) {
  for (const auto &level : levels)
    count += level->stepCount();
}

void CodeSteps::ask() {
  requireAddressSpace();
  asked = std::chrono::steady_clock::now();
  stop = stop || options.cancelled();
}

// LLVM inlines functions, and then there are fewer steps than were counted.
bool CodeSteps::onFunction() {
  std::lock_guard<std::mutex> lock(mutex);
  ask();
  if (!stop)
    options.onProgress(Phase::Code, double(++done) / double(std::max(count, done)));
  return !stop;
}

// Whoever is asked may have to wait for a lock, so not for each pass.
bool CodeSteps::onPass() {
  constexpr std::chrono::milliseconds often(20);
  std::lock_guard<std::mutex> lock(mutex);
  if (std::chrono::steady_clock::now() - asked >= often)
    ask();
  return !stop;
}

} // namespace llmc::pipeline
