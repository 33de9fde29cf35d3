// What the tests of the API share: a weights file in memory, an allocator that counts and fails on
// demand, and an open model with its contexts.
#ifndef LLMC_TEST_UNIT_RUNTIME_FIXTURE_H
#define LLMC_TEST_UNIT_RUNTIME_FIXTURE_H

#include "FakeModel.h"
#include "llmc/llmc.h"
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace llmc::test {

// Of a weights file that lies beside the model's code.
inline std::string fakeWeightsName() {
  char digest[17];
  snprintf(digest, sizeof digest, "%016llx", static_cast<unsigned long long>(fakeDigest));
  return std::string("fake-") + digest + ".weights";
}

// The contents of that file.
struct alignas(64) WeightsContents {
  uint8_t bytes[LLMC_WEIGHTS_PAYLOAD + sizeof fakeWeights] = {};

  WeightsContents() {
    llmc_weights_header header = {LLMC_WEIGHTS_MAGIC, LLMC_WEIGHTS_VERSION, LLMC_WEIGHTS_PAYLOAD, sizeof fakeWeights,
                                  fakeDigest};
    std::memcpy(bytes, &header, sizeof header);
    std::memcpy(bytes + LLMC_WEIGHTS_PAYLOAD, fakeWeights, sizeof fakeWeights);
  }
};

// Counts allocations, checks that all come back with their size, and fails the n-th.
class CountingAllocator {
public:
  llmc_allocator hook() { return {sizeof(llmc_allocator), this, allocate, release}; }
  std::atomic<int> calls{0};    // of allocate
  std::atomic<int64_t> held{0}; // bytes not yet given back
  std::atomic<int> failAt{0};   // 1: the first call fails; 0: none does

private:
  static void *allocate(void *user, size_t bytes, size_t alignment) {
    auto &self = *static_cast<CountingAllocator *>(user);
    void *memory = nullptr;
    if (++self.calls == self.failAt || posix_memalign(&memory, alignment, bytes) != 0)
      return nullptr;
    self.held += static_cast<int64_t>(bytes);
    return memory;
  }
  static void release(void *user, void *memory, size_t bytes) {
    static_cast<CountingAllocator *>(user)->held -= static_cast<int64_t>(bytes);
    free(memory);
  }
};

// The tensors of one run of the fake model.
struct FakeInputs {
  std::vector<float> x;
  std::vector<int64_t> index;
  int64_t xDims[2], indexDims[1];

  FakeInputs(int64_t batch, std::vector<int64_t> picks) : index(std::move(picks)) {
    for (int64_t i = 0; i < batch * 4; ++i)
      x.push_back(static_cast<float>(i));
    xDims[0] = batch;
    xDims[1] = 4;
    indexDims[0] = static_cast<int64_t>(index.size());
  }
  llmc_tensor xTensor() { return {sizeof(llmc_tensor), LLMC_DTYPE_F32, 2, xDims, x.data(), x.size() * 4, 0}; }
  llmc_tensor indexTensor() {
    return {sizeof(llmc_tensor), LLMC_DTYPE_I64, 1, indexDims, index.data(), index.size() * 8, 0};
  }
  llmc_status bind(llmc_context *context) {
    llmc_tensor first = xTensor(), second = indexTensor();
    llmc_status status = llmc_context_bind_input(context, 0, &first);
    return status != LLMC_OK ? status : llmc_context_bind_input(context, 1, &second);
  }
  float wantedY(size_t i) const { return x[i] * fakeWeights[i % 4]; }
};

// Compares both outputs with what the inputs ask for.
inline void expectOutputs(llmc_context *context, const FakeInputs &inputs) {
  llmc_tensor y = {sizeof y}, picked = {sizeof picked};
  ASSERT_EQ(llmc_context_output(context, 0, &y), LLMC_OK) << llmc_context_message(context);
  ASSERT_EQ(llmc_context_output(context, 1, &picked), LLMC_OK);
  ASSERT_EQ(y.bytes, inputs.x.size() * 4);
  ASSERT_EQ(picked.dims[0], inputs.indexDims[0]);
  for (size_t i = 0; i < inputs.x.size(); ++i)
    ASSERT_EQ(static_cast<float *>(y.data)[i], inputs.wantedY(i)) << i;
  for (size_t i = 0; i < inputs.index.size() * 4; ++i)
    ASSERT_EQ(static_cast<float *>(picked.data)[i],
              inputs.wantedY(static_cast<size_t>(inputs.index[i / 4]) * 4 + i % 4));
}

// An open fake model; the hooks can be set before open().
class FakeModelTest : public testing::Test {
protected:
  WeightsContents weights;
  CountingAllocator allocator;
  llmc_allocator allocatorHook = allocator.hook();
  llmc_model *model = nullptr;
  std::vector<llmc_context *> contexts;
  char message[512] = "";
  const llmc_image_table *images = nullptr; // null: those of the fake model

  llmc_model_options modelOptions() {
    llmc_model_options options = {sizeof options};
    options.weights = weights.bytes;
    options.weights_bytes = sizeof weights.bytes;
    options.allocator = &allocatorHook;
    options.images = images;
    options.message = message;
    options.message_bytes = sizeof message;
    return options;
  }
  void SetUp() override {
    llmc_model_options options = modelOptions();
    ASSERT_EQ(llmc_model_open(&options, &model), LLMC_OK) << message;
  }
  llmc_context *newContext(uint32_t threads, const llmc_executor *executor = nullptr) {
    llmc_context_options options = {sizeof options};
    options.threads = threads;
    options.executor = executor;
    llmc_context *context = nullptr;
    EXPECT_EQ(llmc_context_create(model, &options, &context), LLMC_OK);
    contexts.push_back(context);
    return context;
  }
  void TearDown() override {
    for (llmc_context *context : contexts)
      llmc_context_destroy(context);
    llmc_model_close(model);
    EXPECT_EQ(allocator.held, 0);
    fakeRowHook = nullptr;
  }
};

} // namespace llmc::test
#endif
