#include "tools/llmc/tensors/TensorFiles.h"

#include "Samples.h"
#include <filesystem>
#include <unistd.h>

using namespace llmc::tools;
namespace fs = std::filesystem;

namespace {

class TensorFiles : public testing::Test {
protected:
  fs::path folder = fs::path(testing::TempDir()) / ("llmc-tensors-" + std::to_string(getpid()));
  void SetUp() override { fs::create_directories(folder); }
  void TearDown() override { fs::remove_all(folder); }
  std::string path(const char *name) { return (folder / name).string(); }
};

std::string errorText(llvm::Error error) { return llvm::toString(std::move(error)); }

} // namespace

TEST_F(TensorFiles, GoByTheEndOfTheName) {
  HostTensor tensor = sample(LLMC_DTYPE_I32, {2});
  tensor.name = "x";
  for (const char *name : {"t.npy", "t.npz", "t.pb"}) {
    ASSERT_EQ(errorText(writeTensorFile(path(name), tensor)), "");
    llvm::Expected<std::vector<HostTensor>> read = readTensorFile(path(name));
    ASSERT_TRUE(static_cast<bool>(read)) << llvm::toString(read.takeError());
    EXPECT_EQ((*read)[0].bytes, tensor.bytes);
  }
  EXPECT_EQ(errorText(writeTensorFile("t.txt", tensor)),
            "t.txt: not a tensor file by its name; known are .npy, .npz, .pb");
  EXPECT_EQ(errorText(writeTensorFile("t.npy", {})), "t.npy: holds exactly one tensor, not 0; a .npz file holds many");
  EXPECT_EQ(errorOf(readTensorFile("/nowhere/t.npy")),
            "can't read /nowhere/t.npy: No such file or directory; try: check the path");
  EXPECT_NE(errorText(writeTensorFile("/nowhere/t.npy", tensor)), "");
}

TEST_F(TensorFiles, DirectoriesAreNumbered) {
  std::vector<HostTensor> tensors = {sample(LLMC_DTYPE_F32, {2}), sample(LLMC_DTYPE_I64, {})};
  std::string directory = path("test_data_set_0");
  ASSERT_EQ(errorText(writeTensorDirectory(directory, "input", tensors)), "");
  llvm::Expected<std::vector<HostTensor>> read = readTensorDirectory(directory, "input");
  ASSERT_TRUE(static_cast<bool>(read));
  ASSERT_EQ(read->size(), 2u);
  expectSame((*read)[1], tensors[1]);
  EXPECT_EQ(llvm::cantFail(readTensorDirectory(directory, "output")).size(), 0u);
  EXPECT_NE(errorOf(readTensorDirectory(path("none"), "input")), "");
}

TEST_F(TensorFiles, InputsAndOutputsMayLieSideBySide) {
  auto named = [](const char *name) {
    HostTensor tensor = sample(LLMC_DTYPE_F32, {2});
    tensor.name = name;
    return tensor;
  };
  auto namesOf = [&](llvm::StringRef mark, llvm::StringRef known) {
    std::string names;
    for (const HostTensor &tensor : partOf({named("in:x"), named("in:0"), named("out:y"), named("z")}, mark,
                                           [&](llvm::StringRef name) { return name == known; }))
      names += tensor.name + " ";
    return names;
  };
  EXPECT_EQ(namesOf("in:", ""), "x 0 ");
  EXPECT_EQ(namesOf("in:", "in:0"), "x ");
  EXPECT_EQ(namesOf("out:", ""), "y ");
  EXPECT_EQ(namesOf("other:", ""), "in:x in:0 out:y z ");
}
