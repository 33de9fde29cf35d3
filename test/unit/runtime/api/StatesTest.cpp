// States that a context keeps: appended in place, emptied, cut, moved to more room, and left alone by runs that fail.
#include "FakeStates.h"
#include "Fixture.h"

using namespace llmc::test;

namespace {

using Numbers = std::vector<float>;

class KeptStates : public FakeModelTest {
protected:
  void SetUp() override {
    images = &statesImages;
    FakeModelTest::SetUp();
    positionsCopied = 0;
  }

  llmc_context *keeping(int64_t capacity) {
    llmc_context *context = newContext(1);
    EXPECT_EQ(llmc_context_state_reserve(context, capacity), LLMC_OK) << llmc_context_message(context);
    return context;
  }
};

// One run; tokens are those of all batches.
llmc_status run(llmc_context *context, int64_t batch, const Numbers &tokens) {
  int64_t dims[] = {batch, static_cast<int64_t>(tokens.size()) / batch};
  llmc_tensor tensor = {sizeof tensor, LLMC_DTYPE_F32, 2, dims, const_cast<float *>(tokens.data()), tokens.size() * 4};
  llmc_status status = llmc_context_bind_input(context, 0, &tensor);
  return status == LLMC_OK ? llmc_context_run(context, nullptr) : status;
}

Numbers totals(llmc_context *context) {
  llmc_tensor tensor = {sizeof tensor};
  EXPECT_EQ(llmc_context_output(context, 0, &tensor), LLMC_OK) << llmc_context_message(context);
  const float *data = static_cast<float *>(tensor.data);
  return tensor.dims ? Numbers(data, data + tensor.dims[0]) : Numbers();
}

int64_t length(llmc_context *context, uint32_t state = 0) {
  int64_t length = -1;
  EXPECT_EQ(llmc_context_state_length(context, state, &length), LLMC_OK) << llmc_context_message(context);
  return length;
}

Numbers read(llmc_context *context, uint32_t state, size_t count) {
  Numbers numbers(count);
  EXPECT_EQ(llmc_context_state_read(context, state, numbers.data(), count * 4), LLMC_OK)
      << llmc_context_message(context);
  return numbers;
}

llmc_context *cancelled = nullptr;

} // namespace

TEST_F(KeptStates, AreTold) {
  llmc_model_info info = {sizeof info};
  ASSERT_EQ(llmc_model_describe(model, &info), LLMC_OK);
  EXPECT_EQ(info.state_count, 2u);
  llmc_state_info state = {sizeof state};
  ASSERT_EQ(llmc_model_state(model, 1, &state), LLMC_OK);
  EXPECT_EQ(state.input, 2u);
  EXPECT_EQ(state.output, 2u);
  EXPECT_EQ(state.axis, 0u);
  EXPECT_EQ(llmc_model_state(model, 2, &state), LLMC_ERROR_INVALID_ARGUMENT);
  llmc_tensor_info tensor = {sizeof tensor};
  for (uint64_t index = 0; index < 3; ++index) {
    ASSERT_EQ(llmc_model_input(model, static_cast<uint32_t>(index), &tensor), LLMC_OK);
    EXPECT_EQ(tensor.state, index);
    ASSERT_EQ(llmc_model_output(model, static_cast<uint32_t>(index), &tensor), LLMC_OK);
    EXPECT_EQ(tensor.state, index);
  }
}

TEST_F(KeptStates, AreAppendedInPlace) {
  llmc_context *context = keeping(5);
  ASSERT_EQ(run(context, 2, {1, 2, 3, 4, 5, 6}), LLMC_OK) << llmc_context_message(context);
  EXPECT_EQ(totals(context), Numbers({66, 165}));
  int allocations = allocator.calls;
  ASSERT_EQ(run(context, 2, {7, 8}), LLMC_OK);
  EXPECT_EQ(totals(context), Numbers({143, 253}));
  ASSERT_EQ(run(context, 2, {0, 1}), LLMC_OK);
  EXPECT_EQ(length(context, 0), 5);
  EXPECT_EQ(length(context, 1), 5);
  EXPECT_EQ(read(context, 0, 20), Numbers({1, 10, 2, 20, 3, 30, 7, 70, 0, 0, 4, 40, 5, 50, 6, 60, 8, 80, 1, 10}));
  EXPECT_EQ(read(context, 1, 5), Numbers({1, 2, 3, 7, 0}));
  EXPECT_EQ(positionsCopied, 0);
  EXPECT_EQ(allocator.calls, allocations);
}

TEST_F(KeptStates, RepeatARunWithoutBinding) {
  llmc_context *context = keeping(3);
  const Numbers tokens = {1};
  ASSERT_EQ(run(context, 1, tokens), LLMC_OK);
  ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
  EXPECT_EQ(totals(context), Numbers({22}));
  EXPECT_EQ(length(context), 2);
}

TEST_F(KeptStates, RefuseMoreThanThereIsRoomFor) {
  llmc_context *context = keeping(2);
  ASSERT_EQ(run(context, 1, {1, 2}), LLMC_OK);
  EXPECT_EQ(run(context, 1, {3}), LLMC_ERROR_BUFFER_TOO_SMALL);
  EXPECT_STREQ(llmc_context_message(context),
               "output \"keys\" needs room for 3 positions, 2 are reserved; try: reserve "
               "more (llmc_context_state_reserve)");
  EXPECT_EQ(length(context), 2);
  ASSERT_EQ(llmc_context_state_reserve(context, 4), LLMC_OK); // what is there moves
  EXPECT_EQ(read(context, 0, 4), Numbers({1, 10, 2, 20}));
  ASSERT_EQ(run(context, 1, {3}), LLMC_OK) << llmc_context_message(context);
  EXPECT_EQ(totals(context), Numbers({66}));
  EXPECT_EQ(read(context, 1, 3), Numbers({1, 2, 3}));
}

TEST_F(KeptStates, MoveWithAllBatches) {
  llmc_context *context = keeping(2);
  ASSERT_EQ(run(context, 3, {1, 2, 3, 4, 5, 6}), LLMC_OK);
  EXPECT_EQ(llmc_context_state_reserve(context, 1), LLMC_ERROR_INVALID_ARGUMENT);
  ASSERT_EQ(llmc_context_state_reserve(context, 7), LLMC_OK);
  ASSERT_EQ(llmc_context_state_truncate(context, 1), LLMC_OK);
  ASSERT_EQ(llmc_context_state_reserve(context, 2), LLMC_OK);
  ASSERT_EQ(run(context, 3, {7, 8, 9}), LLMC_OK) << llmc_context_message(context);
  EXPECT_EQ(read(context, 0, 12), Numbers({1, 10, 7, 70, 3, 30, 8, 80, 5, 50, 9, 90}));
}

TEST_F(KeptStates, AreEmptiedAndCut) {
  llmc_context *context = keeping(4);
  ASSERT_EQ(run(context, 2, {1, 2, 3, 4}), LLMC_OK);
  ASSERT_EQ(llmc_context_state_truncate(context, 1), LLMC_OK);
  EXPECT_EQ(length(context, 1), 1);
  llmc_tensor shape = {sizeof shape};
  ASSERT_EQ(llmc_context_state_shape(context, 0, &shape), LLMC_OK);
  EXPECT_EQ(std::vector<int64_t>(shape.dims, shape.dims + shape.rank), std::vector<int64_t>({2, 1, 2}));
  EXPECT_EQ(shape.bytes, 16u);
  llmc_tensor tensor = {sizeof tensor};
  EXPECT_EQ(llmc_context_output(context, 0, &tensor), LLMC_ERROR_NOT_READY);
  ASSERT_EQ(run(context, 2, {5, 6}), LLMC_OK);
  EXPECT_EQ(totals(context), Numbers({66, 99}));
  ASSERT_EQ(llmc_context_state_truncate(context, 9), LLMC_OK);
  EXPECT_EQ(length(context), 2);
  EXPECT_EQ(llmc_context_state_truncate(context, -1), LLMC_ERROR_INVALID_ARGUMENT);
  int allocations = allocator.calls;
  ASSERT_EQ(llmc_context_state_reset(context), LLMC_OK);
  EXPECT_EQ(length(context), 0);
  ASSERT_EQ(run(context, 1, {9}), LLMC_OK); // a smaller batch fits
  EXPECT_EQ(totals(context), Numbers({99}));
  EXPECT_EQ(allocator.calls, allocations);
}

TEST_F(KeptStates, KeepTheirOtherSizes) {
  llmc_context *context = keeping(4);
  ASSERT_EQ(run(context, 2, {1, 2}), LLMC_OK);
  EXPECT_EQ(run(context, 1, {1}), LLMC_ERROR_SHAPE_MISMATCH);
  EXPECT_STREQ(llmc_context_message(context),
               "output \"keys\": axis 0 is 1, but the context keeps a state in which it is 2; "
               "try: llmc_context_state_reset before other sizes");
  ASSERT_EQ(run(context, 2, {1, 2}), LLMC_OK);
  EXPECT_EQ(length(context), 2);
}

TEST_F(KeptStates, SurviveARunThatFails) {
  llmc_context *context = keeping(4);
  EXPECT_EQ(run(context, 1, {-1}), LLMC_ERROR_CHECK_FAILED);
  EXPECT_EQ(length(context), 0);
  ASSERT_EQ(run(context, 1, {1, 2}), LLMC_OK);
  EXPECT_EQ(run(context, 1, {3, -1}), LLMC_ERROR_CHECK_FAILED);
  EXPECT_EQ(length(context), 2);
  EXPECT_EQ(read(context, 0, 4), Numbers({1, 10, 2, 20}));
  ASSERT_EQ(run(context, 1, {4, 5}), LLMC_OK);
  EXPECT_EQ(totals(context), Numbers({132}));
}

TEST_F(KeptStates, SurviveARunThatIsCancelled) {
  llmc_context *context = cancelled = keeping(4);
  ASSERT_EQ(run(context, 1, {1}), LLMC_OK);
  storedHook = [] { llmc_context_cancel(cancelled); };
  EXPECT_EQ(run(context, 1, {2, 3}), LLMC_ERROR_CANCELLED);
  storedHook = nullptr;
  EXPECT_EQ(length(context), 1);
  ASSERT_EQ(run(context, 1, {4}), LLMC_OK);
  EXPECT_EQ(totals(context), Numbers({55}));
}

TEST_F(KeptStates, BelongToOneContext) {
  llmc_context *first = keeping(3), *second = keeping(2);
  ASSERT_EQ(run(first, 1, {1, 2}), LLMC_OK);
  ASSERT_EQ(run(second, 1, {3}), LLMC_OK);
  ASSERT_EQ(run(first, 1, {4}), LLMC_OK);
  EXPECT_EQ(totals(first), Numbers({77}));
  EXPECT_EQ(totals(second), Numbers({33}));
}

TEST_F(KeptStates, TakeNoBuffers) {
  llmc_context *context = keeping(3);
  Numbers buffer(16);
  int64_t dims[] = {1, 1, 2};
  llmc_tensor tensor = {sizeof tensor, LLMC_DTYPE_F32, 3, dims, buffer.data(), 8};
  EXPECT_EQ(llmc_context_bind_input(context, 1, &tensor), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(llmc_context_message(context),
               "input \"past.keys\" is a state that the context keeps; try: bind nothing "
               "to it, or llmc_context_state_reserve with 0 first");
  EXPECT_EQ(llmc_context_bind_output(context, 1, buffer.data(), 64), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(llmc_context_bind_output(context, 1, nullptr, 0), LLMC_OK);
  ASSERT_EQ(run(context, 1, {1}), LLMC_OK);
  EXPECT_EQ(llmc_context_output(context, 1, &tensor), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(llmc_context_state_read(context, 0, buffer.data(), 7), LLMC_ERROR_BUFFER_TOO_SMALL);
  EXPECT_EQ(llmc_context_state_read(context, 2, buffer.data(), 64), LLMC_ERROR_INVALID_ARGUMENT);
}

TEST_F(KeptStates, CanBeBoundAsAnyInput) {
  llmc_context *context = newContext(1);
  int64_t keyDims[] = {1, 2, 2}, valueDims[] = {2}, none = -1;
  Numbers keys = {1, 10, 2, 20}, values = {1, 2};
  llmc_tensor keyTensor = {sizeof keyTensor, LLMC_DTYPE_F32, 3, keyDims, keys.data(), 16};
  llmc_tensor valueTensor = {sizeof valueTensor, LLMC_DTYPE_F32, 1, valueDims, values.data(), 8};
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(run(context, 1, {3}), LLMC_ERROR_NOT_READY) << "nothing is bound";
    EXPECT_EQ(llmc_context_state_length(context, 0, &none), LLMC_ERROR_NOT_READY);
    EXPECT_EQ(llmc_context_state_reset(context), LLMC_ERROR_NOT_READY);
    ASSERT_EQ(llmc_context_bind_input(context, 1, &keyTensor), LLMC_OK);
    ASSERT_EQ(llmc_context_bind_input(context, 2, &valueTensor), LLMC_OK);
    positionsCopied = 0;
    ASSERT_EQ(run(context, 1, {3}), LLMC_OK) << llmc_context_message(context);
    EXPECT_EQ(totals(context), Numbers({66}));
    EXPECT_EQ(positionsCopied, 4);
    llmc_tensor tensor = {sizeof tensor};
    ASSERT_EQ(llmc_context_output(context, 2, &tensor), LLMC_OK);
    EXPECT_EQ(static_cast<float *>(tensor.data)[2], 3);
    // Kept for a while, then bound again.
    ASSERT_EQ(llmc_context_state_reserve(context, 2), LLMC_OK);
    ASSERT_EQ(run(context, 1, {5}), LLMC_OK) << llmc_context_message(context);
    EXPECT_EQ(totals(context), Numbers({55}));
    ASSERT_EQ(llmc_context_state_reserve(context, 0), LLMC_OK);
  }
}

TEST_F(KeptStates, SurviveTrim) {
  llmc_context *context = keeping(3);
  ASSERT_EQ(run(context, 1, {1, 2}), LLMC_OK);
  ASSERT_EQ(llmc_context_trim(context), LLMC_OK);
  ASSERT_EQ(run(context, 1, {3}), LLMC_OK) << llmc_context_message(context);
  EXPECT_EQ(totals(context), Numbers({66}));
}

TEST_F(KeptStates, ReportMissingMemory) {
  llmc_context *context = keeping(INT64_MAX);
  EXPECT_EQ(run(context, 1, {1}), LLMC_ERROR_NO_MEMORY);
  ASSERT_EQ(llmc_context_state_reserve(context, 2), LLMC_OK);
  ASSERT_EQ(run(context, 1, {1}), LLMC_OK);
  allocator.failAt = allocator.calls + 1;
  EXPECT_EQ(llmc_context_state_reserve(context, 3), LLMC_ERROR_NO_MEMORY);
  EXPECT_EQ(llmc_context_state_reserve(context, -1), LLMC_ERROR_INVALID_ARGUMENT);
  ASSERT_EQ(run(context, 1, {2}), LLMC_OK) << "the old room is still there";
  EXPECT_EQ(read(context, 1, 2), Numbers({1, 2}));
}

TEST_F(FakeModelTest, WithoutStatesReservesNothing) {
  llmc_context *context = newContext(1);
  EXPECT_EQ(llmc_context_state_reserve(context, 8), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(llmc_context_message(context), "model \"fake\" has no states to reserve room for");
}
