// Damages a model byte by byte, by a fixed seed: the reader gives a model or an error, but never
// crashes or hangs. LLMC_MUTATIONS=N tries more than the usual 200.
#include "test/unit/frontend/TestModel.h"

#include <cstdlib>
#include <random>

namespace llmc::frontend::test {
namespace {

class MutationTest : public ModelTest {
protected:
  /// A model with some of everything that the reader looks at.
  static onnx::ModelProto richModel();

  std::string mutated(std::string bytes);
  size_t below(size_t limit) { return std::uniform_int_distribution<size_t>(0, limit - 1)(random); }

  std::mt19937_64 random{20240607};
};

onnx::ModelProto MutationTest::richModel() {
  onnx::ModelProto model = identityModel();
  onnx::GraphProto &graph = *model.mutable_graph();
  addTensor(graph, "big", onnx::TensorProto::FLOAT, {100}).set_raw_data(std::string(400, 'b'));
  addTensor(graph, "small", onnx::TensorProto::FLOAT16, {1}).add_int32_data(0x3c00);
  setExternal(addTensor(graph, "out", onnx::TensorProto::UINT8, {4}), "data", "4", "4");
  addNode(graph, "late", "Add", {"called", "big"}, {"sum"});
  addNode(graph, "call", "f", {"x"}, {"called"}).set_domain("local");

  onnx::FunctionProto &f = addFunction(model, "f", {"a"}, {"b"});
  addNode(f, "g", {"a"}, {"t"}).set_domain("local");
  onnx::AttributeProto &branch = *addNode(f, "If", {"t"}, {"b"}).add_attribute();
  branch.set_name("then_branch");
  branch.set_type(onnx::AttributeProto::GRAPH);
  addNode(*branch.mutable_g(), "inner", "Relu", {"t"}, {"r"});
  branch.mutable_g()->add_output()->set_name("r");
  addNode(addFunction(model, "g", {"p"}, {"q"}), "Relu", {"p"}, {"q"}).add_attribute()->set_ref_attr_name("alpha");
  return model;
}

std::string MutationTest::mutated(std::string bytes) {
  for (size_t changes = 1 + below(4); changes > 0 && !bytes.empty(); --changes) {
    size_t at = below(bytes.size());
    switch (below(5)) {
    case 0:
      bytes[at] ^= char(1u << below(8));
      break;
    case 1:
      bytes.resize(at);
      break;
    case 2:
      bytes.insert(at, 1 + below(8), char(below(256)));
      break;
    case 3: // a length, likely, that is now too large by far
      bytes[at] |= char(0x80);
      break;
    case 4: // any value
      bytes[at] = char(below(256));
      break;
    }
  }
  return bytes;
}

TEST_F(MutationTest, damagedModelsAreReadOrRefused) {
  const char *wish = std::getenv("LLMC_MUTATIONS");
  size_t count = wish ? std::strtoul(wish, nullptr, 10) : 200;
  write("data", "01234567");
  std::string whole = richModel().SerializeAsString();
  ASSERT_EQ(refusal(richModel()), "accepted");

  size_t refused = 0;
  for (size_t i = 0; i < count; ++i) {
    write("model.onnx", mutated(whole));
    auto model = OnnxModel::load(pathOf("model.onnx"));
    if (model)
      continue;
    ++refused;
    std::string message = llvm::toString(model.takeError());
    EXPECT_NE(message.find("; try: "), std::string::npos) << message;
  }
  EXPECT_GT(refused, count / 4);
}

} // namespace
} // namespace llmc::frontend::test
