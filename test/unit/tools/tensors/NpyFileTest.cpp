#include "tools/llmc/tensors/NpyFile.h"

#include "Samples.h"

using namespace llmc::tools;

// A file as numpy lays it out, with any header text.
static std::string npy(const std::string &header, const std::string &data, int version = 1) {
  std::string text = std::string("\x93NUMPY", 6) + static_cast<char>(version) + '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i)
    text += static_cast<char>(header.size() >> (8 * i));
  return text + header + data;
}

static std::string headerOf(const std::string &descr, const std::string &shape, const char *order = "False") {
  return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

TEST(NpyFile, RoundTripsEveryTypeAndShape) {
  for (uint32_t dtype : allDtypes)
    for (const std::vector<int64_t> &shape : sampleShapes) {
      HostTensor tensor = sample(dtype, shape);
      std::string contents = printNpy(tensor);
      EXPECT_EQ((contents.size() - tensor.bytes.size()) % 64, 0u);
      llvm::Expected<HostTensor> read = parseNpy(contents, "t.npy");
      ASSERT_TRUE(static_cast<bool>(read)) << llvm::toString(read.takeError());
      if (dtype == LLMC_DTYPE_BF16) { // comes back as u16
        EXPECT_EQ(read->dtype, static_cast<uint32_t>(LLMC_DTYPE_U16));
        llvm::cantFail(read->retype(LLMC_DTYPE_BF16));
      }
      expectSame(*read, tensor);
    }
}

TEST(NpyFile, ReadsAllVersionsAndSpellings) {
  std::string data = "\1\2\3\4\5\6";
  for (int version : {1, 2, 3})
    EXPECT_EQ(errorOf(parseNpy(npy(headerOf("<u2", "(3,)"), data, version), "t")), "");
  EXPECT_EQ(errorOf(parseNpy(npy(headerOf("<i1", "(2,3)"), data), "t")), "");
  EXPECT_EQ(errorOf(parseNpy(npy(headerOf("|b1", "(6L,)"), data), "t")), "");
  EXPECT_EQ(errorOf(parseNpy(npy("{\"shape\":(6,),\"descr\":\"|u1\",\"fortran_order\":False}", data), "t")), "");
  llvm::Expected<HostTensor> brain = parseNpy(npy(headerOf("<V2", "(3,)"), data), "t");
  ASSERT_TRUE(static_cast<bool>(brain));
  EXPECT_EQ(brain->dtype, static_cast<uint32_t>(LLMC_DTYPE_BF16));
}

TEST(NpyFile, TurnsFortranOrderAround) {
  // [[1, 2, 3], [4, 5, 6]] by columns
  llvm::Expected<HostTensor> tensor = parseNpy(npy(headerOf("|u1", "(2, 3)", "True"), "\1\4\2\5\3\6"), "t");
  ASSERT_TRUE(static_cast<bool>(tensor));
  EXPECT_EQ(tensor->bytes, (std::vector<uint8_t>{1, 2, 3, 4, 5, 6}));
  for (const char *shape : {"()", "(1,)"})
    EXPECT_EQ(errorOf(parseNpy(npy(headerOf("|u1", shape, "True"), "\7"), "t")), "");
  EXPECT_EQ(errorOf(parseNpy(npy(headerOf("<f4", "(2, 0, 3)", "True"), ""), "t")), "");
}

TEST(NpyFile, RefusesWithOneMessage) {
  std::string data = "12345678";
  EXPECT_EQ(errorOf(parseNpy("hello", "t.npy")), "t.npy: not a .npy file");
  EXPECT_EQ(errorOf(parseNpy(npy(headerOf("<f4", "(2,)"), data, 9), "t.npy")),
            "t.npy: .npy version 9, known are 1 to 3");
  EXPECT_EQ(errorOf(parseNpy(npy(headerOf("<f4", "(3,)"), data), "t.npy")),
            "t.npy: holds 8 bytes of data, its shape needs 12");
  EXPECT_EQ(errorOf(parseNpy(npy(headerOf("<f4", "(-2,)"), data), "t.npy")), "t.npy: dim -2 is negative");
  EXPECT_EQ(errorOf(parseNpy(npy(headerOf("<f4", "(4611686018427387904, 4)"), data), "t.npy")),
            "t.npy: tensor is larger than the address space");
  for (const char *descr : {">f4", "|O", "<c8", "<U3", "<f", "", "=f4"})
    EXPECT_NE(errorOf(parseNpy(npy(headerOf(descr, "(2,)"), data), "t.npy")), "") << descr;
  for (const char *header : {"", "{", "{}", "[]", "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}",
                             "{'descr': '<f4', 'shape': (2,)}", "{'descr': '<f4', 'fortran_order': False, 'shape': (2}",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}"})
    EXPECT_NE(errorOf(parseNpy(npy(header, data), "t.npy")), "") << header;
}

TEST(NpyFile, SurvivesDamage) {
  damage(printNpy(sample(LLMC_DTYPE_F32, {2, 3})),
         [](const std::string &contents) { return parseNpy(contents, "t.npy"); });
}
