// LLVM has one handler of each kind for the process; a thread that does not compile gets what LLVM does by itself.
#include "compiler/support/FatalErrors.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/PrettyStackTrace.h"
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <new>

namespace llmc {

static thread_local int compiling = 0;

static void onFatalError(void *, const char *reason, bool) {
  if (compiling)
    throw FatalError(reason);
  std::fprintf(stderr, "LLVM ERROR: %s\n", reason); // LLVM leaves that to its handler, and then ends the process
}

static void onBadAlloc(void *, const char *reason, bool) {
  if (compiling)
    throw std::bad_alloc();
  std::fprintf(stderr, "LLVM ERROR: %s\n", reason);
  std::abort();
}

ThrowFatalErrors::ThrowFatalErrors() : stack(llvm::SavePrettyStackState()) {
  static std::once_flag installed;
  std::call_once(installed, [] {
    llvm::install_fatal_error_handler(onFatalError);
    llvm::install_bad_alloc_error_handler(onBadAlloc);
  });
  ++compiling;
}

ThrowFatalErrors::~ThrowFatalErrors() {
  --compiling;
  llvm::RestorePrettyStackState(stack); // frames that an exception went through have left their entries there
}

} // namespace llmc
