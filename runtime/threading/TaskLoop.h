// The tasks of one kernel call, taken in chunks by however many threads come. Which thread takes
// which chunk is left to chance; kernels promise that results don't depend on it. Each thread that
// comes gets a part of the scratch memory to itself.
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
        scratchBytes(scratchBytes), threads(threads) {}

  // Threads that can find work: the number of calls of drain() that is worth while.
  int64_t chunks() const { return tasks / chunk + (tasks % chunk != 0); }

  // Works until no chunk is left or the run is to stop. Called by any number of threads at once;
  // one is enough. Those beyond the number that there is scratch memory for leave the work to the
  // others, who come back only when all of it is taken.
  void drain() {
    uint32_t part = arrived.fetch_add(1, std::memory_order_relaxed);
    if (part >= threads)
      return;
    uint8_t *own = scratch + part * scratchBytes;
    FloatMode mode;
    while (!stop.stopped()) {
      int64_t begin = next.fetch_add(chunk, std::memory_order_relaxed);
      if (begin >= tasks)
        return;
      task(args, begin, tasks - begin < chunk ? tasks : begin + chunk, own);
    }
  }

  // drain() in the form that pools and executors call.
  static void drainJob(void *loop) { static_cast<TaskLoop *>(loop)->drain(); }

private:
  // A thread takes eight chunks where the load is even: the last to finish is late by an eighth.
  static int64_t chunkOf(int64_t tasks, uint32_t threads) {
    int64_t even = tasks / (int64_t{8} * threads);
    return even > 1 ? even : 1;
  }

  llmc_task task;
  const void *args;
  int64_t tasks;
  int64_t chunk;
  StopToken &stop;
  uint8_t *scratch;
  uint64_t scratchBytes;
  uint32_t threads;
  std::atomic<uint32_t> arrived{0};
  alignas(64) std::atomic<int64_t> next{0}; // written by all threads: on its own cache line
};

} // namespace llmc::runtime
#endif
