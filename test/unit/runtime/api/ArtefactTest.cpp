// The runtime as it is shipped: linked by ld.lld with a model's object into a library of its own.
#include "Fixture.h"

#ifdef FAKE_ARTEFACTS
#include <dlfcn.h>
#include <fstream>
#include <unistd.h>

using namespace llmc::test;

namespace {

void *load(const char *name) {
  void *library = dlopen((std::string(FAKE_ARTEFACTS "/") + name).c_str(), RTLD_NOW | RTLD_GLOBAL);
  EXPECT_NE(library, nullptr) << dlerror();
  return library;
}

const llmc_api *apiOf(void *library) {
  auto get = reinterpret_cast<decltype(&llmc_get_api)>(dlsym(library, "llmc_get_api"));
  return get ? get(LLMC_API_VERSION) : nullptr;
}

} // namespace

TEST(Artefact, RunsThroughOneSymbolWithWeightsBesideIt) {
  std::string path = FAKE_ARTEFACTS "/" + fakeWeightsName();
  WeightsContents weights;
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<char *>(weights.bytes), sizeof weights.bytes);
  void *library = load("fake1.so");
  const llmc_api *api = apiOf(library);
  ASSERT_NE(api, nullptr);
  EXPECT_EQ(api->size, sizeof(llmc_api));

  llmc_model *model = nullptr;
  llmc_context *context = nullptr;
  ASSERT_EQ(api->model_open(nullptr, &model), LLMC_OK);
  ASSERT_EQ(api->context_create(model, nullptr, &context), LLMC_OK);
  FakeInputs inputs(3, {2});
  llmc_tensor x = inputs.xTensor(), index = inputs.indexTensor(), y = {sizeof y};
  ASSERT_EQ(api->context_bind_input(context, 0, &x), LLMC_OK);
  ASSERT_EQ(api->context_bind_input(context, 1, &index), LLMC_OK);
  ASSERT_EQ(api->context_run(context, nullptr), LLMC_OK) << api->context_message(context);
  ASSERT_EQ(api->context_output(context, 0, &y), LLMC_OK);
  EXPECT_EQ(static_cast<float *>(y.data)[11], 44.0f);
  api->context_destroy(context);
  api->model_close(model);
  dlclose(library);
  unlink(path.c_str());
}

TEST(Artefact, ExportsNothingButTheApi) {
  void *library = load("fake1.so");
  EXPECT_NE(dlsym(library, "llmc_context_run"), nullptr);
  EXPECT_EQ(dlsym(library, "llmc_model_images"), nullptr);
  EXPECT_EQ(dlsym(library, "_ZN4llmc4test9fakeImageE"), nullptr);
  dlclose(library);
}

TEST(Artefact, TwoModelsInOneProcessKeepApart) {
  void *first = load("fake1.so"), *second = load("fake2.so");
  ASSERT_NE(apiOf(first), nullptr);
  ASSERT_NE(apiOf(second), nullptr);
  EXPECT_NE(apiOf(first), apiOf(second));
  EXPECT_NE(apiOf(first)->model_open, apiOf(second)->model_open);
  EXPECT_EQ(reinterpret_cast<void *>(apiOf(second)->context_run), dlsym(second, "llmc_context_run"));
  dlclose(first);
  dlclose(second);
}
#endif

TEST(Api, UnknownVersionsGetNoTable) {
  EXPECT_EQ(llmc_get_api(0), nullptr);
  EXPECT_EQ(llmc_get_api(LLMC_API_VERSION + 1), nullptr);
  EXPECT_NE(llmc_get_api(LLMC_API_VERSION), nullptr);
}
