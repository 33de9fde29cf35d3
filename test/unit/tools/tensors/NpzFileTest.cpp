#include "tools/llmc/tensors/NpzFile.h"

#include "Samples.h"
#include "tools/llmc/tensors/ZipArchive.h"

using namespace llmc::tools;

// Written by Python's zipfile, deflated and with zip64 fields: a = f32[2, 2] of 1 2 3 4, b =
// u8[] 7.
static const std::string deflated("\x50\x4b\x03\x04\x2d\x00\x00\x00\x08\x00\x00\x00\x21\x00\x4e\xfb"
                                  "\x20\x75\xff\xff\xff\xff\xff\xff"
                                  "\xff\xff\x05\x00\x14\x00\x61\x2e\x6e\x70\x79\x01\x00\x10\x00\x90"
                                  "\x00\x00\x00\x00\x00\x00\x00\x53"
                                  "\x00\x00\x00\x00\x00\x00\x00\x9b\xec\x17\xea\x1b\x10\xc9\xc8\x50"
                                  "\xc6\x50\xad\x9e\x92\x5a\x9c\x5c"
                                  "\xa4\x6e\xa5\xa0\x6e\x93\x66\xa2\xae\xa3\xa0\x9e\x96\x5f\x54\x52"
                                  "\x94\x98\x17\x9f\x5f\x94\x92\x0a"
                                  "\x12\x77\x4b\xcc\x29\x4e\x05\x8a\x17\x67\x24\x16\xa4\x02\xf9\x1a"
                                  "\x46\x3a\x0a\x46\x9a\x3a\x0a\xb5"
                                  "\x0a\x64\x03\x2e\x06\x86\x06\x7b\x06\x06\x06\x07\x20\x02\xe2\x06"
                                  "\x07\x00\x50\x4b\x03\x04\x2d\x00"
                                  "\x00\x00\x08\x00\x00\x00\x21\x00\x76\x0e\x13\x89\xff\xff\xff\xff"
                                  "\xff\xff\xff\xff\x05\x00\x14\x00"
                                  "\x62\x2e\x6e\x70\x79\x01\x00\x10\x00\x81\x00\x00\x00\x00\x00\x00"
                                  "\x00\x43\x00\x00\x00\x00\x00\x00"
                                  "\x00\x9b\xec\x17\xea\x1b\x10\xc9\xc8\x50\xc6\x50\xad\x9e\x92\x5a"
                                  "\x9c\x5c\xa4\x6e\xa5\xa0\x5e\x53"
                                  "\x6a\xa8\xae\xa3\xa0\x9e\x96\x5f\x54\x52\x94\x98\x17\x9f\x5f\x94"
                                  "\x92\x0a\x12\x77\x4b\xcc\x29\x4e"
                                  "\x05\x8a\x17\x67\x24\x16\xa4\x02\xf9\x1a\x9a\x3a\x0a\xb5\x0a\x14"
                                  "\x01\x2e\x76\x00\x50\x4b\x01\x02"
                                  "\x2d\x03\x2d\x00\x00\x00\x08\x00\x00\x00\x21\x00\x4e\xfb\x20\x75"
                                  "\x53\x00\x00\x00\x90\x00\x00\x00"
                                  "\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x01\x00\x00"
                                  "\x00\x00\x61\x2e\x6e\x70\x79\x50"
                                  "\x4b\x01\x02\x2d\x03\x2d\x00\x00\x00\x08\x00\x00\x00\x21\x00\x76"
                                  "\x0e\x13\x89\x43\x00\x00\x00\x81"
                                  "\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80"
                                  "\x01\x8a\x00\x00\x00\x62\x2e\x6e"
                                  "\x70\x79\x50\x4b\x05\x06\x00\x00\x00\x00\x02\x00\x02\x00\x66\x00"
                                  "\x00\x00\x04\x01\x00\x00\x00\x00",
                                  384);

static std::vector<HostTensor> samples() {
  std::vector<HostTensor> tensors;
  for (uint32_t dtype : {LLMC_DTYPE_F32, LLMC_DTYPE_I64, LLMC_DTYPE_BOOL}) {
    tensors.push_back(sample(dtype, {2, 3}));
    tensors.back().name = "tensor/" + std::to_string(dtype);
  }
  return tensors;
}

static llvm::Expected<std::vector<HostTensor>> parse(const std::string &contents) {
  return parseNpz(contents, "t.npz");
}

TEST(NpzFile, RoundTrips) {
  std::vector<HostTensor> tensors = samples();
  std::string contents = llvm::cantFail(printNpz(tensors));
  EXPECT_EQ(contents, llvm::cantFail(printNpz(tensors)));
  llvm::Expected<std::vector<HostTensor>> read = parse(contents);
  ASSERT_TRUE(static_cast<bool>(read)) << llvm::toString(read.takeError());
  ASSERT_EQ(read->size(), tensors.size());
  for (size_t i = 0; i < tensors.size(); ++i)
    expectSame((*read)[i], tensors[i]);
  EXPECT_EQ(llvm::cantFail(parse(llvm::cantFail(printNpz({})))).size(), 0u);
}

TEST(NpzFile, ReadsDeflatedZip64) {
  llvm::Expected<std::vector<HostTensor>> read = parse(deflated);
  ASSERT_TRUE(static_cast<bool>(read)) << llvm::toString(read.takeError());
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[0].name, "a");
  EXPECT_EQ((*read)[0].typeText(), "f32[2, 2]");
  EXPECT_EQ(loadElement(LLMC_DTYPE_F32, &(*read)[0].bytes[12]), 4);
  EXPECT_EQ((*read)[1].typeText(), "u8[]");
  EXPECT_EQ((*read)[1].bytes[0], 7);
}

TEST(NpzFile, RefusesWithOneMessage) {
  EXPECT_EQ(errorOf(parse("hello")), "t.npz: not a zip archive, or cut short");
  EXPECT_EQ(errorOf(parse(printZip({{"a.txt", "hello"}}))), "t.npz: entry 'a.txt' is no .npy file");
  EXPECT_EQ(errorOf(parse(printZip({{"a.npy", "hello"}}))), "t.npz: a.npy: not a .npy file");
  std::string contents = llvm::cantFail(printNpz(samples()));
  contents[200] ^= 1; // within the data of the first
  EXPECT_EQ(errorOf(parse(contents)), "t.npz: entry 'tensor/1.npy' is damaged");
  std::vector<HostTensor> twins = samples();
  twins[1].name = twins[0].name;
  EXPECT_EQ(errorOf(printNpz(twins)), "two tensors are named 'tensor/1'");
}

TEST(NpzFile, SurvivesDamage) {
  damage(deflated, parse);
  damage(llvm::cantFail(printNpz(samples())), parse);
}
