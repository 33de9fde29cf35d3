// Asks the C library to be told of forks.
#include "compiler/api/ForkGuard.h"
#include <atomic>
#include <pthread.h>

namespace llmc::api {

static std::atomic<int> running = 0;
static std::atomic<bool> broken = false;

static void afterForkInChild() {
  if (running.exchange(0) != 0)
    broken = true;
}

CompilationRuns::CompilationRuns() {
  static const int watched = ::pthread_atfork(nullptr, nullptr, afterForkInChild);
  (void)watched;
  ++running;
}

CompilationRuns::~CompilationRuns() { --running; }

bool forkedWhileCompiling() { return broken; }

} // namespace llmc::api
