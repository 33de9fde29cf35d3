#include "tools/llmc/tensors/TensorProtoFile.h"

#include "Samples.h"

using namespace llmc::tools;

static llvm::Expected<HostTensor> parse(const std::string &contents) { return parseTensorProto(contents, "t.pb"); }

// dims [2], the type, then more fields by hand.
static std::string proto(int dtype, const std::string &fields) {
  return std::string("\x08\x02\x10") + static_cast<char>(dtype) + fields;
}

static double element(const HostTensor &tensor, size_t index) {
  return loadElement(tensor.dtype, &tensor.bytes[index * findElementType(tensor.dtype)->bytes()]);
}

TEST(TensorProtoFile, RoundTripsEveryTypeAndShape) {
  for (uint32_t dtype : allDtypes)
    for (const std::vector<int64_t> &shape : sampleShapes) {
      HostTensor tensor = sample(dtype, shape);
      tensor.name = "x";
      llvm::Expected<HostTensor> read = parse(printTensorProto(tensor));
      ASSERT_TRUE(static_cast<bool>(read)) << llvm::toString(read.takeError());
      expectSame(*read, tensor);
    }
}

TEST(TensorProtoFile, ReadsTypedFields) {
  struct Case {
    int dtype;
    std::string fields;
    double first, second;
  } cases[] = {
      {LLMC_DTYPE_F32, std::string("\x22\x08\x00\x00\x80\x3f\x00\x00\x00\xc0", 10), 1, -2},
      {LLMC_DTYPE_F32, std::string("\x25\x00\x00\x80\x3f\x25\x00\x00\x00\xc0", 10), 1, -2},
      {LLMC_DTYPE_I32, std::string("\x2a\x0b\x05\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 13), 5, -1},
      {LLMC_DTYPE_I8, std::string("\x28\x05\x28\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 13), 5, -1},
      {LLMC_DTYPE_U8, "\x2a\x03\x05\xff\x01", 5, 255},
      {LLMC_DTYPE_BOOL, std::string("\x2a\x02\x01\x00", 4), 1, 0},
      {LLMC_DTYPE_F16, "\x2a\x05\x80\x78\x80\x80\x03", 1, -2},
      {LLMC_DTYPE_BF16, "\x2a\x05\x80\x7f\x80\x80\x03", 1, -2},
      {LLMC_DTYPE_I64, std::string("\x3a\x0b\x05\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 13), 5, -1},
      {LLMC_DTYPE_F64, std::string("\x52\x10\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\xc0", 18), 1, -2},
      {LLMC_DTYPE_U32, "\x5a\x03\x05\xff\x01", 5, 255},
      {LLMC_DTYPE_U64, "\x58\x05\x58\xff\x01", 5, 255},
  };
  for (const Case &one : cases) {
    llvm::Expected<HostTensor> read = parse(proto(one.dtype, one.fields));
    ASSERT_TRUE(static_cast<bool>(read)) << one.dtype << llvm::toString(read.takeError());
    EXPECT_EQ(element(*read, 0), one.first) << one.dtype;
    EXPECT_EQ(element(*read, 1), one.second) << one.dtype;
  }
}

TEST(TensorProtoFile, SkipsWhatItNeedNotKnow) {
  std::string raw("\x4a\x02\x01\x02", 4), text("\x62\x02hi", 4), unknown("\xa0\x06\x05", 3);
  EXPECT_EQ(errorOf(parse(proto(LLMC_DTYPE_U8, text + raw + unknown))), "");
  EXPECT_EQ(errorOf(parse(std::string("\x0a\x01\x02\x10\x02", 5) + raw)), ""); // packed dims
}

TEST(TensorProtoFile, RefusesWithOneMessage) {
  EXPECT_EQ(errorOf(parse("")), "t.pb: element type 0 is not supported");
  EXPECT_EQ(errorOf(parse(proto(8, ""))), "t.pb: element type 8 is not supported");
  EXPECT_EQ(errorOf(parse(proto(LLMC_DTYPE_F32, "\x4a\x01x"))), "t.pb: holds 1 bytes of data, its shape needs 8");
  EXPECT_EQ(errorOf(parse(proto(LLMC_DTYPE_F32, "\x2a\x02\x01\x02"))),
            "t.pb: values of type f32 stand in the wrong field");
  EXPECT_EQ(errorOf(parse(proto(LLMC_DTYPE_U8, "\x2a\x02\x01\x02\x4a\x02\x01\x02"))),
            "t.pb: values stand in two fields at once");
  EXPECT_EQ(errorOf(parse(proto(LLMC_DTYPE_U8, "\x70\x01"))), "t.pb: values in another file are not supported here");
  EXPECT_EQ(errorOf(parse("\x32\x01x")), "t.pb: tensors of strings are not supported");
  EXPECT_EQ(errorOf(parse("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x10\x01")), "t.pb: dim -1 is negative");
  EXPECT_EQ(errorOf(parse("\x4a\x7fshort")), "t.pb: not an ONNX tensor, or damaged");
}

TEST(TensorProtoFile, SurvivesDamage) {
  HostTensor tensor = sample(LLMC_DTYPE_F32, {2, 3});
  tensor.name = "x";
  damage(printTensorProto(tensor), parse);
}
