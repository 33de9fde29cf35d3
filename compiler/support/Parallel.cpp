#include "compiler/support/Parallel.h"
#include <algorithm>
#include <atomic>
#include <future>
#include <thread>
#include <vector>

namespace llmc {

void forEachInParallel(unsigned threads, int64_t count, llvm::function_ref<void(int64_t)> work) {
  std::atomic<int64_t> next = 0;
  auto takeTurns = [&] {
    for (int64_t i = next++; i < count; i = next++)
      work(i);
  };
  unsigned wanted = threads ? threads : std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::future<void>> others;
  // One that can't be had is deferred, and finds nothing left to do.
  for (int64_t i = 1; i < std::min<int64_t>(wanted, count); ++i)
    others.push_back(std::async(std::launch::async | std::launch::deferred, takeTurns));
  takeTurns();
  for (std::future<void> &other : others)
    other.get(); // those behind one that throws are waited for when they go
}

} // namespace llmc
