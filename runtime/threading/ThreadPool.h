// A fixed number of threads that help the one who calls. They spin for some microseconds after a
// job, because the next kernel follows soon, and then sleep: between runs they cost nothing.
// Threads are not pinned; that is the application's decision.
#ifndef LLMC_RUNTIME_THREADING_THREADPOOL_H
#define LLMC_RUNTIME_THREADING_THREADPOOL_H

#include "memory/Allocator.h"
#include "support/Errors.h"
#include <atomic>
#include <pthread.h>
#include <sys/types.h>

namespace llmc::runtime {

// One thread at a time may call run(). Jobs must not call run() themselves.
class ThreadPool {
public:
  explicit ThreadPool(const Allocator &allocator) : allocator(allocator) {}
  ThreadPool(const ThreadPool &) = delete;
  ThreadPool &operator=(const ThreadPool &) = delete;
  ~ThreadPool();

  // Starts `threads` - 1 workers; the caller of run() is the last one. At most once. On failure no
  // worker is left.
  llmc_status start(uint32_t threads, Message &message);

  // Calls work(job) on the calling thread and, if they come in time, on up to `calls` - 1 workers;
  // returns when all of these calls have. In a forked child, which has no workers, only the first.
  // Writes of the caller are visible to the workers, and theirs to the caller afterwards.
  void run(uint32_t calls, void (*work)(void *job), void *job);

  // The caller included.
  uint32_t threads() const { return workerCount + 1; }

private:
  static void *workerMain(void *pool);
  void serve();
  uint32_t awaitJob(uint32_t seen);
  void awaitWorkers();
  void leave();
  void stop();
  bool inForkedChild() const;

  using Word = std::atomic<uint32_t>; // what a thread can sleep on
  alignas(64) Word jobCount{0};       // raised by each job; workers wait for it to change
  Word sleepers{0};                   // workers asleep, or about to be, on jobCount
  std::atomic<bool> open{false};      // `work` and `job` may be used
  std::atomic<bool> stopping{false};
  alignas(64) Word inside{0}; // workers that may be using `work` and `job`
  std::atomic<bool> callerSleeps{false};

  void (*work)(void *job) = nullptr;
  void *job = nullptr;
  Allocator allocator;
  pthread_t *workers = nullptr;
  uint32_t workerCount = 0;
  uint32_t capacity = 0;
  pid_t owner = 0;
};

} // namespace llmc::runtime
#endif
