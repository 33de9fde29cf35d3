// Weights files that are missing, damaged or foreign.
#include "Fixture.h"

#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

using namespace llmc::test;

namespace {

class Weights : public FakeModelTest {
protected:
  std::string path = testing::TempDir() + "llmc-" + std::to_string(getpid()) + ".weights";
  int32_t verify = 0;

  void TearDown() override {
    unlink(path.c_str());
    FakeModelTest::TearDown();
  }
  llmc_status openFile(size_t bytes = sizeof(WeightsContents::bytes)) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char *>(weights.bytes), static_cast<std::streamsize>(bytes));
    llmc_model_options options = modelOptions();
    options.weights = nullptr;
    options.weights_path = path.c_str();
    options.verify_digest = verify;
    llmc_model *opened = nullptr;
    llmc_status status = llmc_model_open(&options, &opened);
    llmc_model_close(opened);
    return status;
  }
  bool said(const char *text) { return std::string(message).find(text) != std::string::npos; }
};

} // namespace

TEST_F(Weights, OpensAGoodFile) {
  EXPECT_EQ(openFile(), LLMC_OK) << message;
  verify = 1;
  EXPECT_EQ(openFile(), LLMC_OK) << message;
}

TEST_F(Weights, RefusesEveryTruncation) {
  for (size_t bytes = 0; bytes < sizeof weights.bytes; bytes += bytes < 64 ? 1 : 61) {
    EXPECT_EQ(openFile(bytes), LLMC_ERROR_WEIGHTS_MISMATCH) << bytes;
    EXPECT_TRUE(said(path.c_str())) << message;
  }
  EXPECT_EQ(openFile(sizeof weights.bytes - 1), LLMC_ERROR_WEIGHTS_MISMATCH);
  EXPECT_TRUE(said("bytes instead of")) << message;
}

TEST_F(Weights, RefusesEveryDamagedHeaderByte) {
  for (size_t i = 0; i < sizeof(llmc_weights_header); ++i) {
    weights.bytes[i] ^= 0x40;
    EXPECT_EQ(openFile(), LLMC_ERROR_WEIGHTS_MISMATCH) << i;
    weights.bytes[i] ^= 0x40;
  }
}

TEST_F(Weights, DigestFindsADamagedPayload) {
  weights.bytes[LLMC_WEIGHTS_PAYLOAD + 5] ^= 1;
  EXPECT_EQ(openFile(), LLMC_OK); // the header alone doesn't tell
  verify = 1;
  EXPECT_EQ(openFile(), LLMC_ERROR_WEIGHTS_MISMATCH);
  EXPECT_TRUE(said("damaged")) << message;
}

TEST_F(Weights, SaysWhyAFileCannotBeRead) {
  llmc_model_options options = modelOptions();
  options.weights = nullptr;
  options.weights_path = "/nowhere/x.weights";
  llmc_model *opened = nullptr;
  EXPECT_EQ(llmc_model_open(&options, &opened), LLMC_ERROR_WEIGHTS_UNREADABLE);
  EXPECT_TRUE(said("/nowhere/x.weights: No such file")) << message;
  options.weights_path = "/tmp";
  EXPECT_EQ(llmc_model_open(&options, &opened), LLMC_ERROR_WEIGHTS_UNREADABLE);
  EXPECT_TRUE(said("not a regular file")) << message;
  options.weights_path = nullptr; // looked for beside the test program
  EXPECT_EQ(llmc_model_open(&options, &opened), LLMC_ERROR_WEIGHTS_UNREADABLE);
  EXPECT_TRUE(said(("/" + fakeWeightsName() + ": No such file").c_str())) << message;
}

TEST_F(Weights, RefusesAFifoAtOnce) {
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  llmc_model_options options = modelOptions();
  options.weights = nullptr;
  options.weights_path = path.c_str();
  llmc_model *opened = nullptr;
  EXPECT_EQ(llmc_model_open(&options, &opened), LLMC_ERROR_WEIGHTS_UNREADABLE);
  EXPECT_TRUE(said("not a regular file")) << message;
}

TEST_F(Weights, InMemoryMustBeAlignedAndWhole) {
  llmc_model_options options = modelOptions();
  llmc_model *opened = nullptr;
  options.weights = weights.bytes + 4;
  EXPECT_EQ(llmc_model_open(&options, &opened), LLMC_ERROR_INVALID_ARGUMENT);
  options.weights = weights.bytes;
  options.weights_bytes = 100;
  EXPECT_EQ(llmc_model_open(&options, &opened), LLMC_ERROR_WEIGHTS_MISMATCH);
}
