// Opening models: the choice of a version, damaged tables, introspection, structs of other sizes.
#include "Fixture.h"

#include <cpuid.h>

using namespace llmc::test;

namespace {

// Opens images in a table of their own.
class Open : public FakeModelTest {
protected:
  llmc_status open(const std::vector<const llmc_image *> &images, llmc_model **opened) {
    llmc_image_table table = {static_cast<uint32_t>(images.size()), images.data()};
    llmc_model_options options = modelOptions();
    options.images = &table;
    return llmc_model_open(&options, opened);
  }
  // The `cpu` text of the version chosen.
  std::string chosen(const std::vector<const llmc_image *> &images) {
    llmc_model *opened = nullptr;
    llmc_status status = open(images, &opened);
    if (status != LLMC_OK)
      return llmc_status_text(status);
    llmc_model_info info = {sizeof info};
    EXPECT_EQ(llmc_model_describe(opened, &info), LLMC_OK);
    llmc_model_close(opened);
    return info.cpu;
  }
  static llmc_image version(const char *cpu, uint64_t features) {
    llmc_image image = fakeImage;
    image.cpu = cpu;
    image.cpu_features = features;
    return image;
  }
  void TearDown() override {
    unsetenv("LLMC_CPU");
    FakeModelTest::TearDown();
  }
};

} // namespace

TEST_F(Open, TakesTheLastVersionThatFits) {
  llmc_image plain = version("plain", 0), also = version("also", 0), alien = version("alien", uint64_t{1} << 63);
  EXPECT_EQ(chosen({&plain, &also, &alien}), "also");
  EXPECT_EQ(chosen({&plain}), "plain");
}

TEST_F(Open, RefusesACpuThatLacksAFeature) {
  llmc_image alien = version("alien", uint64_t{1} << 63);
  llmc_model *opened = nullptr;
  EXPECT_EQ(open({&alien}, &opened), LLMC_ERROR_UNSUPPORTED_CPU);
  EXPECT_EQ(opened, nullptr);
  EXPECT_STREQ(message, "no version of model \"fake\" runs on this CPU, which lacks an unknown "
                        "feature; compile the model for this machine's level too");
}

TEST_F(Open, EnvironmentRestrictsTheLevel) {
  llmc_image plain = version("plain", 0), v3 = version("v3", LLMC_CPU_X86_64_V3),
             v4 = version("v4", LLMC_CPU_X86_64_V3 | LLMC_CPU_X86_64_V4);
  setenv("LLMC_CPU", "x86-64-v9", 1);
  EXPECT_EQ(chosen({&plain}), "invalid argument");
  EXPECT_NE(std::string(message).find("x86-64-v9"), std::string::npos);
  bool avx2 = __builtin_cpu_supports("avx2"), avx512 = __builtin_cpu_supports("avx512vl");
  std::string refused = "no version of the model suits this CPU";
  setenv("LLMC_CPU", "x86-64-v3", 1);
  EXPECT_EQ(chosen({&plain, &v3, &v4}), avx2 ? "v3" : refused);
  setenv("LLMC_CPU", "x86-64-v4", 1);
  EXPECT_EQ(chosen({&plain, &v3, &v4}), avx512 ? "v4" : refused);
}

TEST_F(Open, RefusesDamagedTables) {
  llmc_image wrongMagic = fakeImage, wrongVersion = fakeImage;
  wrongMagic.magic = 1;
  wrongVersion.version = 77;
  llmc_model *opened = nullptr;
  EXPECT_EQ(open({}, &opened), LLMC_ERROR_BAD_MODEL);
  EXPECT_EQ(open({nullptr}, &opened), LLMC_ERROR_BAD_MODEL);
  EXPECT_EQ(open({&fakeImage, &wrongMagic}, &opened), LLMC_ERROR_BAD_MODEL);
  EXPECT_EQ(open({&wrongVersion}, &opened), LLMC_ERROR_BAD_MODEL);
  EXPECT_NE(std::string(message).find("image version 77"), std::string::npos);
}

TEST_F(Open, RefusesElementTypesThatItDoesNotKnow) {
  llmc_image_tensor strange = fakeImage.inputs[0];
  strange.dtype = 99;
  llmc_image image = fakeImage;
  image.outputs = &strange;
  image.output_count = 1;
  llmc_model *opened = nullptr;
  EXPECT_EQ(open({&image}, &opened), LLMC_ERROR_BAD_MODEL);
  EXPECT_NE(std::string(message).find("\"x\" has the element type 99"), std::string::npos) << message;
}

TEST_F(Open, EmbeddedWeightsNeedNoFile) {
  llmc_image embedded = fakeImage;
  embedded.embedded_weights = reinterpret_cast<const uint8_t *>(fakeWeights);
  const llmc_image *images[] = {&embedded};
  llmc_image_table table = {1, images};
  llmc_model_options options = {sizeof options};
  options.images = &table;
  options.verify_digest = 1;
  llmc_model *opened = nullptr;
  EXPECT_EQ(llmc_model_open(&options, &opened), LLMC_OK);
  llmc_model_close(opened);
}

TEST_F(Open, Describes) {
  llmc_model_info info = {sizeof info};
  ASSERT_EQ(llmc_model_describe(model, &info), LLMC_OK);
  EXPECT_STREQ(info.name, "fake");
  EXPECT_STREQ(info.compiler, "by hand");
  EXPECT_EQ(info.version_count, 1u);
  EXPECT_EQ(info.weights_digest, fakeDigest);

  llmc_tensor_info tensor = {sizeof tensor};
  ASSERT_EQ(llmc_model_input(model, 0, &tensor), LLMC_OK);
  EXPECT_STREQ(tensor.name, "x");
  EXPECT_EQ(tensor.rank, 2u);
  EXPECT_EQ(tensor.dims[0], -1);
  EXPECT_STREQ(tensor.dim_texts[0], "batch");
  ASSERT_EQ(llmc_model_output(model, 1, &tensor), LLMC_OK);
  EXPECT_STREQ(tensor.name, "picked");
  llmc_symbol_info symbol = {sizeof symbol};
  ASSERT_EQ(llmc_model_symbol(model, 0, &symbol), LLMC_OK);
  EXPECT_EQ(symbol.most, 4096);
  llmc_kernel_info kernel = {sizeof kernel};
  ASSERT_EQ(llmc_model_kernel(model, 2, &kernel), LLMC_OK);
  EXPECT_STREQ(kernel.nodes, "gather_1");

  EXPECT_EQ(llmc_model_input(model, 2, &tensor), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(llmc_model_output(model, 2, &tensor), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(llmc_model_symbol(model, 2, &symbol), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(llmc_model_kernel(model, 3, &kernel), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(llmc_model_input(model, 0, nullptr), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(llmc_model_describe(nullptr, &info), LLMC_ERROR_INVALID_ARGUMENT);
}

TEST_F(Open, StructsOfOtherVersions) {
  llmc_model *opened = nullptr;
  llmc_model_options unset = {};
  EXPECT_EQ(llmc_model_open(&unset, &opened), LLMC_ERROR_INVALID_ARGUMENT);
  EXPECT_EQ(llmc_model_open(&unset, nullptr), LLMC_ERROR_INVALID_ARGUMENT);

  struct {
    llmc_model_options options;
    uint64_t future;
  } newer = {modelOptions(), 0};
  newer.options.size = sizeof newer;
  EXPECT_EQ(llmc_model_open(&newer.options, &opened), LLMC_OK);
  llmc_model_close(opened);
  newer.future = 1;
  EXPECT_EQ(llmc_model_open(&newer.options, &opened), LLMC_ERROR_INVALID_ARGUMENT);

  llmc_kernel_info older = {offsetof(llmc_kernel_info, nodes), nullptr, "untouched"};
  EXPECT_EQ(llmc_model_kernel(model, 0, &older), LLMC_OK);
  EXPECT_STREQ(older.name, "scale");
  EXPECT_STREQ(older.nodes, "untouched");
}

TEST_F(Open, RefusesHooksWithoutFunctions) {
  llmc_model_options options = modelOptions();
  llmc_allocator empty = {sizeof empty, nullptr, nullptr, nullptr};
  options.allocator = &empty;
  llmc_model *opened = nullptr;
  EXPECT_EQ(llmc_model_open(&options, &opened), LLMC_ERROR_INVALID_ARGUMENT);
  options = modelOptions();
  options.weights_path = "/also/a/path";
  EXPECT_EQ(llmc_model_open(&options, &opened), LLMC_ERROR_INVALID_ARGUMENT);
}

TEST_F(Open, TellsTheLog) {
  std::vector<std::string> lines;
  llmc_log log = {sizeof log, &lines, [](void *user, int level, const char *text) {
                    static_cast<std::vector<std::string> *>(user)->push_back(
                        (level == LLMC_LOG_ERROR ? "error: " : "info: ") + std::string(text));
                  }};
  llmc_model_options options = modelOptions();
  options.log = &log;
  llmc_model *opened = nullptr;
  ASSERT_EQ(llmc_model_open(&options, &opened), LLMC_OK);
  llmc_model_close(opened);
  options.weights_bytes = 1;
  ASSERT_EQ(llmc_model_open(&options, &opened), LLMC_ERROR_WEIGHTS_MISMATCH);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].substr(0, 25), "info: opened model \"fake\"");
  EXPECT_EQ(lines[1].substr(0, 7), "error: ");
}

TEST(Errors, EachStatusHasAText) {
  for (int status = 0; status <= LLMC_ERROR_THREADS; ++status)
    EXPECT_STRNE(llmc_status_text(status), "unknown status");
  EXPECT_STREQ(llmc_status_text(99), "unknown status");
}
