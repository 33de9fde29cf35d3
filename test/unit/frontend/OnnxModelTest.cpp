// What the importer sees of a model: order, interface, attributes, metadata.
#include "test/unit/frontend/TestModel.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace llmc::frontend::test {
namespace {

using onnx::AttributeProto;
using onnx::TensorProto;

class OnnxModelTest : public ModelTest {
protected:
  onnx::ModelProto model = identityModel();
  onnx::GraphProto &graph = *model.mutable_graph();
};

std::vector<std::string> namesOf(llvm::ArrayRef<NodeView> nodes) {
  std::vector<std::string> names;
  for (NodeView node : nodes)
    names.push_back(node.name().str());
  return names;
}

using Names = std::vector<std::string>;

TEST_F(OnnxModelTest, orderOfTheFileIsKeptWherePossible) {
  addNode(graph, "b", "Relu", {"x"}, {"b"});
  addNode(graph, "a", "Relu", {"x"}, {"a"});
  EXPECT_EQ(namesOf(load(model)->graph().nodes()), (Names{"copy", "b", "a"}));
}

TEST_F(OnnxModelTest, unsortedNodesAreSorted) {
  addNode(graph, "last", "Add", {"m", "a"}, {"z"});
  addNode(graph, "middle", "Relu", {"a"}, {"m"});
  addNode(graph, "first", "Relu", {"x"}, {"a"});
  EXPECT_EQ(namesOf(load(model)->graph().nodes()), (Names{"copy", "first", "middle", "last"}));
}

TEST_F(OnnxModelTest, capturesOfNestedGraphsCountAsUses) {
  AttributeProto &branch = *addNode(graph, "if", "If", {"x"}, {"z"}).add_attribute();
  branch.set_name("then_branch");
  branch.set_type(AttributeProto::GRAPH);
  addNode(*branch.mutable_g(), "inner", "Relu", {"late"}, {"r"});
  branch.mutable_g()->add_output()->set_name("r");
  addNode(graph, "late", "Relu", {"x"}, {"late"});
  EXPECT_EQ(namesOf(load(model)->graph().nodes()), (Names{"copy", "late", "if"}));

  branch.mutable_g()->mutable_node(0)->set_input(0, "z"); // the result of the If itself
  EXPECT_NE(refusal(model).find("node \"if\" (If): depends on its own result \"z\""), std::string::npos);
  branch.mutable_g()->mutable_node(0)->set_input(0, "nowhere");
  EXPECT_NE(refusal(model).find("node \"inner\" (Relu): nothing defines"), std::string::npos);
}

TEST_F(OnnxModelTest, siblingBranchesMayUseTheSameNames) {
  onnx::NodeProto &node = addNode(graph, "if", "If", {"x"}, {"z"});
  for (const char *name : {"then_branch", "else_branch"}) {
    AttributeProto &branch = *node.add_attribute();
    branch.set_name(name);
    branch.set_type(AttributeProto::GRAPH);
    addNode(*branch.mutable_g(), "", "Relu", {"x"}, {"r"});
    branch.mutable_g()->add_output()->set_name("r");
  }
  EXPECT_TRUE(load(model));
}

TEST_F(OnnxModelTest, interface) {
  addInput(graph, "scale");
  addTensor(graph, "scale", TensorProto::FLOAT, {1, 4}).set_raw_data(std::string(16, '\0'));
  auto loaded = load(model);
  llvm::ArrayRef<GraphValue> inputs = loaded->graph().inputs();
  ASSERT_EQ(inputs.size(), 2u);
  EXPECT_EQ(inputs[0].name, "x");
  EXPECT_EQ(inputs[0].type->elementType, OnnxElementType::Float32);
  EXPECT_EQ((*inputs[0].type->dims)[0].symbol, "batch");
  EXPECT_EQ((*inputs[0].type->dims)[1].size, 4);
  EXPECT_FALSE(inputs[0].defaultValue);
  EXPECT_EQ(inputs[1].defaultValue, loaded->graph().findTensor("scale"));
  EXPECT_EQ(loaded->graph().outputs()[0].name, "y");
  EXPECT_FALSE(loaded->graph().outputs()[0].type);
  EXPECT_EQ(loaded->dimSymbols(), std::vector<llvm::StringRef>{"batch"});
}

static llvm::ArrayRef<uint8_t> bytesOf(const std::string &text) {
  return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

TEST_F(OnnxModelTest, fromMemory) {
  addTensor(graph, "scale", TensorProto::FLOAT, {1, 4}).set_raw_data(std::string(16, '\1'));
  std::string bytes = model.SerializeAsString();
  auto loaded = OnnxModel::loadFromMemory("given", bytesOf(bytes), "");
  ASSERT_TRUE(static_cast<bool>(loaded)) << llvm::toString(loaded.takeError());
  EXPECT_TRUE((*loaded)->graph().findTensor("scale"));
  EXPECT_TRUE((*loaded)->files().isInMemory());
  auto damaged = OnnxModel::loadFromMemory("given", bytesOf(bytes).drop_back(3), "");
  EXPECT_NE(llvm::toString(damaged.takeError()).find("given: "), std::string::npos);
  EXPECT_NE(llvm::toString(OnnxModel::loadFromMemory("given", {}, "").takeError()).find("empty"), std::string::npos);
}

TEST_F(OnnxModelTest, externalDataOfAModelInMemoryNeedsAFolder) {
  setExternal(addTensor(graph, "w", TensorProto::UINT8, {4}), "data", "0", "4");
  write("data", "abcd");
  std::string bytes = model.SerializeAsString();
  auto without = OnnxModel::loadFromMemory("given", bytesOf(bytes), "");
  EXPECT_NE(llvm::toString(without.takeError()).find("in memory, without a folder"), std::string::npos);
  std::string folder = llvm::sys::path::parent_path(pathOf("data")).str();
  auto with = OnnxModel::loadFromMemory("given", bytesOf(bytes), folder);
  ASSERT_TRUE(static_cast<bool>(with)) << llvm::toString(with.takeError());
}

TEST_F(OnnxModelTest, initializersOfOldModelsAreNoInputs) {
  model.set_ir_version(3);
  addInput(graph, "scale");
  addTensor(graph, "scale", TensorProto::FLOAT, {1, 4}).set_raw_data(std::string(16, '\0'));
  EXPECT_EQ(load(model)->graph().inputs().size(), 1u);
}

TEST_F(OnnxModelTest, typesInsideAreHints) {
  onnx::ValueInfoProto &known = *graph.add_value_info();
  known.set_name("k");
  known.mutable_type()->mutable_tensor_type()->set_elem_type(TensorProto::INT64);
  onnx::ValueInfoProto &strange = *graph.add_value_info();
  strange.set_name("s");
  strange.mutable_type()->mutable_sequence_type();
  auto loaded = load(model);
  EXPECT_EQ(loaded->graph().findType("k")->elementType, OnnxElementType::Int64);
  EXPECT_FALSE(loaded->graph().findType("k")->dims);
  EXPECT_FALSE(loaded->graph().findType("s"));
  EXPECT_TRUE(loaded->graph().findType("x"));
}

TEST_F(OnnxModelTest, metadata) {
  model.set_producer_name("pytorch");
  model.mutable_opset_import(0)->set_domain("ai.onnx");
  onnx::StringStringEntryProto &entry = *model.add_metadata_props();
  entry.set_key("task");
  entry.set_value("fill-mask");
  auto loaded = load(model);
  EXPECT_EQ(loaded->irVersion(), 8);
  EXPECT_EQ(loaded->producerName(), "pytorch");
  EXPECT_EQ(loaded->opset(""), 18);
  EXPECT_EQ(loaded->opset("ai.onnx"), 18);
  EXPECT_EQ(loaded->opset("com.microsoft"), std::nullopt);
  EXPECT_EQ(loaded->opsets().front().first, "");
  EXPECT_EQ(loaded->metadata().front().second, "fill-mask");
}

TEST_F(OnnxModelTest, attributesHaveTypes) {
  onnx::NodeProto &node = *graph.mutable_node(0);
  auto add = [&](const char *name, AttributeProto::AttributeType type) -> AttributeProto & {
    AttributeProto &attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(type);
    return attribute;
  };
  add("i", AttributeProto::INT).set_i(-3);
  add("f", AttributeProto::FLOAT).set_f(1.5);
  add("s", AttributeProto::STRING).set_s("NOTSET");
  add("is", AttributeProto::INTS).add_ints(2);
  add("fs", AttributeProto::FLOATS).add_floats(0.5);
  add("ss", AttributeProto::STRINGS).add_strings("a");
  auto loaded = load(model);
  NodeView view = loaded->graph().nodes().front();
  EXPECT_EQ(llvm::cantFail(view.intAttr("i", 0)), -3);
  EXPECT_EQ(llvm::cantFail(view.intAttr("none", 5)), 5);
  EXPECT_EQ(llvm::cantFail(view.floatAttr("f", 0)), 1.5f);
  EXPECT_EQ(llvm::cantFail(view.floatAttr("none", 2)), 2.0f);
  EXPECT_EQ(llvm::cantFail(view.stringAttr("s", "")), "NOTSET");
  EXPECT_EQ(llvm::cantFail(view.stringAttr("none", "x")), "x");
  EXPECT_EQ(llvm::cantFail(view.intsAttr("is", {})), llvm::ArrayRef<int64_t>(2));
  EXPECT_TRUE(llvm::cantFail(view.intsAttr("none", {})).empty());
  EXPECT_EQ(llvm::cantFail(view.floatsAttr("fs", {})), llvm::ArrayRef<float>(0.5f));
  EXPECT_TRUE(llvm::cantFail(view.floatsAttr("none", {})).empty());
  EXPECT_EQ(llvm::cantFail(view.stringsAttr("ss")), std::vector<llvm::StringRef>{"a"});
  EXPECT_EQ(view.attrNames().size(), 6u);
}

TEST_F(OnnxModelTest, leftOutInputsAreEmpty) {
  addNode(graph, "clip", "Clip", {"x", "", "x", "", ""}, {"", "z", ""});
  auto loaded = load(model);
  NodeView clip = loaded->graph().nodes()[1];
  EXPECT_EQ(clip.inputCount(), 3u);
  EXPECT_FALSE(clip.hasInput(1));
  EXPECT_TRUE(clip.hasInput(2));
  EXPECT_FALSE(clip.hasInput(9));
  EXPECT_FALSE(clip.hasOutput(0));
  EXPECT_EQ(clip.outputCount(), 2u);
  EXPECT_EQ(clip.describe(), "node \"clip\" (Clip)");
}

TEST_F(OnnxModelTest, namesMayBeAnyText) {
  addNode(graph, "", "Relu", {"x"}, {"größe/層"});
  EXPECT_EQ(load(model)->graph().nodes()[1].describe(), "node #1 (Relu) -> \"größe/層\"");
}

TEST(OnnxModels, thoseOfRealExportersLoad) {
  std::error_code failure;
  std::string folder = LLMC_SOURCE_DIR "/../shared/models";
  if (!llvm::sys::fs::is_directory(folder))
    GTEST_SKIP() << "no folder of models beside the sources";
  size_t count = 0;
  for (llvm::sys::fs::directory_iterator it(folder, failure), end; it != end && !failure; it.increment(failure)) {
    std::string path = it->path() + "/model.onnx";
    if (!llvm::sys::fs::exists(path))
      continue;
    auto model = OnnxModel::load(path);
    ASSERT_TRUE(bool(model)) << llvm::toString(model.takeError());
    EXPECT_FALSE((*model)->graph().nodes().empty());
    ++count;
  }
  EXPECT_GT(count, 0u);
}

} // namespace
} // namespace llmc::frontend::test
