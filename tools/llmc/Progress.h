// Phases and their times on a terminal; silent when piped.
#ifndef LLMC_TOOLS_LLMC_PROGRESS_H
#define LLMC_TOOLS_LLMC_PROGRESS_H

#include "compiler/api/llmc-compiler.h"
#include "llvm/ADT/StringRef.h"
#include <chrono>
#include <string>

namespace llmc::tools {

class Progress {
public:
  Progress();
  /// A phase that begins, which ends the one before it, or goes on.
  void show(const llmc_compile_progress &progress);
  void end();
  /// Before a message: the phase that runs gets no time, and the message a line of its own.
  void breakOff();

private:
  bool shown;
  std::string current; // "[3/5] code      "
  int percent = 0;
  std::chrono::steady_clock::time_point start;
};

/// "[#####               ]  25 %"
std::string progressBar(int percent);

} // namespace llmc::tools

#endif
