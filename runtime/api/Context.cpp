// A context is one block of memory, laid out once: nothing is allocated while it runs.
#include "api/Context.h"

#include "api/KernelView.h"
#include "api/StructSize.h"
#include "threading/TaskLoop.h"
#include "threading/Topology.h"
#include <cinttypes>
#include <new>

using namespace llmc::runtime;

Context::Context(Model &model, const Allocator &allocator, BlockLayout &layout)
    : model(model), allocator(allocator), bindings(model.image(), layout), states(model.image(), allocator, layout),
      kernelTimes(layout.take<llmc_kernel_time>(model.image().kernel_count)), arena(allocator), scratch(allocator),
      outputMemory{Arena(allocator), Arena(allocator)}, pool(allocator) {
  model.retain();
}

llmc_status Context::create(Model &model, uint32_t threads, const llmc_executor *executor, const Allocator &allocator,
                            Message &message, Context **context) {
  const llmc_image &image = model.image();
  BlockLayout measure;
  measure.take<Context>(1);
  Bindings(image, measure);
  States(image, allocator, measure);
  measure.take<llmc_kernel_time>(image.kernel_count);

  void *block = allocator.allocate(measure.bytes());
  if (!block)
    return message.fail(LLMC_ERROR_NO_MEMORY, "out of memory: a context needs %zu bytes", measure.bytes());
  BlockLayout layout(block);
  Context *created = new (layout.take<Context>(1)) Context(model, allocator, layout);
  created->blockBytes = measure.bytes();
  created->bindings.initialize();
  created->states.initialize();
  llmc_status status = LLMC_OK;
  if (executor)
    created->executor = *executor;
  else
    status = created->pool.start(threads ? threads : usableCpus(), message);
  if (status != LLMC_OK) {
    created->destroy();
    return status;
  }
  *context = created;
  return LLMC_OK;
}

void Context::destroy() {
  Allocator lastUse = allocator;
  Model &lastModel = model;
  size_t bytes = blockBytes;
  this->~Context();
  lastUse.release(this, bytes);
  lastModel.release();
}

llmc_status Context::leave(llmc_status status) {
  if (status != LLMC_OK)
    model.log().error(failure.text());
  busy.store(false, std::memory_order_release);
  return status;
}

llmc_status Context::bindInput(uint32_t index, const llmc_tensor &tensor) {
  llmc_status status = bindings.bindInput(index, tensor, failure);
  outputsReady &= status != LLMC_OK;
  return status;
}

llmc_status Context::bindOutput(uint32_t index, void *data, uint64_t bytes) {
  llmc_status status = bindings.bindOutput(index, data, bytes, failure);
  outputsReady &= status != LLMC_OK;
  return status;
}

llmc_status Context::checkIndex(uint32_t index) {
  uint32_t count = model.image().output_count;
  if (index < count)
    return LLMC_OK;
  return failure.fail(LLMC_ERROR_INVALID_ARGUMENT, "output %u does not exist, the model has %u", index, count);
}

llmc_status Context::variant(uint32_t *number) {
  if (!number)
    return failure.fail(LLMC_ERROR_INVALID_ARGUMENT, "variant is null");
  llmc_status status = bindings.resolve(states, failure);
  if (status == LLMC_OK)
    *number = bindings.variant();
  return status;
}

llmc_status Context::outputShape(uint32_t index, llmc_tensor &tensor) {
  llmc_status status = checkIndex(index);
  if (status == LLMC_OK)
    status = bindings.resolve(states, failure);
  if (status == LLMC_OK)
    tensor = bindings.outputShape(index);
  return status;
}

llmc_status Context::output(uint32_t index, llmc_tensor &tensor) {
  llmc_status status = checkIndex(index);
  if (status != LLMC_OK)
    return status;
  if (!outputsReady)
    return failure.fail(LLMC_ERROR_NOT_READY, "there is no finished run to read outputs of");
  if (bindings.isKept(index))
    return failure.fail(LLMC_ERROR_INVALID_ARGUMENT,
                        "output \"%s\" is a state that the context keeps, with room between its rows; try: "
                        "llmc_context_state_read",
                        model.image().outputs[index].name);
  tensor = bindings.outputShape(index);
  tensor.data = bindings.outputPointers()[index];
  return LLMC_OK;
}

llmc_status Context::reserveStates(int64_t capacity) {
  bool kept = states.capacity() != 0;
  llmc_status status = states.reserve(capacity, failure);
  if (status != LLMC_OK)
    return status;
  if (kept != (capacity != 0))
    bindings.keepStates(capacity != 0);
  bindings.invalidate();
  outputsReady = false;
  return LLMC_OK;
}

llmc_status Context::checkStates(uint32_t state) {
  const llmc_image &image = model.image();
  if (state >= image.state_count)
    return failure.fail(LLMC_ERROR_INVALID_ARGUMENT, "state %u does not exist, the model has %u", state,
                        image.state_count);
  if (!states.capacity())
    return failure.fail(LLMC_ERROR_NOT_READY,
                        "the context keeps no states; try: llmc_context_state_reserve before that");
  return LLMC_OK;
}

llmc_status Context::truncateStates(int64_t length) {
  if (llmc_status status = checkStates(0); status != LLMC_OK)
    return status;
  if (length < 0)
    return failure.fail(LLMC_ERROR_INVALID_ARGUMENT, "a length of %" PRId64 " positions", length);
  states.truncate(length);
  bindings.invalidate();
  outputsReady = false;
  return LLMC_OK;
}

llmc_status Context::stateLength(uint32_t state, int64_t *length) {
  if (llmc_status status = checkStates(state); status != LLMC_OK)
    return status;
  if (!length)
    return failure.fail(LLMC_ERROR_INVALID_ARGUMENT, "length is null");
  *length = states.length(state);
  return LLMC_OK;
}

llmc_status Context::stateShape(uint32_t state, llmc_tensor &tensor) {
  llmc_status status = checkStates(state);
  if (status == LLMC_OK)
    tensor = states.shape(state);
  return status;
}

llmc_status Context::readState(uint32_t state, void *data, uint64_t bytes) {
  llmc_status status = checkStates(state);
  return status == LLMC_OK ? states.read(state, data, bytes, failure) : status;
}

llmc_status Context::prepareStates() {
  if (!states.capacity())
    return LLMC_OK;
  const llmc_image_state *rows = model.image().states;
  return states.prepare([&](uint32_t state) { return bindings.outputSizes(rows[state].output); }, failure);
}

void Context::appendToStates() {
  const llmc_image &image = model.image();
  for (uint32_t i = 0; i < image.state_count && states.capacity(); ++i)
    states.append(i, bindings.outputSizes(image.states[i].output));
}

llmc_status Context::trim() {
  arena.trim();
  scratch.trim();
  for (Arena &memory : outputMemory) {
    bindings.forget(memory.data(), memory.capacity());
    memory.trim();
  }
  outputsReady = false;
  return LLMC_OK;
}

llmc_status Context::profile(llmc_kernel_time *times, uint32_t count) {
  if (count > model.image().kernel_count)
    return failure.fail(LLMC_ERROR_INVALID_ARGUMENT, "times of %u kernels asked, the model has %u", count,
                        model.image().kernel_count);
  if (count && !times)
    return failure.fail(LLMC_ERROR_INVALID_ARGUMENT, "times is null");
  if (!profileReady)
    return failure.fail(LLMC_ERROR_NOT_READY, "no run was profiled");
  for (uint32_t i = 0; i < count; ++i)
    times[i] = kernelTimes[i];
  return LLMC_OK;
}

Arena *Context::freeOutputMemory() {
  for (Arena &memory : outputMemory)
    if (!bindings.useAny(memory.data(), memory.capacity()))
      return &memory;
  return nullptr;
}

llmc_status Context::reserveMemory(Arena *&outputs) {
  uint64_t outputBytes = bindings.ownedOutputBytes();
  outputs = outputBytes ? freeOutputMemory() : outputMemory;
  if (!outputs)
    return failure.fail(LLMC_ERROR_INVALID_ARGUMENT,
                        "outputs of two earlier runs of this context are bound, and it has no more memory for those "
                        "of this run; copy one of them, or bind buffers for the outputs");
  const llmc_image_memory &memory = bindings.memory();
  uint64_t scratchBytes = UINT64_MAX, allBytes = UINT64_MAX;
  bool fits = !__builtin_mul_overflow(memory.scratch_bytes, uint64_t{threads()}, &scratchBytes) &&
              !__builtin_add_overflow(memory.arena_bytes, scratchBytes, &allBytes);
  if (fits && arena.reserve(memory.arena_bytes) && scratch.reserve(scratchBytes) && outputs->reserve(outputBytes))
    return LLMC_OK;
  return failure.fail(LLMC_ERROR_NO_MEMORY,
                      "out of memory: these shapes need %" PRIu64 " bytes, and %" PRIu64 " bytes for outputs",
                      fits ? allBytes : UINT64_MAX, outputBytes);
}

llmc_status Context::readObserver(const llmc_observer *given) {
  observer = {};
  if (!given || (readStruct(*given, observer) && observer.observe))
    return LLMC_OK;
  observer = {};
  return failure.fail(LLMC_ERROR_INVALID_ARGUMENT,
                      "llmc_observer: it has no function, its size is unset, or a field is set that "
                      "this runtime does not know");
}

llmc_status Context::run(const llmc_run_options &options) {
  stop.arm(options.deadline_ms);
  outputsReady = false;
  Arena *outputs = nullptr;
  llmc_status status = readObserver(options.observer);
  if (states.capacity())
    bindings.invalidate(); // they are longer than before the run before
  if (status == LLMC_OK)
    status = bindings.resolve(states, failure);
  if (status == LLMC_OK)
    status = bindings.checkOutputs(failure);
  if (status == LLMC_OK)
    status = prepareStates();
  if (status == LLMC_OK)
    status = reserveMemory(outputs);
  if (status != LLMC_OK)
    return status;
  bindings.placeOutputs(outputs->data(), states);
  status = execute(options.profile != 0);
  outputsReady = status == LLMC_OK;
  if (outputsReady)
    appendToStates();
  return status;
}

llmc_status Context::execute(bool profiled) {
  const llmc_image &image = model.image();
  failedCheck[0] = failedCheck[1] = failedCheck[2] = 0;
  profiling = profiled;
  if (profiled)
    for (uint32_t i = 0; i < image.kernel_count; ++i)
      kernelTimes[i] = {0, 0};
  llmc_frame frame = {};
  frame.inputs = bindings.inputPointers();
  frame.outputs = bindings.outputPointers();
  frame.arena = arena.data();
  frame.weights = model.weights();
  frame.words = bindings.words();
  frame.failure = failedCheck;
  frame.parallel = parallelOfFrame;
  frame.runtime = this;
  int32_t result;
  {
    FloatMode mode;
    result = image.variants[bindings.variant()].run(&frame);
  }
  profileReady |= profiled;
  if (failedCheck[0]) {
    uint64_t check = static_cast<uint64_t>(failedCheck[0]) - 1;
    if (check >= image.check_count)
      return failure.fail(LLMC_ERROR_BAD_MODEL, "the model names check %" PRIu64 " of %u", check, image.check_count);
    return failure.failCheck(LLMC_ERROR_CHECK_FAILED, image.checks[check], failedCheck + 1);
  }
  if (result == LLMC_RUN_OK)
    return LLMC_OK;
  if (stop.why() == LLMC_OK)
    return failure.fail(LLMC_ERROR_BAD_MODEL, "the model stopped without a reason (%d)", result);
  return failure.fail(stop.why(), "run of model \"%s\": %s", image.name, statusText(stop.why()));
}

int32_t Context::parallelOfFrame(const llmc_frame *frame, uint32_t kernel, llmc_task task, const void *args,
                                 int64_t tasks) {
  return static_cast<Context *>(frame->runtime)->parallel(frame, kernel, task, args, tasks);
}

// Stops the run after a failed check too: what later kernels would read may be nonsense.
int32_t Context::parallel(const llmc_frame *frame, uint32_t kernel, llmc_task task, const void *args, int64_t tasks) {
  uint64_t beginNs = profiling ? nowNs() : 0;
  TaskLoop loop(task, args, tasks, threads(), stop, scratch.data(), bindings.memory().scratch_bytes);
  uint32_t calls = loop.chunks() < threads() ? static_cast<uint32_t>(loop.chunks()) : threads();
  if (executor.parallel && calls > 1)
    executor.parallel(executor.user, calls, TaskLoop::drainJob, &loop);
  else
    pool.run(calls, TaskLoop::drainJob, &loop);
  if (executor.parallel)
    loop.drain(); // the executor may have called less often than asked, or not at all
  if (profiling && kernel < model.image().kernel_count) {
    ++kernelTimes[kernel].calls;
    kernelTimes[kernel].nanoseconds += nowNs() - beginNs;
  }
  if (stop.why() != LLMC_OK || failedCheck[0] != 0)
    return 1;
  if (observer.observe && kernel < model.image().kernel_count) {
    const llmc_kernel_view view = {model.image(), *frame, kernel};
    observer.observe(observer.user, kernel, &view);
  }
  return 0;
}
