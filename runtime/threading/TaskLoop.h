// The tasks of one kernel call, done by however many threads come. Each begins with a share of its
// own, of tasks that follow each other, so that what a task brings near is near for the next one;
// then it helps with the shares of others, whether or not they have come. Which thread does which
// task is left to chance; kernels promise that results don't depend on it. Each thread that comes
// gets a part of the scratch memory to itself.
#ifndef LLMC_RUNTIME_THREADING_TASKLOOP_H
#define LLMC_RUNTIME_THREADING_TASKLOOP_H

#include "llmc/artefact.h"
#include "threading/FloatMode.h"
#include "threading/StopToken.h"

namespace llmc::runtime {

class TaskLoop {
public:
  // `scratch` has room for `threads` parts of `scratchBytes`.
  TaskLoop(llmc_task task, const void *args, int64_t tasks, uint32_t threads, StopToken &stop, uint8_t *scratch,
           uint64_t scratchBytes)
      : task(task), args(args), tasks(tasks), chunk(chunkOf(tasks, threads)), stop(stop), scratch(scratch),
        scratchBytes(scratchBytes), threads(threads), shareCount(threads < kMostShares ? threads : kMostShares) {
    for (uint32_t share = 0; share < shareCount; ++share)
      shares[share].next.store(beginOf(share), std::memory_order_relaxed);
  }

  // Threads that can find work: the number of calls of drain() that is worth while.
  int64_t chunks() const { return tasks / chunk + (tasks % chunk != 0); }

  // Works until no chunk is left or the run is to stop. Called by any number of threads at once;
  // one is enough. Those beyond the number that there is scratch memory for leave the work to the
  // others, who come back only when all of it is taken.
  void drain() {
    uint32_t part = arrived.fetch_add(1, std::memory_order_relaxed);
    if (part >= threads)
      return;
    FloatMode mode;
    for (uint32_t i = 0; i < shareCount; ++i)
      drainShare((part + i) % shareCount, scratch + part * scratchBytes);
  }

  // drain() in the form that pools and executors call.
  static void drainJob(void *loop) { static_cast<TaskLoop *>(loop)->drain(); }

private:
  static constexpr uint32_t kMostShares = 64;

  struct alignas(64) Share { // written by several threads: on its own cache line
    std::atomic<int64_t> next;
  };

  // A thread takes eight chunks where the load is even: the last to finish is late by an eighth.
  static int64_t chunkOf(int64_t tasks, uint32_t threads) {
    int64_t even = tasks / (int64_t{8} * threads);
    return even > 1 ? even : 1;
  }

  // The same for all shares, but for one task more or less.
  int64_t beginOf(uint32_t share) const { return tasks / shareCount * share + tasks % shareCount * share / shareCount; }

  void drainShare(uint32_t share, uint8_t *own) {
    std::atomic<int64_t> &next = shares[share].next;
    int64_t end = beginOf(share + 1);
    while (next.load(std::memory_order_relaxed) < end && !stop.stopped()) {
      int64_t begin = next.fetch_add(chunk, std::memory_order_relaxed);
      if (begin >= end)
        return;
      task(args, begin, end - begin < chunk ? end : begin + chunk, own);
    }
  }

  llmc_task task;
  const void *args;
  int64_t tasks;
  int64_t chunk;
  StopToken &stop;
  uint8_t *scratch;
  uint64_t scratchBytes;
  uint32_t threads, shareCount;
  std::atomic<uint32_t> arrived{0};
  Share shares[kMostShares]; // those beyond shareCount are not touched
};

} // namespace llmc::runtime
#endif
