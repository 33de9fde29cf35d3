// Tensors in every form of storage: raw, typed fields, inside the model file, beside it.
#include "compiler/frontend/onnx/WireFormat.h"
#include "test/unit/frontend/TestModel.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

namespace llmc::frontend::test {
namespace {

using onnx::TensorProto;

/// The bytes of values as ONNX stores them in raw_data.
template <typename T> std::string bytesOf(std::initializer_list<T> values) {
  return std::string(reinterpret_cast<const char *>(values.begin()), values.size() * sizeof(T));
}

class TensorDataTest : public ModelTest {
protected:
  TensorProto &add(TensorProto::DataType type, std::initializer_list<int64_t> dims) {
    return addTensor(*model.mutable_graph(), "w", type, dims);
  }

  /// Loads the model, which holds one tensor, and gives that tensor's bytes.
  std::string loadedBytes() {
    loaded = load(model);
    return loaded ? llvm::toStringRef(tensor().bytes).str() : "";
  }
  /// Those that stay in the file.
  std::string bytesInFile() {
    std::string bytes(tensor().range->size, 0);
    llvm::cantFail(
        loaded->files().file(tensor().range->file)->read(tensor().range->offset, {bytes.data(), bytes.size()}));
    return bytes;
  }
  const TensorData &tensor() const { return *loaded->graph().findTensor("w"); }

  onnx::ModelProto model = identityModel();
  std::unique_ptr<OnnxModel> loaded;
};

TEST_F(TensorDataTest, elementTypesAreThoseOfOnnx) {
  for (int number = 1; TensorProto::DataType_IsValid(number); ++number)
    EXPECT_EQ(onnxElementTypeFromNumber(number).has_value(), number != TensorProto::STRING) << "ONNX's type " << number;
  EXPECT_EQ(onnxElementTypes().size(), size_t(TensorProto::DataType_MAX - 1));
}

TEST_F(TensorDataTest, storageIsPackedAndOverflowSafe) {
  EXPECT_EQ(storageBytes(OnnxElementType::Float32, {}), 4u);
  EXPECT_EQ(storageBytes(OnnxElementType::Int4, {3, 3}), 5u);
  EXPECT_EQ(storageBytes(OnnxElementType::Float6E2M3, {5}), 4u);
  EXPECT_EQ(storageBytes(OnnxElementType::Float32, {INT64_MAX, INT64_MAX, 0}), 0u);
  EXPECT_FALSE(storageBytes(OnnxElementType::UInt8, {INT64_MAX}));
  EXPECT_FALSE(storageBytes(OnnxElementType::UInt8, {1LL << 32, 1LL << 32}));
  EXPECT_FALSE(storageBytes(OnnxElementType::UInt8, {-1}));
}

TEST_F(TensorDataTest, smallRawDataStaysInTheMessage) {
  add(TensorProto::FLOAT, {2}).set_raw_data(bytesOf({1.0f, 2.0f}));
  EXPECT_EQ(loadedBytes(), bytesOf({1.0f, 2.0f}));
  EXPECT_FALSE(tensor().range);
}

TEST_F(TensorDataTest, bigRawDataIsARangeOfTheModelFile) {
  std::string weights(40000, 'w');
  add(TensorProto::FLOAT, {100, 100}).set_raw_data(weights);
  EXPECT_EQ(loadedBytes(), "");
  ASSERT_TRUE(tensor().range);
  EXPECT_EQ(tensor().range->file, 0u);
  EXPECT_EQ(bytesInFile(), weights);
}

/// Protobuf alone stops at 2 GB. That this takes neither time nor memory shows that nothing is
/// read.
TEST_F(TensorDataTest, modelsBeyondTwoGigabytes) {
  uint64_t size = uint64_t(5) << 30;
  std::string tensor = add(TensorProto::UINT8, {int64_t(size)}).SerializeAsString();
  appendVarint(tensor, TensorProto::kRawDataFieldNumber << 3 | 2);
  appendVarint(tensor, size);
  model.mutable_graph()->clear_initializer();
  std::string graph = model.graph().SerializeAsString();
  appendVarint(graph, onnx::GraphProto::kInitializerFieldNumber << 3 | 2);
  appendVarint(graph, tensor.size() + size);
  model.clear_graph();
  std::string file = model.SerializeAsString();
  appendVarint(file, onnx::ModelProto::kGraphFieldNumber << 3 | 2);
  appendVarint(file, graph.size() + tensor.size() + size);
  writeWithHole("model.onnx", file + graph + tensor, size);

  loaded = llvm::cantFail(OnnxModel::load(pathOf("model.onnx")));
  EXPECT_EQ(this->tensor().range->size, size);
}

TEST_F(TensorDataTest, bigPackedFloatsAreARangeToo) {
  TensorProto &proto = add(TensorProto::FLOAT, {100});
  for (int i = 0; i < 100; ++i)
    proto.add_float_data(i);
  EXPECT_EQ(loadedBytes().substr(4, 4), bytesOf({1.0f}));
  EXPECT_TRUE(tensor().range);
}

TEST_F(TensorDataTest, bigPackedFloatsOfAnotherTypeAreRefused) {
  TensorProto &proto = add(TensorProto::INT32, {100});
  for (int i = 0; i < 100; ++i)
    proto.add_float_data(i);
  EXPECT_NE(refusal(model).find("int32 cannot be stored in float_data"), std::string::npos);
}

TEST_F(TensorDataTest, tensorsOfAttributesAndNestedGraphsAreRangesToo) {
  onnx::GraphProto &graph = *model.mutable_graph();
  onnx::AttributeProto &branch = *addNode(graph, "if", "If", {"x"}, {"z"}).add_attribute();
  branch.set_name("then_branch");
  branch.set_type(onnx::AttributeProto::GRAPH);
  onnx::NodeProto &constant = addNode(*branch.mutable_g(), "const", "Constant", {}, {"c"});
  onnx::AttributeProto &value = *constant.add_attribute();
  value.set_name("value");
  value.set_type(onnx::AttributeProto::TENSOR);
  value.mutable_t()->set_data_type(TensorProto::UINT8);
  value.mutable_t()->add_dims(1000);
  value.mutable_t()->set_raw_data(std::string(1000, 'v'));
  branch.mutable_g()->add_output()->set_name("c");

  loaded = load(model);
  const OnnxGraph *nested = llvm::cantFail(loaded->graph().nodes()[1].graphAttr("then_branch"));
  EXPECT_EQ(nested->outer(), &loaded->graph());
  const TensorData *data = llvm::cantFail(nested->nodes().front().tensorAttr("value"));
  EXPECT_EQ(data->bytes.size(), 1000u);
  EXPECT_TRUE(data->range);
}

TEST_F(TensorDataTest, int32DataServesManyTypes) {
  add(TensorProto::FLOAT16, {2}).add_int32_data(0x3c00);
  TensorProto &proto = *model.mutable_graph()->mutable_initializer(0);
  proto.add_int32_data(0xc000);
  EXPECT_EQ(loadedBytes(), bytesOf<uint16_t>({0x3c00, 0xc000}));

  for (TensorProto::DataType type : {TensorProto::INT8, TensorProto::BOOL, TensorProto::UINT8}) {
    proto.set_data_type(type);
    proto.set_int32_data(0, 1);
    proto.set_int32_data(1, type == TensorProto::INT8 ? -1 : 0);
    EXPECT_EQ(loadedBytes(), bytesOf<int8_t>({1, int8_t(proto.int32_data(1))}));
  }
  proto.set_data_type(TensorProto::INT32);
  EXPECT_EQ(loadedBytes(), bytesOf<int32_t>({1, 0}));
}

TEST_F(TensorDataTest, int4ComesTwoToAByte) {
  TensorProto &proto = add(TensorProto::INT4, {3});
  proto.add_int32_data(0x21);
  proto.add_int32_data(0x03);
  EXPECT_EQ(loadedBytes(), std::string("\x21\x03"));
}

TEST_F(TensorDataTest, wideTypedFields) {
  add(TensorProto::INT64, {2}).add_int64_data(-1);
  TensorProto &proto = *model.mutable_graph()->mutable_initializer(0);
  proto.add_int64_data(INT64_MAX);
  EXPECT_EQ(loadedBytes(), bytesOf<int64_t>({-1, INT64_MAX}));

  proto.clear_int64_data();
  proto.add_uint64_data(7);
  proto.add_uint64_data(8);
  proto.set_data_type(TensorProto::UINT32);
  EXPECT_EQ(loadedBytes(), bytesOf<uint32_t>({7, 8}));
  proto.set_uint64_data(0, uint64_t(1) << 32);
  EXPECT_NE(refusal(model).find("does not fit into uint32"), std::string::npos);

  proto.clear_uint64_data();
  proto.add_double_data(0.5);
  proto.add_double_data(-2);
  proto.set_data_type(TensorProto::DOUBLE);
  EXPECT_EQ(loadedBytes(), bytesOf({0.5, -2.0}));
  proto.set_data_type(TensorProto::COMPLEX128);
  proto.set_dims(0, 1);
  EXPECT_EQ(loadedBytes(), bytesOf({0.5, -2.0}));
}

TEST_F(TensorDataTest, externalDataAreSharedAndChecked) {
  write("data", "0123456789ab");
  setExternal(add(TensorProto::INT32, {2}), "./data", "4", "8");
  setExternal(addTensor(*model.mutable_graph(), "v", TensorProto::UINT8, {4}), "data");
  EXPECT_EQ(loadedBytes(), "456789ab");
  EXPECT_EQ(loaded->files().size(), 2u);
  EXPECT_EQ(loaded->files().name(1), "data");
  EXPECT_EQ(tensor().range->file, 1u);
  EXPECT_EQ(loaded->graph().findTensor("v")->range->offset, 0u);

  auto refusalAt = [&](llvm::StringRef offset, llvm::StringRef length) {
    model.mutable_graph()->mutable_initializer(0)->clear_external_data();
    setExternal(*model.mutable_graph()->mutable_initializer(0), "data", offset, length);
    return refusal(model);
  };
  EXPECT_NE(refusalAt("5", "8").find("bytes 5 to 13"), std::string::npos);
  EXPECT_NE(refusalAt("4", "18446744073709551615").find("which has only 12"), std::string::npos);
  EXPECT_NE(refusalAt("18446744073709551615", "8").find("has only 12"), std::string::npos);
  EXPECT_NE(refusalAt("0", "4").find("holds 4 bytes, but"), std::string::npos);
  EXPECT_NE(refusalAt("0", "eight").find("not a number"), std::string::npos);
}

TEST_F(TensorDataTest, externalDataStayInTheFolder) {
  write("outside", "0123");
  ASSERT_FALSE(llvm::sys::fs::create_directory(pathOf("inside")));
  write("inside/data", "4567");
  ASSERT_FALSE(llvm::sys::fs::create_link("../outside", pathOf("inside/escape")));
  ASSERT_FALSE(llvm::sys::fs::create_link("data", pathOf("inside/alias")));
  TensorProto &proto = add(TensorProto::UINT8, {4});

  auto tryLocation = [&](const std::string &location) {
    proto.clear_external_data();
    setExternal(proto, location);
    write("inside/model.onnx", model.SerializeAsString());
    auto result = OnnxModel::load(pathOf("inside/model.onnx"));
    return result ? "accepted" : llvm::toString(result.takeError());
  };
  EXPECT_EQ(tryLocation("data"), "accepted");
  EXPECT_EQ(tryLocation("alias"), "accepted");
  for (std::string location : {std::string("../outside"), std::string("x/../../outside"), pathOf("outside"),
                               std::string("escape"), std::string("data\0", 5)})
    EXPECT_NE(tryLocation(location).find("outside the model's folder"), std::string::npos) << location;
  EXPECT_NE(tryLocation(".").find("folder or a device"), std::string::npos);
}

// Hugging Face's cache keeps snapshots/model.onnx and snapshots/data as links into blobs/.
TEST_F(TensorDataTest, linkedModelsFindTheirLinkedData) {
  ASSERT_FALSE(llvm::sys::fs::create_directory(pathOf("blobs")));
  ASSERT_FALSE(llvm::sys::fs::create_directory(pathOf("snapshots")));
  setExternal(add(TensorProto::UINT8, {4}), "data");
  write("blobs/1", model.SerializeAsString());
  write("blobs/2", "0123");
  ASSERT_FALSE(llvm::sys::fs::create_link("../blobs/1", pathOf("snapshots/model.onnx")));
  ASSERT_FALSE(llvm::sys::fs::create_link("../blobs/2", pathOf("snapshots/data")));
  auto result = OnnxModel::load(pathOf("snapshots/model.onnx"));
  EXPECT_TRUE(bool(result)) << llvm::toString(result.takeError());
}

} // namespace
} // namespace llmc::frontend::test
