// A line for each phase: its name when it begins, a bar while it goes on, its time when it ends.
#include "tools/llmc/Progress.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

namespace llmc::tools {

static constexpr const char *kClearLine = "\r\x1b[K";

std::string progressBar(int percent) {
  constexpr int cells = 20;
  std::string bar(percent * cells / 100, '#');
  bar.resize(cells, ' ');
  std::string text;
  llvm::raw_string_ostream(text) << '[' << bar << "] " << llvm::format("%3d %%", percent);
  return text;
}

Progress::Progress() : shown(llvm::sys::Process::StandardErrIsDisplayed()) {}

void Progress::show(const llmc_compile_progress &progress) {
  if (!shown)
    return;
  if (progress.share == 0) {
    end();
    llvm::raw_string_ostream(current) << llvm::format("  [%u/%u] %-10s ", progress.number, progress.count,
                                                      progress.phase);
    percent = 0;
    start = std::chrono::steady_clock::now();
    llvm::errs() << current;
  } else if (int now = static_cast<int>(100 * progress.share); now > percent) {
    percent = now;
    llvm::errs() << kClearLine << current << progressBar(percent);
  }
}

void Progress::end() {
  if (!current.empty()) {
    double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    llvm::errs() << kClearLine << current << llvm::format("%6.2f s\n", seconds);
  }
  current.clear();
}

void Progress::breakOff() {
  if (!current.empty())
    llvm::errs() << kClearLine << current << '\n';
  current.clear();
}

} // namespace llmc::tools
