// LLVM's streams end the process by a fatal error when they are destroyed with an error that nobody has asked for.
#include "tools/llmc/StandardStreams.h"
#include "tools/llmc/Command.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace llmc::tools {

/// A stream that is closed would be opened again by the next file, which then gets what is meant for it. In its place
/// comes one that can't be written to.
static void reserveClosedStreams() {
  for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (::fcntl(stream, F_GETFD) < 0)
      (void)::open("/dev/null", O_RDONLY); // takes the lowest number that is free: this one
}

/// What the one who started this process wants to happen when the reader of its output has gone.
static auto brokenPipe = SIG_DFL;

static void finishStandardStreams() {
  llvm::outs().flush();
  std::error_code error = llvm::outs().error();
  llvm::outs().clear_error();
  if (error == std::errc::broken_pipe && brokenPipe == SIG_DFL) {
    std::signal(SIGPIPE, SIG_DFL);
    std::raise(SIGPIPE); // as any tool ends in a pipe, but late: everything is cleaned up
  }
  if (error)
    llvm::WithColor::error(llvm::errs(), "llmc") << "can't write to the standard output: " << error.message() << '\n';
  llvm::errs().clear_error(); // nobody is left to tell
  if (error)
    ::_exit(BrokenFile);
}

void watchStandardStreams() {
  reserveClosedStreams();
  brokenPipe = std::signal(SIGPIPE, SIG_IGN);
  llvm::outs(), llvm::errs();         // made first, they are destroyed after
  std::atexit(finishStandardStreams); // this has run
}

} // namespace llmc::tools
