// Fails each allocation in turn: every call says so, leaves nothing behind and works the next time.
#include "Fixture.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llmc::test;

namespace {

// Opens, creates and runs twice with growing sizes, then tears down. Returns the first failure.
llmc_status useModel(CountingAllocator &allocator, const WeightsContents &weights) {
  llmc_allocator hook = allocator.hook();
  llmc_model_options options = {sizeof options};
  options.weights = weights.bytes;
  options.weights_bytes = sizeof weights.bytes;
  options.allocator = &hook;
  llmc_model *model = nullptr;
  llmc_context *context = nullptr;
  FakeInputs small(3, {1}), large(500, {1});
  llmc_status status = llmc_model_open(&options, &model);
  llmc_context_options contextOptions = {sizeof contextOptions, 3};
  if (status == LLMC_OK)
    status = llmc_context_create(model, &contextOptions, &context);
  for (FakeInputs *inputs : {&small, &large}) {
    if (status != LLMC_OK)
      break;
    EXPECT_EQ(inputs->bind(context), LLMC_OK);
    status = llmc_context_run(context, nullptr);
    if (status != LLMC_OK) { // only one allocation fails: the same call works now
      EXPECT_STRNE(llmc_context_message(context), "");
      EXPECT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
    }
    expectOutputs(context, *inputs);
  }
  llmc_context_destroy(context);
  llmc_model_close(model);
  return status;
}

} // namespace

TEST(Faults, EachAllocationFailingInTurn) {
  WeightsContents weights;
  int failures = 0;
  for (int failAt = 1;; ++failAt) {
    CountingAllocator allocator;
    allocator.failAt = failAt;
    llmc_status status = useModel(allocator, weights);
    EXPECT_EQ(allocator.held, 0) << "after failure of allocation " << failAt;
    if (allocator.calls < failAt)
      break; // so many are never made
    EXPECT_EQ(status, LLMC_ERROR_NO_MEMORY) << "allocation " << failAt;
    ++failures;
  }
  EXPECT_GE(failures, 6); // model, context, threads, arena, outputs, both grown
}

// Asks for that many threads; what fails must leave nothing behind.
static llmc_status startThreads(uint32_t threads) {
  WeightsContents weights;
  CountingAllocator allocator;
  llmc_allocator hook = allocator.hook();
  llmc_model_options options = {sizeof options};
  options.weights = weights.bytes;
  options.weights_bytes = sizeof weights.bytes;
  options.allocator = &hook;
  llmc_model *model = nullptr;
  EXPECT_EQ(llmc_model_open(&options, &model), LLMC_OK);
  char message[256] = "";
  llmc_context_options contextOptions = {sizeof contextOptions, threads};
  contextOptions.message = message;
  contextOptions.message_bytes = sizeof message;
  llmc_context *context = nullptr;
  llmc_status status = llmc_context_create(model, &contextOptions, &context);
  EXPECT_EQ(context, nullptr);
  EXPECT_STRNE(message, "");
  llmc_model_close(model);
  EXPECT_EQ(allocator.held, 0);
  return status;
}

TEST(Faults, TooManyThreadsAreRefused) { EXPECT_EQ(startThreads(UINT32_MAX), LLMC_ERROR_INVALID_ARGUMENT); }

TEST(Faults, ThreadsThatTheSystemRefuses) {
#if defined(__has_feature) && (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
  GTEST_SKIP() << "the sanitizer itself needs memory when a thread starts";
#endif
  pid_t child = fork(); // the limit is for good
  if (child == 0) {
    rlimit limit = {1, 1}; // no new mapping, hence no stack
    setrlimit(RLIMIT_AS, &limit);
    llmc_status status = startThreads(100);
    _exit(testing::Test::HasFailure() ? 0 : status);
  }
  int result = -1;
  ASSERT_EQ(waitpid(child, &result, 0), child);
  EXPECT_EQ(WEXITSTATUS(result), LLMC_ERROR_THREADS);
}
