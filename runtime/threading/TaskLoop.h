// The tasks of one kernel call, taken in chunks by however many threads come. Which thread takes
// which chunk is left to chance; kernels promise that results don't depend on it.
#ifndef LLMC_RUNTIME_THREADING_TASKLOOP_H
#define LLMC_RUNTIME_THREADING_TASKLOOP_H

#include "llmc/artefact.h"
#include "threading/FloatMode.h"
#include "threading/StopToken.h"

namespace llmc::runtime {

class TaskLoop {
public:
  TaskLoop(llmc_task task, const void *args, int64_t tasks, uint32_t threads, StopToken &stop)
      : task(task), args(args), tasks(tasks), chunk(chunkOf(tasks, threads)), stop(stop) {}

  // Threads that can find work: the number of calls of drain() that is worth while.
  int64_t chunks() const { return tasks / chunk + (tasks % chunk != 0); }

  // Works until no chunk is left or the run is to stop. Called by any number of threads at once;
  // one is enough.
  void drain() {
    FloatMode mode;
    while (!stop.stopped()) {
      int64_t begin = next.fetch_add(chunk, std::memory_order_relaxed);
      if (begin >= tasks)
        return;
      task(args, begin, tasks - begin < chunk ? tasks : begin + chunk);
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
  alignas(64) std::atomic<int64_t> next{0}; // written by all threads: on its own cache line
};

} // namespace llmc::runtime
#endif
