// Phases and their times on a terminal; silent when piped.
#ifndef LLMC_TOOLS_LLMC_PROGRESS_H
#define LLMC_TOOLS_LLMC_PROGRESS_H

#include "llvm/ADT/StringRef.h"
#include <chrono>
#include <string>

namespace llmc::tools {

class Progress {
public:
  Progress();
  /// Ends the phase before it.
  void begin(llvm::StringRef phase);
  void end();
  /// Before a message: the phase that runs gets no time, and the message a line of its own.
  void breakOff();

private:
  bool shown;
  std::string current;
  std::chrono::steady_clock::time_point start;
};

} // namespace llmc::tools

#endif
