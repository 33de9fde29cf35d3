// What may not be bound, and the message that says so.
#include "Fixture.h"

using namespace llmc::test;

namespace {

class Bind : public FakeModelTest {
protected:
  llmc_context *context = nullptr;
  FakeInputs inputs{2, {1}};
  llmc_tensor x = inputs.xTensor();

  void SetUp() override {
    FakeModelTest::SetUp();
    context = newContext(1);
  }
  // Binds the damaged `x`; expects that status and message.
  void expectRefused(llmc_status status, const std::string &text) {
    EXPECT_EQ(llmc_context_bind_input(context, 0, &x), status);
    EXPECT_EQ(llmc_context_message(context), text);
    x = inputs.xTensor();
  }
};

} // namespace

TEST_F(Bind, RefusesWrongTensors) {
  x.dtype = LLMC_DTYPE_F16;
  expectRefused(LLMC_ERROR_TYPE_MISMATCH, "input \"x\": expected f32, got f16 (10)");
  x.dtype = 999;
  expectRefused(LLMC_ERROR_TYPE_MISMATCH, "input \"x\": expected f32, got unknown (999)");
  x.rank = 3;
  expectRefused(LLMC_ERROR_SHAPE_MISMATCH, "input \"x\": expected rank 2, got 3");
  x.rank = UINT32_MAX;
  expectRefused(LLMC_ERROR_SHAPE_MISMATCH, "input \"x\": expected rank 2, got 4294967295");
  x.dims = nullptr;
  expectRefused(LLMC_ERROR_INVALID_ARGUMENT, "input \"x\": dims is null");
  x.data = nullptr;
  expectRefused(LLMC_ERROR_INVALID_ARGUMENT, "input \"x\": data is null");
  x.data = reinterpret_cast<char *>(x.data) + 1;
  expectRefused(LLMC_ERROR_INVALID_ARGUMENT, "input \"x\": data is not aligned to 4 bytes");
  x.bytes = 31;
  expectRefused(LLMC_ERROR_BUFFER_TOO_SMALL, "input \"x\": shape needs 32 bytes, the buffer holds 31");
  x.device = 1;
  expectRefused(LLMC_ERROR_INVALID_ARGUMENT,
                "input \"x\": data on device 1; this runtime takes data in the host's memory, 0");
  x.size = 0;
  EXPECT_EQ(llmc_context_bind_input(context, 0, &x), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(llmc_context_bind_input(context, 0, nullptr), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(llmc_context_bind_input(nullptr, 0, &x), LLMC_ERROR_INVALID_ARGUMENT);
}

TEST_F(Bind, RefusesWrongSizes) {
  const int64_t wrong[] = {2, 5}, negative[] = {-1, 4}, huge[] = {INT64_MAX, 4};
  x.dims = wrong;
  expectRefused(LLMC_ERROR_SHAPE_MISMATCH, "input \"x\": axis 1 is 5, expected 4");
  x.dims = negative;
  expectRefused(LLMC_ERROR_SHAPE_MISMATCH, "input \"x\": axis 0 is -1, expected batch");
  x.dims = huge;
  expectRefused(LLMC_ERROR_SHAPE_MISMATCH, "input \"x\": larger than the address space");
  EXPECT_EQ(llmc_context_bind_input(context, 2, &x), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(llmc_context_message(context), "input 2 does not exist, the model has 2");
}

// What an application's header said before the field `device`, and what a later one may say.
struct OlderTensor {
  size_t size;
  uint32_t dtype, rank;
  const int64_t *dims;
  void *data;
  uint64_t bytes;
};
struct NewerTensor {
  llmc_tensor known;
  uint64_t later;
};
static_assert(sizeof(OlderTensor) == offsetof(llmc_tensor, device), "fields of the older struct moved");

TEST_F(Bind, TakesTensorsOfOlderAndNewerHeaders) {
  ASSERT_EQ(inputs.bind(context), LLMC_OK);
  struct {
    OlderTensor tensor;
    uint64_t behind;
  } older = {{sizeof(OlderTensor), x.dtype, x.rank, x.dims, x.data, x.bytes}, 7}; // what stands behind is not its own
  EXPECT_EQ(llmc_context_bind_input(context, 0, reinterpret_cast<llmc_tensor *>(&older)), LLMC_OK)
      << llmc_context_message(context);
  ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
  EXPECT_EQ(llmc_context_output(context, 0, reinterpret_cast<llmc_tensor *>(&older)), LLMC_OK);
  EXPECT_EQ(older.tensor.bytes, x.bytes);
  EXPECT_EQ(older.behind, 7u);

  NewerTensor newer = {x, 0};
  newer.known.size = sizeof newer;
  EXPECT_EQ(llmc_context_bind_input(context, 0, &newer.known), LLMC_OK) << llmc_context_message(context);
  newer.later = 1;
  EXPECT_EQ(llmc_context_bind_input(context, 0, &newer.known), LLMC_ERROR_INVALID_ARGUMENT);
  ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
  EXPECT_EQ(llmc_context_output(context, 0, &newer.known), LLMC_OK);
  EXPECT_EQ(newer.later, 0u);
  EXPECT_EQ(newer.known.device, 0u);
  expectOutputs(context, inputs);
}

TEST_F(Bind, ARefusedTensorLeavesTheOldOne) {
  ASSERT_EQ(inputs.bind(context), LLMC_OK);
  x.rank = 1;
  EXPECT_EQ(llmc_context_bind_input(context, 0, &x), LLMC_ERROR_SHAPE_MISMATCH);
  ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
  expectOutputs(context, inputs);
}

TEST_F(Bind, NamesTheInputThatIsMissing) {
  llmc_tensor shape = {sizeof shape};
  ASSERT_EQ(llmc_context_bind_input(context, 0, &x), LLMC_OK);
  EXPECT_EQ(llmc_context_output_shape(context, 0, &shape), LLMC_ERROR_NOT_READY);
  EXPECT_EQ(llmc_context_run(context, nullptr), LLMC_ERROR_NOT_READY);
  EXPECT_STREQ(llmc_context_message(context), "input \"index\" is not bound");
}

TEST_F(Bind, KnowsOutputShapesBeforeTheRun) {
  ASSERT_EQ(inputs.bind(context), LLMC_OK);
  llmc_tensor shape = {sizeof shape};
  ASSERT_EQ(llmc_context_output_shape(context, 0, &shape), LLMC_OK);
  EXPECT_EQ(shape.rank, 2u);
  EXPECT_EQ(shape.dims[0], 2);
  EXPECT_EQ(shape.dims[1], 4);
  EXPECT_EQ(shape.bytes, 32u);
  EXPECT_EQ(shape.data, nullptr);
  EXPECT_EQ(llmc_context_output(context, 0, &shape), LLMC_ERROR_NOT_READY);
  EXPECT_EQ(llmc_context_output_shape(context, 2, &shape), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(llmc_context_output_shape(context, 0, nullptr), LLMC_ERROR_INVALID_ARGUMENT);
}

TEST_F(Bind, ConditionsOnAllSizesNameTheirNode) {
  FakeInputs large(4097, {});
  ASSERT_EQ(large.bind(context), LLMC_OK);
  llmc_tensor shape = {sizeof shape};
  EXPECT_EQ(llmc_context_output_shape(context, 0, &shape), LLMC_ERROR_SHAPE_MISMATCH);
  EXPECT_STREQ(llmc_context_message(context), "\"x\": batch is 4097, at most 4096 is allowed");
  EXPECT_EQ(llmc_context_run(context, nullptr), LLMC_ERROR_SHAPE_MISMATCH);
  ASSERT_EQ(inputs.bind(context), LLMC_OK);
  EXPECT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
}

TEST_F(Bind, RefusesOutputBuffersThatDoNotFit) {
  alignas(64) float buffer[24] = {};
  ASSERT_EQ(inputs.bind(context), LLMC_OK);
  ASSERT_EQ(llmc_context_bind_output(context, 0, buffer, 31), LLMC_OK);
  EXPECT_EQ(llmc_context_run(context, nullptr), LLMC_ERROR_BUFFER_TOO_SMALL);
  EXPECT_STREQ(llmc_context_message(context), "output \"y\": shape needs 32 bytes, the buffer holds 31");
  ASSERT_EQ(llmc_context_bind_output(context, 0, buffer, 32), LLMC_OK);
  ASSERT_EQ(llmc_context_bind_output(context, 1, buffer + 7, 16), LLMC_OK);
  EXPECT_EQ(llmc_context_run(context, nullptr), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(llmc_context_message(context), "output \"picked\" overlaps output \"y\"");
  ASSERT_EQ(llmc_context_bind_output(context, 1, inputs.x.data() + 1, 16), LLMC_OK);
  EXPECT_EQ(llmc_context_run(context, nullptr), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_STREQ(llmc_context_message(context), "output \"picked\" overlaps input \"x\"");
  ASSERT_EQ(llmc_context_bind_output(context, 1, buffer + 8, 16), LLMC_OK);
  EXPECT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
  EXPECT_EQ(llmc_context_bind_output(context, 0, reinterpret_cast<char *>(buffer) + 2, 32),
            LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(llmc_context_bind_output(context, 2, buffer, 32), LLMC_ERROR_INVALID_ARGUMENT);
}

TEST_F(Bind, EmptyTensorsMayBeNull) {
  FakeInputs empty(0, {});
  ASSERT_EQ(empty.bind(context), LLMC_OK);
  ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK);
  expectOutputs(context, empty);
}
