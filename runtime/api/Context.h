// A context: bindings, memory and threads of one run at a time, many times over.
#ifndef LLMC_RUNTIME_API_CONTEXT_H
#define LLMC_RUNTIME_API_CONTEXT_H

#include "api/Bindings.h"
#include "api/Model.h"
#include "memory/Arena.h"
#include "threading/StopToken.h"
#include "threading/ThreadPool.h"

namespace llmc::runtime {

// One thread at a time may be inside; enter() guards it. Only cancel() is free of that.
class Context {
public:
  // Holds the model until destroy(). On failure *context is untouched and nothing is left behind.
  // `executor` may be null.
  static llmc_status create(Model &model, uint32_t threads, const llmc_executor *executor, const Allocator &allocator,
                            Message &message, Context **context);
  void destroy();

  // Every call but cancel() and message() is bracketed by these two; false when another thread is
  // inside.
  bool enter() { return !busy.exchange(true, std::memory_order_acquire); }
  // Reports a failed `status` to the log on the way out.
  llmc_status leave(llmc_status status);

  llmc_status bindInput(uint32_t index, const llmc_tensor &tensor);
  llmc_status bindOutput(uint32_t index, void *data, uint64_t bytes);
  llmc_status variant(uint32_t *number);
  llmc_status outputShape(uint32_t index, llmc_tensor &tensor);
  llmc_status run(const llmc_run_options &options);
  llmc_status output(uint32_t index, llmc_tensor &tensor);
  llmc_status reserveStates(int64_t capacity);
  llmc_status truncateStates(int64_t length);
  llmc_status stateLength(uint32_t state, int64_t *length);
  llmc_status stateShape(uint32_t state, llmc_tensor &tensor);
  llmc_status readState(uint32_t state, void *data, uint64_t bytes);
  llmc_status trim();
  llmc_status profile(llmc_kernel_time *times, uint32_t count);
  void cancel() { stop.cancel(); }

  Message &message() { return failure; }
  const Message &message() const { return failure; }

private:
  // What is carved from the context's one block behind the object itself.
  Context(Model &model, const Allocator &allocator, BlockLayout &layout);
  llmc_status reserveMemory(Arena *&outputs);
  Arena *freeOutputMemory();
  uint32_t threads() const { return executor.parallel ? executor.threads : pool.threads(); }
  llmc_status execute(bool profiled);
  llmc_status readObserver(const llmc_observer *given);
  llmc_status checkIndex(uint32_t index);
  llmc_status checkStates(uint32_t state);
  llmc_status prepareStates();
  void appendToStates();
  int32_t parallel(const llmc_frame *frame, uint32_t kernel, llmc_task task, const void *args, int64_t tasks);
  static int32_t parallelOfFrame(const llmc_frame *frame, uint32_t kernel, llmc_task task, const void *args,
                                 int64_t tasks);

  Model &model;
  Allocator allocator;
  Bindings bindings;
  States states;
  llmc_kernel_time *kernelTimes;
  size_t blockBytes = 0;
  Arena arena;           // intermediate tensors
  Arena scratch;         // a part for each thread
  Arena outputMemory[2]; // outputs that the user did not bind; those of one run may be inputs of the next
  ThreadPool pool;
  llmc_executor executor = {};
  llmc_observer observer = {}; // of this run
  StopToken stop;
  int64_t failedCheck[3] = {0, 0, 0}; // llmc_frame.failure
  bool profiling = false;             // this run is measured
  bool profileReady = false;
  bool outputsReady = false; // those of the last run are there
  std::atomic<bool> busy{false};
  Message failure;
};

} // namespace llmc::runtime
#endif
