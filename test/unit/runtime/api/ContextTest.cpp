// Contexts that run: results, memory, threads, cancelling, deadlines, profiles.
#include "Fixture.h"

#include <cfenv>
#include <chrono>
#include <thread>
#include <unistd.h>

using namespace llmc::test;

namespace {

class Run : public FakeModelTest {};

std::atomic<int> rows{0};
void slowRow() {
  ++rows;
  usleep(1000);
}

} // namespace

TEST_F(Run, ComputesOnAnyNumberOfThreads) {
  for (uint32_t threads : {0u, 1u, 2u, 5u}) {
    llmc_context *context = newContext(threads);
    for (int64_t batch : {1, 3, 200, 7, 0}) {
      FakeInputs inputs(batch, batch ? std::vector<int64_t>{0, batch - 1} : std::vector<int64_t>{});
      ASSERT_EQ(inputs.bind(context), LLMC_OK);
      ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK) << llmc_context_message(context);
      expectOutputs(context, inputs);
    }
  }
}

TEST_F(Run, RepeatedSizesAllocateNothing) {
  llmc_context *context = newContext(3);
  FakeInputs large(100, {5, 6}), small(10, {1});
  ASSERT_EQ(large.bind(context), LLMC_OK);
  ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
  int before = allocator.calls;
  for (int round = 0; round < 20; ++round) {
    FakeInputs &inputs = round % 2 ? large : small;
    ASSERT_EQ(inputs.bind(context), LLMC_OK);
    ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
    expectOutputs(context, inputs);
  }
  EXPECT_EQ(allocator.calls, before);
}

TEST_F(Run, TrimGivesMemoryBack) {
  llmc_context *context = newContext(1);
  int64_t before = allocator.held;
  FakeInputs inputs(1000, {5});
  ASSERT_EQ(inputs.bind(context), LLMC_OK);
  ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
  EXPECT_GE(allocator.held, before + 2 * 16000);
  ASSERT_EQ(llmc_context_trim(context), LLMC_OK);
  EXPECT_EQ(allocator.held, before);
  llmc_tensor y = {sizeof y};
  EXPECT_EQ(llmc_context_output(context, 0, &y), LLMC_ERROR_NOT_READY);
  ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
  expectOutputs(context, inputs);
}

TEST_F(Run, WritesToTheUsersBuffers) {
  llmc_context *context = newContext(2);
  FakeInputs inputs(4, {3, 0});
  std::vector<float> y(16);
  ASSERT_EQ(inputs.bind(context), LLMC_OK);
  ASSERT_EQ(llmc_context_bind_output(context, 0, y.data(), 64), LLMC_OK);
  ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
  EXPECT_EQ(y[15], 60.0f);
  llmc_tensor tensor = {sizeof tensor};
  ASSERT_EQ(llmc_context_output(context, 0, &tensor), LLMC_OK);
  EXPECT_EQ(tensor.data, y.data());
  expectOutputs(context, inputs);
  ASSERT_EQ(llmc_context_bind_output(context, 0, nullptr, 0), LLMC_OK);
  ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
  ASSERT_EQ(llmc_context_output(context, 0, &tensor), LLMC_OK);
  EXPECT_NE(tensor.data, y.data());
}

// The tensor of `context`'s output 0, as an input.
static llmc_tensor lastY(llmc_context *context) {
  llmc_tensor y = {sizeof y};
  EXPECT_EQ(llmc_context_output(context, 0, &y), LLMC_OK) << llmc_context_message(context);
  return y;
}

// A run on `inputs` whose output 0 is then bound as input 0.
static void bindOutputOfARun(llmc_context *context, FakeInputs &inputs) {
  EXPECT_EQ(inputs.bind(context), LLMC_OK);
  EXPECT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
  llmc_tensor y = lastY(context);
  EXPECT_EQ(llmc_context_bind_input(context, 0, &y), LLMC_OK);
}

TEST_F(Run, OutputsInItsMemoryAreInputsOfTheNextRun) {
  llmc_context *context = newContext(2);
  for (int64_t batch : {3, 300, 2}) {
    FakeInputs inputs(batch, {0, 1});
    ASSERT_EQ(inputs.bind(context), LLMC_OK);
    ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
    for (int step = 0; step < 5; ++step) {
      llmc_tensor y = lastY(context);
      int64_t dims[] = {y.dims[0], y.dims[1]};
      y.dims = dims;
      ASSERT_EQ(llmc_context_bind_input(context, 0, &y), LLMC_OK);
      for (int again = 0; again < 2; ++again) {
        ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK) << llmc_context_message(context);
        EXPECT_NE(lastY(context).data, y.data);
      }
      for (size_t i = 0; i < inputs.x.size(); ++i)
        inputs.x[i] = inputs.wantedY(i);
      expectOutputs(context, inputs);
    }
  }
}

TEST_F(Run, OutputsOfTwoRunsLeaveNoMemoryForAThird) {
  llmc_context *context = newContext(1);
  FakeInputs inputs(2, {1});
  bindOutputOfARun(context, inputs);
  ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
  llmc_tensor second = lastY(context);
  ASSERT_EQ(llmc_context_bind_output(context, 1, second.data, second.bytes), LLMC_OK);
  EXPECT_EQ(llmc_context_run(context, nullptr), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(llmc_context_message(context),
               "outputs of two earlier runs of this context are bound, and it has no more memory for those of this "
               "run; copy one of them, or bind buffers for the outputs");
  std::vector<float> own(8);
  ASSERT_EQ(llmc_context_bind_output(context, 0, own.data(), 32), LLMC_OK);
  ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK) << "nothing is left for the context to place";
  EXPECT_EQ(own[7], inputs.x[7] * 16);
}

TEST_F(Run, TrimForgetsBuffersThatItGivesBack) {
  llmc_context *context = newContext(1);
  FakeInputs inputs(2, {1});
  bindOutputOfARun(context, inputs);
  ASSERT_EQ(llmc_context_trim(context), LLMC_OK);
  EXPECT_EQ(llmc_context_run(context, nullptr), LLMC_ERROR_NOT_READY);
  EXPECT_STREQ(llmc_context_message(context), "input \"x\" is not bound");
}

TEST_F(Run, ManyContextsAtOnce) {
  std::vector<std::thread> threads;
  for (int64_t i = 1; i <= 6; ++i)
    threads.emplace_back([i, context = newContext(static_cast<uint32_t>(1 + i % 3))] {
      FakeInputs inputs(i * 13, {0, i});
      for (int round = 0; round < 200; ++round) {
        ASSERT_EQ(inputs.bind(context), LLMC_OK);
        ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
        expectOutputs(context, inputs);
      }
    });
  for (std::thread &thread : threads)
    thread.join();
}

TEST_F(Run, ContextsOutliveTheClosedModel) {
  llmc_context *context = newContext(1);
  llmc_model_close(model);
  model = nullptr;
  FakeInputs inputs(2, {1});
  ASSERT_EQ(inputs.bind(context), LLMC_OK);
  ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
  expectOutputs(context, inputs);
}

TEST_F(Run, FailedCheckInAKernelNamesTheNode) {
  llmc_context *context = newContext(2);
  FakeInputs inputs(4, {1, 9});
  ASSERT_EQ(inputs.bind(context), LLMC_OK);
  EXPECT_EQ(llmc_context_run(context, nullptr), LLMC_ERROR_CHECK_FAILED);
  EXPECT_STREQ(llmc_context_message(context), "\"gather_1\": index 9 is not below 4");
  llmc_tensor y = {sizeof y};
  EXPECT_EQ(llmc_context_output(context, 0, &y), LLMC_ERROR_NOT_READY);
  inputs.index[1] = 0;
  ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
  expectOutputs(context, inputs);
}

TEST_F(Run, CancelEndsTheRunAndOnlyThat) {
  for (uint32_t threads : {1u, 3u}) {
    llmc_context *context = newContext(threads);
    FakeInputs inputs(2000, {0});
    ASSERT_EQ(inputs.bind(context), LLMC_OK);
    rows = 0;
    fakeRowHook = slowRow;
    std::thread canceller([context] {
      while (rows == 0)
        usleep(100);
      llmc_context_cancel(context);
    });
    EXPECT_EQ(llmc_context_run(context, nullptr), LLMC_ERROR_CANCELLED);
    canceller.join();
    EXPECT_LT(rows, 2000);
    fakeRowHook = nullptr;
    llmc_context_cancel(context); // nothing is under way: no effect
    ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
    expectOutputs(context, inputs);
  }
}

TEST_F(Run, DeadlineEndsTheRun) {
  llmc_context *context = newContext(2);
  FakeInputs inputs(500, {0});
  ASSERT_EQ(inputs.bind(context), LLMC_OK);
  fakeRowHook = slowRow;
  llmc_run_options options = {sizeof options, 5, 0};
  EXPECT_EQ(llmc_context_run(context, &options), LLMC_ERROR_DEADLINE);
  EXPECT_STREQ(llmc_context_message(context), "run of model \"fake\": deadline passed");
  fakeRowHook = nullptr;
  options.deadline_ms = 60000;
  ASSERT_EQ(llmc_context_run(context, &options), LLMC_OK);
  expectOutputs(context, inputs);
}

TEST_F(Run, ASecondThreadIsTurnedAway) {
  llmc_context *context = newContext(1);
  FakeInputs inputs(50, {0});
  ASSERT_EQ(inputs.bind(context), LLMC_OK);
  rows = 0;
  fakeRowHook = slowRow;
  std::thread runner([context] { EXPECT_EQ(llmc_context_run(context, nullptr), LLMC_OK); });
  while (rows == 0)
    usleep(100);
  EXPECT_EQ(llmc_context_run(context, nullptr), LLMC_ERROR_BUSY);
  EXPECT_EQ(llmc_context_trim(context), LLMC_ERROR_BUSY);
  runner.join();
  expectOutputs(context, inputs);
}

TEST_F(Run, TheApplicationsExecutor) {
  struct Calls {
    uint32_t asked = 0, wanted = 0;
  } calls;
  llmc_executor executor = {sizeof executor, &calls, 4,
                            [](void *user, uint32_t count, void (*work)(void *), void *job) {
                              auto &seen = *static_cast<Calls *>(user);
                              ++seen.asked;
                              std::vector<std::thread> threads;
                              for (uint32_t i = 0; i < count && i < seen.wanted; ++i)
                                threads.emplace_back(work, job);
                              for (std::thread &thread : threads)
                                thread.join();
                            }};
  for (calls.wanted = 0; calls.wanted <= 4; calls.wanted += 2) {
    llmc_context *context = newContext(0, &executor);
    FakeInputs inputs(100, {0, 99});
    ASSERT_EQ(inputs.bind(context), LLMC_OK);
    ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
    expectOutputs(context, inputs);
    EXPECT_GT(calls.asked, 0u);
  }
  llmc_context_options options = {sizeof options, 2, &executor};
  llmc_context *refused = nullptr;
  EXPECT_EQ(llmc_context_create(model, &options, &refused), LLMC_ERROR_INVALID_ARGUMENT);
}

TEST_F(Run, MeasuresKernels) {
  llmc_context *context = newContext(2);
  FakeInputs inputs(3, {0});
  llmc_kernel_time times[3];
  ASSERT_EQ(inputs.bind(context), LLMC_OK);
  ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
  EXPECT_EQ(llmc_context_profile(context, times, 3), LLMC_ERROR_NOT_READY);
  fakeRowHook = slowRow;
  llmc_run_options options = {sizeof options, 0, 1};
  ASSERT_EQ(llmc_context_run(context, &options), LLMC_OK);
  ASSERT_EQ(llmc_context_profile(context, times, 3), LLMC_OK);
  EXPECT_EQ(times[0].calls, 1u);
  EXPECT_GT(times[0].nanoseconds, 1000000u);
  EXPECT_LT(times[2].nanoseconds, times[0].nanoseconds);
  EXPECT_EQ(llmc_context_profile(context, times, 4), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(llmc_context_profile(context, nullptr, 1), LLMC_ERROR_INVALID_ARGUMENT);
}

// What an observer saw: kernels in order, and the result of each.
struct Observed {
  std::vector<llmc_kernel_view_info> kernels;
  std::vector<std::vector<int64_t>> shapes;
  std::vector<std::vector<float>> values;
};

static void observe(void *user, uint32_t kernel, const llmc_kernel_view *view) {
  auto &observed = *static_cast<Observed *>(user);
  llmc_kernel_view_info info = {sizeof info};
  ASSERT_EQ(llmc_kernel_view_describe(view, &info), LLMC_OK);
  EXPECT_EQ(info.kernel, kernel);
  observed.kernels.push_back(info);
  llmc_tensor result = {sizeof result}, unset = {};
  ASSERT_EQ(llmc_kernel_view_result(view, 0, &result), LLMC_OK);
  EXPECT_EQ(result.dtype, LLMC_DTYPE_F32);
  const float *data = static_cast<const float *>(result.data);
  observed.shapes.emplace_back(result.dims, result.dims + result.rank);
  observed.values.emplace_back(data, data + result.bytes / sizeof(float));
  EXPECT_EQ(llmc_kernel_view_result(view, info.result_count, &result), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(llmc_kernel_view_result(view, 0, &unset), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(llmc_kernel_view_result(view, 0, nullptr), LLMC_ERROR_INVALID_ARGUMENT);
}

TEST_F(Run, AnObserverSeesEachKernelsResult) {
  llmc_context *context = newContext(2);
  FakeInputs inputs(3, {2});
  ASSERT_EQ(inputs.bind(context), LLMC_OK);
  Observed observed;
  llmc_observer observer = {sizeof observer, &observed, observe};
  llmc_run_options options = {sizeof options, 0, 0, &observer};
  ASSERT_EQ(llmc_context_run(context, &options), LLMC_OK);
  expectOutputs(context, inputs);
  ASSERT_EQ(observed.kernels.size(), 3u);
  EXPECT_STREQ(observed.kernels[2].name, "pick");
  EXPECT_STREQ(observed.kernels[2].nodes, "gather_1");
  EXPECT_EQ(observed.shapes, (std::vector<std::vector<int64_t>>{{3, 4}, {3, 4}, {1, 4}}));
  ASSERT_EQ(observed.values[0].size(), 12u);
  EXPECT_EQ(observed.values[0][5], inputs.wantedY(5)) << "in the arena";
  EXPECT_EQ(observed.values[1], observed.values[0]) << "an output";
  EXPECT_EQ(observed.values[2][1], inputs.wantedY(9));
  ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
  EXPECT_EQ(observed.kernels.size(), 3u) << "an observer belongs to one run";
  llmc_kernel_view_info info = {sizeof info};
  EXPECT_EQ(llmc_kernel_view_describe(nullptr, &info), LLMC_ERROR_INVALID_ARGUMENT);
}

TEST_F(Run, AnObserverWithoutFunctionIsRefused) {
  llmc_context *context = newContext(2);
  FakeInputs inputs(3, {0});
  ASSERT_EQ(inputs.bind(context), LLMC_OK);
  llmc_observer observer = {sizeof observer, nullptr, nullptr};
  llmc_run_options options = {sizeof options, 0, 0, &observer};
  EXPECT_EQ(llmc_context_run(context, &options), LLMC_ERROR_INVALID_ARGUMENT);
  observer = {0, nullptr, observe};
  EXPECT_EQ(llmc_context_run(context, &options), LLMC_ERROR_INVALID_ARGUMENT);
}

TEST_F(Run, KeepsTheApplicationsRoundingMode) {
  llmc_context *context = newContext(1);
  FakeInputs inputs(1, {0});
  inputs.x[2] = 1.0f / 3; // times 3 is inexact
  ASSERT_EQ(inputs.bind(context), LLMC_OK);
  fesetround(FE_UPWARD);
  llmc_status status = llmc_context_run(context, nullptr);
  EXPECT_EQ(fegetround(), FE_UPWARD);
  fesetround(FE_TONEAREST);
  ASSERT_EQ(status, LLMC_OK);
  expectOutputs(context, inputs);
}
