#include "test/unit/frontend/TestModel.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace llmc::frontend::test {

onnx::ModelProto identityModel() {
  onnx::ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(18);
  onnx::GraphProto &graph = *model.mutable_graph();
  graph.set_name("main");
  addInput(graph, "x");
  addNode(graph, "copy", "Identity", {"x"}, {"y"});
  graph.add_output()->set_name("y");
  return model;
}

static onnx::NodeProto &fill(onnx::NodeProto &node, llvm::StringRef op, std::initializer_list<std::string> inputs,
                             std::initializer_list<std::string> outputs) {
  node.set_op_type(op.str());
  for (const std::string &input : inputs)
    node.add_input(input);
  for (const std::string &output : outputs)
    node.add_output(output);
  return node;
}

onnx::NodeProto &addNode(onnx::GraphProto &graph, llvm::StringRef name, llvm::StringRef op,
                         std::initializer_list<std::string> inputs, std::initializer_list<std::string> outputs) {
  onnx::NodeProto &node = fill(*graph.add_node(), op, inputs, outputs);
  node.set_name(name.str());
  return node;
}

onnx::NodeProto &addNode(onnx::FunctionProto &function, llvm::StringRef op, std::initializer_list<std::string> inputs,
                         std::initializer_list<std::string> outputs) {
  return fill(*function.add_node(), op, inputs, outputs);
}

onnx::ValueInfoProto &addInput(onnx::GraphProto &graph, llvm::StringRef name) {
  onnx::ValueInfoProto &input = *graph.add_input();
  input.set_name(name.str());
  onnx::TypeProto::Tensor &type = *input.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  type.mutable_shape()->add_dim()->set_dim_param("batch");
  type.mutable_shape()->add_dim()->set_dim_value(4);
  return input;
}

onnx::TensorProto &addTensor(onnx::GraphProto &graph, llvm::StringRef name, onnx::TensorProto::DataType type,
                             std::initializer_list<int64_t> dims) {
  onnx::TensorProto &tensor = *graph.add_initializer();
  tensor.set_name(name.str());
  tensor.set_data_type(type);
  for (int64_t dim : dims)
    tensor.add_dims(dim);
  return tensor;
}

void setExternal(onnx::TensorProto &tensor, llvm::StringRef location, llvm::StringRef offset, llvm::StringRef length) {
  tensor.set_data_location(onnx::TensorProto::EXTERNAL);
  for (auto [key, value] : {std::pair("location", location), {"offset", offset}, {"length", length}})
    if (!value.empty()) {
      onnx::StringStringEntryProto &entry = *tensor.add_external_data();
      entry.set_key(key);
      entry.set_value(value.str());
    }
}

onnx::FunctionProto &addFunction(onnx::ModelProto &model, llvm::StringRef name,
                                 std::initializer_list<std::string> inputs,
                                 std::initializer_list<std::string> outputs) {
  onnx::OperatorSetIdProto &opset = *model.add_opset_import();
  opset.set_domain("local");
  opset.set_version(1);
  onnx::FunctionProto &function = *model.add_functions();
  function.set_domain("local");
  function.set_name(name.str());
  for (const std::string &input : inputs)
    function.add_input(input);
  for (const std::string &output : outputs)
    function.add_output(output);
  function.add_opset_import()->set_version(18);
  return function;
}

ModelTest::ModelTest() {
  llvm::SmallString<128> path;
  EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("llmc-frontend", path));
  folder = path.str().str();
}

ModelTest::~ModelTest() { llvm::sys::fs::remove_directories(folder); }

std::string ModelTest::pathOf(llvm::StringRef name) const { return folder + "/" + name.str(); }

void ModelTest::write(llvm::StringRef name, llvm::StringRef bytes) const {
  std::error_code failure;
  llvm::raw_fd_ostream stream(pathOf(name), failure);
  ASSERT_FALSE(failure) << failure.message();
  stream << bytes;
}

void ModelTest::writeWithHole(llvm::StringRef name, llvm::StringRef bytes, uint64_t zeros) const {
  namespace fs = llvm::sys::fs;
  write(name, bytes);
  int file = 0;
  ASSERT_FALSE(fs::openFileForReadWrite(pathOf(name), file, fs::CD_OpenExisting, fs::OF_None));
  ASSERT_FALSE(fs::resize_file(file, bytes.size() + zeros));
  fs::closeFile(file);
}

llvm::Expected<std::unique_ptr<OnnxModel>> ModelTest::tryLoad(const onnx::ModelProto &model) const {
  write("model.onnx", model.SerializeAsString());
  return OnnxModel::load(pathOf("model.onnx"));
}

std::unique_ptr<OnnxModel> ModelTest::load(const onnx::ModelProto &model) const {
  llvm::Expected<std::unique_ptr<OnnxModel>> loaded = tryLoad(model);
  if (loaded)
    return std::move(*loaded);
  ADD_FAILURE() << llvm::toString(loaded.takeError());
  return nullptr;
}

std::string ModelTest::refusal(const onnx::ModelProto &model) const {
  llvm::Expected<std::unique_ptr<OnnxModel>> loaded = tryLoad(model);
  return loaded ? "accepted" : llvm::toString(loaded.takeError());
}

} // namespace llmc::frontend::test
