// The compiler through its C API: what is written, what is told, and what happens to those who ask for nonsense.
#include "compiler/api/llmc-compiler.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

namespace {

const char *const kNetwork = LLMC_SOURCE_DIR "/test/lit/tools/Inputs/network.mlir";
const char *const kBert = LLMC_SOURCE_DIR "/test/models/bert_tiny/model.onnx";

class CompileApiTest : public ::testing::Test {
protected:
  CompileApiTest() {
    llvm::SmallString<128> path;
    llvm::sys::fs::createUniqueDirectory("llmc-api", path);
    root = path.str().str();
    output = root + "/out";
    options.size = sizeof(options);
    options.cpu = "x86-64-v3";
    options.user = this;
    options.diagnose = [](void *user, const llmc_diagnostic *diagnostic) {
      static_cast<CompileApiTest *>(user)->messages.push_back(diagnostic->message);
    };
  }
  ~CompileApiTest() override {
    llmc_compile_result_free(result);
    llvm::sys::fs::remove_directories(root);
  }

  llmc_compile_status compile(const char *model) {
    llmc_compile_result_free(result);
    return llmc_compile_file(model, output.c_str(), &options, &result);
  }
  std::string message() const { return messages.empty() ? "" : messages.front(); }
  /// What lies in the test's folder: nothing must be left of a compilation that failed.
  std::vector<std::string> leftBehind() const {
    std::vector<std::string> names;
    std::error_code error;
    for (llvm::sys::fs::directory_iterator it(root, error), end; it != end && !error; it.increment(error))
      names.push_back(llvm::sys::path::filename(it->path()).str());
    return names;
  }
  bool wrote(const char *file) const { return llvm::sys::fs::exists(output + "/" + file); }

  std::string root, output;
  llmc_compile_options options = {};
  llmc_compile_result *result = nullptr;
  std::vector<std::string> messages;
};

TEST_F(CompileApiTest, writesAnArtefactAndTellsOfIt) {
  ASSERT_EQ(compile(kNetwork), LLMC_COMPILE_OK) << message();
  EXPECT_TRUE(wrote("network.so"));
  EXPECT_TRUE(wrote("network.h"));
  EXPECT_TRUE(wrote("manifest.json"));
  auto facts = llvm::json::parse(llmc_compile_result_facts(result));
  ASSERT_TRUE(static_cast<bool>(facts));
  EXPECT_EQ(facts->getAsObject()->getString("model"), "network");
  EXPECT_EQ(facts->getAsObject()->getInteger("kernels"), 3);
}

TEST_F(CompileApiTest, aReportTellsOfLayers) {
  std::string report = root + "/report.json";
  options.report = report.c_str();
  options.quantize = "int8-weights";
  ASSERT_EQ(compile(kBert), LLMC_COMPILE_OK) << message();
  auto text = llvm::MemoryBuffer::getFile(report);
  ASSERT_TRUE(static_cast<bool>(text));
  auto parsed = llvm::json::parse((*text)->getBuffer());
  ASSERT_TRUE(static_cast<bool>(parsed));
  const llvm::json::Object &told = *parsed->getAsObject();
  EXPECT_EQ(told.getString("model"), "bert_tiny");
  EXPECT_EQ(told.getObject("options")->getString("quantize"), "int8-weights");
  EXPECT_EQ(told.getArray("layers")->size(), 16u);
  EXPECT_FALSE(told.get("times")) << "nothing was run";
}

TEST_F(CompileApiTest, aReportThatCantBeIsSaidAtOnce) {
  std::string report = root + "/report.pdf";
  options.report = report.c_str();
  EXPECT_EQ(compile(kBert), LLMC_COMPILE_USAGE);
  EXPECT_NE(message().find(".html, .md or .json"), std::string::npos) << message();
  report = root + "/report.md";
  options.report = report.c_str();
  options.stage = "ir";
  EXPECT_EQ(compile(kBert), LLMC_COMPILE_USAGE);
  EXPECT_TRUE(leftBehind().empty());
}

TEST_F(CompileApiTest, weightsMayBeAFile) {
  options.weights = LLMC_WEIGHTS_FILE;
  ASSERT_EQ(compile(kNetwork), LLMC_COMPILE_OK) << message();
  auto facts = llvm::json::parse(llmc_compile_result_facts(result));
  ASSERT_TRUE(static_cast<bool>(facts));
  EXPECT_EQ(facts->getAsObject()->getBoolean("embedded"), false);
  options.weights = 3;
  EXPECT_EQ(compile(kNetwork), LLMC_COMPILE_USAGE);
}

TEST_F(CompileApiTest, codeMayHaveDebugLines) {
  options.debug_lines = 1;
  ASSERT_EQ(compile(kNetwork), LLMC_COMPILE_OK) << message();
  EXPECT_TRUE(wrote("network.nodes.txt"));
  options.size = offsetof(llmc_compile_options, debug_lines); // an application of an older header
  ASSERT_EQ(compile(kNetwork), LLMC_COMPILE_OK) << message();
  EXPECT_FALSE(wrote("network.nodes.txt"));
}

TEST_F(CompileApiTest, decisionsMayBeGivenBack) {
  ASSERT_EQ(compile(kNetwork), LLMC_COMPILE_OK) << message();
  std::string manifest = output + "/manifest.json";
  options.decisions = manifest.c_str();
  ASSERT_EQ(compile(kNetwork), LLMC_COMPILE_OK) << message();
  EXPECT_EQ(compile(kBert), LLMC_COMPILE_REFUSED);
  EXPECT_NE(message().find("none of the kernels in "), std::string::npos) << message();
  options.size = offsetof(llmc_compile_options, decisions); // an application of an older header
  EXPECT_EQ(compile(kBert), LLMC_COMPILE_OK);
}

TEST_F(CompileApiTest, optionsMayBeLeftOut) {
  EXPECT_EQ(llmc_compile_file(kNetwork, output.c_str(), nullptr, nullptr), LLMC_COMPILE_OK);
  EXPECT_TRUE(wrote("network.so"));
}

TEST_F(CompileApiTest, compilesFromMemory) {
  auto model = llvm::MemoryBuffer::getFile(kBert);
  ASSERT_TRUE(static_cast<bool>(model));
  options.name = "given";
  ASSERT_EQ(llmc_compile_memory((*model)->getBufferStart(), (*model)->getBufferSize(), nullptr, output.c_str(),
                                &options, &result),
            LLMC_COMPILE_OK)
      << message();
  // The bytes of the file and those of the memory make the same library.
  std::string fromFile = root + "/file";
  ASSERT_EQ(llmc_compile_file(kBert, fromFile.c_str(), &options, nullptr), LLMC_COMPILE_OK);
  auto a = llvm::MemoryBuffer::getFile(output + "/given.so"), b = llvm::MemoryBuffer::getFile(fromFile + "/given.so");
  ASSERT_TRUE(a && b);
  EXPECT_EQ((*a)->getBuffer(), (*b)->getBuffer());
}

TEST_F(CompileApiTest, damagedMemoryIsRefused) {
  auto model = llvm::MemoryBuffer::getFile(kBert);
  ASSERT_TRUE(static_cast<bool>(model));
  options.name = "given";
  EXPECT_EQ(llmc_compile_memory((*model)->getBufferStart(), (*model)->getBufferSize() / 2, nullptr, output.c_str(),
                                &options, &result),
            LLMC_COMPILE_BROKEN);
  EXPECT_NE(message().find("given: "), std::string::npos) << message();
  EXPECT_EQ(result, nullptr);
  EXPECT_TRUE(leftBehind().empty());
}

TEST_F(CompileApiTest, givesTheTextOfAStage) {
  options.stage = "kernels";
  ASSERT_EQ(llmc_compile_file(kNetwork, nullptr, &options, &result), LLMC_COMPILE_OK) << message();
  size_t bytes = 0;
  auto *text = static_cast<const char *>(llmc_compile_result_code(result, &bytes));
  EXPECT_TRUE(llvm::StringRef(text, bytes).contains("llmc.kernel"));
  EXPECT_EQ(llmc_compile_result_facts(result), nullptr);
  EXPECT_TRUE(leftBehind().empty());
}

TEST_F(CompileApiTest, cancelAtEveryPointLeavesNothing) {
  struct Counter {
    int stopAt = 0, points = 0, after = 0; // questions while LLVM works depend on time, and don't count
    bool inCode = false;
  } counter;
  options.user = &counter;
  options.diagnose = nullptr;
  options.threads = 1;
  options.progress = [](void *user, const llmc_compile_progress *progress) -> int32_t {
    auto *counter = static_cast<Counter *>(user);
    if (progress)
      counter->inCode = llvm::StringRef(progress->phase) == "code";
    counter->after += counter->stopAt && counter->points >= counter->stopAt;
    return (progress || !counter->inCode) && ++counter->points == counter->stopAt;
  };
  ASSERT_EQ(compile(kNetwork), LLMC_COMPILE_OK);
  int points = counter.points;
  EXPECT_GT(points, 40); // each phase, each pass, each function of the code
  llvm::sys::fs::remove_directories(output);
  for (int stopAt = 1; stopAt < points; ++stopAt) {
    counter = {stopAt};
    EXPECT_EQ(compile(kNetwork), LLMC_COMPILE_CANCELLED) << "at point " << stopAt;
    EXPECT_EQ(result, nullptr);
    EXPECT_TRUE(leftBehind().empty()) << "at point " << stopAt;
    EXPECT_LE(counter.after, 3) << "work goes on after point " << stopAt;
  }
}

TEST_F(CompileApiTest, tellsHowFarItIs) {
  struct Heard {
    std::vector<std::string> phases;
    std::vector<double> shares; // of "code"
    uint32_t count = 0;
  } heard;
  options.user = &heard;
  options.diagnose = nullptr;
  options.progress = [](void *user, const llmc_compile_progress *progress) -> int32_t {
    auto *heard = static_cast<Heard *>(user);
    if (!progress)
      return 0;
    if (progress->share == 0)
      heard->phases.push_back(progress->phase);
    EXPECT_EQ(progress->number, heard->phases.size());
    heard->count = progress->count;
    if (heard->phases.back() == "code")
      heard->shares.push_back(progress->share);
    return 0;
  };
  ASSERT_EQ(compile(kNetwork), LLMC_COMPILE_OK);
  EXPECT_EQ(heard.phases, (std::vector<std::string>{"import", "passes", "code", "weights", "link"}));
  EXPECT_EQ(heard.count, 5u);
  EXPECT_GT(heard.shares.size(), 5u);
  EXPECT_TRUE(std::is_sorted(heard.shares.begin(), heard.shares.end()));
  EXPECT_GT(heard.shares.back(), 0.5);
  heard = {};
  options.stage = "asm";
  ASSERT_EQ(compile(kNetwork), LLMC_COMPILE_OK);
  EXPECT_EQ(heard.count, 3u);
  EXPECT_GT(heard.shares.back(), 0.5);
}

TEST_F(CompileApiTest, theReferenceSaysWhatToExpect) {
  float x[2][8] = {{1, 2, 3}};
  int64_t dims[] = {2, 8};
  llmc_tensor tensor = {sizeof(tensor), LLMC_DTYPE_F32, 2, dims, x, sizeof(x), 0};
  llmc_compile_input input = {sizeof(input), "x", &tensor};
  options.inputs = &input;
  options.input_count = 1;
  options.verify_numerics = 1;
  ASSERT_EQ(compile(kNetwork), LLMC_COMPILE_OK) << message();
  llmc_expected_output expected = {};
  EXPECT_EQ(llmc_compile_result_expected(result, 0, &expected), LLMC_ERROR_INVALID_ARGUMENT); // without its size
  expected.size = sizeof(expected);
  ASSERT_EQ(llmc_compile_result_expected(result, 0, &expected), LLMC_OK);
  EXPECT_STREQ(expected.name, "y");
  EXPECT_EQ(expected.tensor->rank, 2u);
  EXPECT_EQ(expected.tensor->bytes, sizeof(x));
  EXPECT_GT(expected.absolute, 0);
  EXPECT_EQ(llmc_compile_result_expected(result, 1, &expected), LLMC_ERROR_INVALID_ARGUMENT);
}

TEST_F(CompileApiTest, structsOfOtherSizesAreUnderstood) {
  float x[2][8] = {{1, 2, 3}};
  int64_t dims[] = {2, 8};
  struct { // as headers that follow may have them
    llmc_compile_input known;
    uint64_t later;
  } inputs[2] = {};
  llmc_tensor tensor = {offsetof(llmc_tensor, device), LLMC_DTYPE_F32, 2, dims, x, sizeof(x), 7}; // an older one
  inputs[0].known = {sizeof(inputs[0]), "unused", &tensor};
  inputs[1].known = {sizeof(inputs[0]), "x", &tensor};
  options.inputs = &inputs[0].known;
  options.input_count = 2;
  ASSERT_EQ(compile(kNetwork), LLMC_COMPILE_OK) << message();
  struct {
    llmc_expected_output known;
    uint64_t later;
  } newer = {{sizeof(newer), nullptr, nullptr, 0, 0}, 7};
  ASSERT_EQ(llmc_compile_result_expected(result, 0, &newer.known), LLMC_OK);
  EXPECT_EQ(newer.later, 0u);
  llmc_expected_output older = {offsetof(llmc_expected_output, relative), nullptr, nullptr, 0, 7};
  ASSERT_EQ(llmc_compile_result_expected(result, 0, &older), LLMC_OK);
  EXPECT_EQ(older.absolute, newer.known.absolute);
  EXPECT_EQ(older.relative, 7);
  inputs[0].later = 1;
  EXPECT_EQ(compile(kNetwork), LLMC_COMPILE_USAGE);
}

llmc_tensor tensorOf(uint32_t dtype, const int64_t *dims, uint64_t device = 0) {
  static float data[8];
  return {sizeof(llmc_tensor), dtype, 2, dims, data, sizeof(data), device};
}

struct Wrong {
  const char *what;
  void (*ask)(llmc_compile_options &);
  const char *message;
};

TEST_F(CompileApiTest, nonsenseIsAnsweredByUsage) {
  static const char *badDim[] = {"n=x"}, *noText[] = {nullptr};
  static const int64_t negative[] = {-1, 8}, shape[] = {2, 8};
  static const llmc_tensor integers = tensorOf(LLMC_DTYPE_I64, shape), floats = tensorOf(LLMC_DTYPE_F32, shape),
                           negatives = tensorOf(LLMC_DTYPE_F32, negative),
                           elsewheres = tensorOf(LLMC_DTYPE_F32, shape, /*device=*/1);
  constexpr size_t size = sizeof(llmc_compile_input);
  static const llmc_compile_input wrongType = {size, "x", &integers}, negativeDim = {size, "x", &negatives},
                                  shortBuffer = {size, "x", &floats}, otherName = {size, "z", &floats},
                                  elsewhere = {size, "x", &elsewheres}, noTensor = {size, "x", nullptr},
                                  noSize = {0, "x", &floats};
  const Wrong wrongs[] = {
      {"level", [](auto &o) { o.cpu = "avx9"; }, "avx9"},
      {"dim", [](auto &o) { o.dims = badDim, o.dim_count = 1; }, "\"n=x\" is not understood"},
      {"null dim", [](auto &o) { o.dims = noText, o.dim_count = 1; }, "not understood"},
      {"no dims", [](auto &o) { o.dim_count = 1; }, "llmc_compile_options.dims is null"},
      {"pipeline", [](auto &o) { o.pipeline = "nothing"; }, "can't read the pipeline"},
      {"stage", [](auto &o) { o.stage = "soup"; }, "there is no stage \"soup\""},
      {"triple", [](auto &o) { o.target_triple = "pdp11-unknown-unix"; }, "pdp11"},
      {"no value", [](auto &o) { o.verify_numerics = 1; }, "no value for input \"x\""},
      {"type", [](auto &o) { o.inputs = &wrongType, o.input_count = 1; }, "dtype"},
      {"negative", [](auto &o) { o.inputs = &negativeDim, o.input_count = 1; }, "input \"x\""},
      {"short", [](auto &o) { o.inputs = &shortBuffer, o.input_count = 1; }, "its shape takes 64"},
      {"name", [](auto &o) { o.inputs = &otherName, o.input_count = 1; }, "no value for input \"x\""},
      {"device", [](auto &o) { o.inputs = &elsewhere, o.input_count = 1; }, "device 1"},
      {"no tensor", [](auto &o) { o.inputs = &noTensor, o.input_count = 1; }, "no tensor"},
      {"no calibration", [](auto &o) { o.calibration_count = 1; }, "llmc_compile_options.calibration is null"},
      {"calibration of floats", [](auto &o) { o.calibration = &shortBuffer, o.calibration_count = 1; },
       "calibration data are for quantization"},
      {"short calibration", [](auto &o) { o.calibration = &shortBuffer, o.calibration_count = 1, o.quantize = "int4"; },
       "its shape takes 64"},
      {"no size", [](auto &o) { o.inputs = &noSize, o.input_count = 1; }, "llmc_compile_input.size is not set"},
  };
  const llmc_compile_options good = options;
  for (const Wrong &wrong : wrongs) {
    messages.clear();
    options = good;
    wrong.ask(options);
    EXPECT_EQ(compile(kNetwork), LLMC_COMPILE_USAGE) << wrong.what << ": " << message();
    EXPECT_NE(message().find(wrong.message), std::string::npos) << wrong.what << ": " << message();
  }
  options = good;
  EXPECT_EQ(llmc_compile_file(kNetwork, nullptr, &options, &result), LLMC_COMPILE_USAGE);
  EXPECT_EQ(llmc_compile_file(nullptr, output.c_str(), &options, &result), LLMC_COMPILE_BROKEN);
  EXPECT_EQ(llmc_compile_memory(nullptr, 0, nullptr, output.c_str(), &options, &result), LLMC_COMPILE_USAGE);
  EXPECT_TRUE(leftBehind().empty());
}

TEST_F(CompileApiTest, dimsThatTheModelHasNotAreUsage) {
  const char *unknown[] = {"batch=1"};
  options.dims = unknown;
  options.dim_count = 1;
  EXPECT_EQ(compile(kBert), LLMC_COMPILE_USAGE);
  EXPECT_NE(message().find("no input has a dim named"), std::string::npos);
}

TEST_F(CompileApiTest, structsGrow) {
  options.size = 0;
  EXPECT_EQ(compile(kNetwork), LLMC_COMPILE_USAGE);
  options.size = offsetof(llmc_compile_options, plugin_count); // an application of an older header
  EXPECT_EQ(compile(kNetwork), LLMC_COMPILE_OK);
  struct {
    llmc_compile_options known;
    uint64_t unknown;
  } newer = {options, 0};
  newer.known.size = sizeof(newer);
  EXPECT_EQ(llmc_compile_file(kNetwork, output.c_str(), &newer.known, nullptr), LLMC_COMPILE_OK);
  newer.unknown = 1;
  EXPECT_EQ(llmc_compile_file(kNetwork, output.c_str(), &newer.known, nullptr), LLMC_COMPILE_USAGE);
}

} // namespace
