// Code for some sizes: the last variant that takes them runs, and the first one says what no variant takes.
#include "Fixture.h"

using namespace llmc::test;

namespace {

int runsOfThree = 0;

int32_t bindThree(const int64_t *inputDims, int64_t capacity, int64_t *words, int64_t *outputDims,
                  llmc_image_memory *memory, int64_t values[2]) {
  return inputDims[0] == 3 ? fakeImage.variants[0].bind(inputDims, capacity, words, outputDims, memory, values) : 2;
}

int32_t runThree(const llmc_frame *frame) {
  ++runsOfThree;
  return fakeImage.variants[0].run(frame);
}

class Variants : public FakeModelTest {
protected:
  llmc_image_variant list[2] = {fakeImage.variants[0], {"batch=3", 1, 2, bindThree, runThree}};
  llmc_image image = fakeImage;
  const llmc_image *best = &image;
  llmc_image_table table = {1, &best};

  void SetUp() override {
    image.variant_count = 2;
    image.variants = list;
    images = &table;
    FakeModelTest::SetUp();
    runsOfThree = 0;
  }
};

} // namespace

TEST_F(Variants, AreDescribed) {
  llmc_model_info info = {sizeof info};
  ASSERT_EQ(llmc_model_describe(model, &info), LLMC_OK);
  EXPECT_EQ(info.variant_count, 2u);
  llmc_variant_info variant = {sizeof variant};
  ASSERT_EQ(llmc_model_variant(model, 0, &variant), LLMC_OK);
  EXPECT_STREQ(variant.dims, "");
  ASSERT_EQ(llmc_model_variant(model, 1, &variant), LLMC_OK);
  EXPECT_STREQ(variant.dims, "batch=3");
  EXPECT_EQ(variant.first_kernel, 1u);
  EXPECT_EQ(variant.kernel_count, 2u);
  EXPECT_EQ(llmc_model_variant(model, 2, &variant), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(llmc_model_variant(nullptr, 0, &variant), LLMC_ERROR_INVALID_ARGUMENT);
}

TEST_F(Variants, RunFollowsTheSizes) {
  llmc_context *context = newContext(2);
  uint32_t variant = 7;
  EXPECT_EQ(llmc_context_variant(context, &variant), LLMC_ERROR_NOT_READY);
  for (int64_t batch : {1, 3, 3, 4, 0, 3}) {
    FakeInputs inputs(batch, batch ? std::vector<int64_t>{0, batch - 1} : std::vector<int64_t>{});
    int before = runsOfThree;
    ASSERT_EQ(inputs.bind(context), LLMC_OK);
    ASSERT_EQ(llmc_context_run(context, nullptr), LLMC_OK) << llmc_context_message(context);
    expectOutputs(context, inputs);
    ASSERT_EQ(llmc_context_variant(context, &variant), LLMC_OK);
    EXPECT_EQ(variant, batch == 3 ? 1u : 0u);
    EXPECT_EQ(runsOfThree - before, batch == 3 ? 1 : 0);
  }
  EXPECT_EQ(llmc_context_variant(context, nullptr), LLMC_ERROR_INVALID_ARGUMENT);
}

TEST_F(Variants, TheFirstSaysWhatIsWrong) {
  llmc_context *context = newContext(1);
  FakeInputs inputs(5000, {0});
  ASSERT_EQ(inputs.bind(context), LLMC_OK);
  EXPECT_EQ(llmc_context_run(context, nullptr), LLMC_ERROR_SHAPE_MISMATCH);
  EXPECT_STREQ(llmc_context_message(context), "\"x\": batch is 5000, at most 4096 is allowed");
  uint32_t variant = 7;
  EXPECT_EQ(llmc_context_variant(context, &variant), LLMC_ERROR_SHAPE_MISMATCH);
}
