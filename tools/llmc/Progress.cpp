// A line for each phase: its name when it begins, its time when it ends.
#include "tools/llmc/Progress.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

namespace llmc::tools {

Progress::Progress() : shown(llvm::sys::Process::StandardErrIsDisplayed()) {}

void Progress::begin(llvm::StringRef phase) {
  end();
  current = phase.str();
  start = std::chrono::steady_clock::now();
  if (shown)
    llvm::errs() << llvm::format("  %-10s ", current.c_str());
}

void Progress::end() {
  if (!current.empty() && shown) {
    double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    llvm::errs() << llvm::format("%6.2f s\n", seconds);
  }
  current.clear();
}

void Progress::breakOff() {
  if (!current.empty() && shown)
    llvm::errs() << '\n';
  current.clear();
}

} // namespace llmc::tools
