// Local functions become part of the graph: names, attributes, nesting.
#include "test/unit/frontend/TestModel.h"

#include "llvm/ADT/STLExtras.h"

namespace llmc::frontend::test {
namespace {

using onnx::AttributeProto;

class FunctionInlinerTest : public ModelTest {
protected:
  /// Turns the identity model's node into a call.
  onnx::NodeProto &call(llvm::StringRef function) {
    onnx::NodeProto &node = *model.mutable_graph()->mutable_node(0);
    node.set_domain("local");
    node.set_op_type(function.str());
    return node;
  }

  /// The nodes after loading, as `op(inputs) -> outputs`.
  std::vector<std::string> loadedNodes() {
    loaded = load(model);
    std::vector<std::string> texts;
    if (!loaded)
      return texts;
    for (NodeView node : loaded->graph().nodes()) {
      std::string text = node.opType().str() + "(";
      for (size_t i = 0; i < node.inputCount(); ++i)
        text += (i ? ", " : "") + node.input(i).str();
      text += ") ->";
      for (size_t i = 0; i < node.outputCount(); ++i)
        text += " " + node.output(i).str();
      texts.push_back(text);
    }
    return texts;
  }

  onnx::ModelProto model = identityModel();
  std::unique_ptr<OnnxModel> loaded;
};

using Texts = std::vector<std::string>;

TEST_F(FunctionInlinerTest, bodiesReplaceCalls) {
  call("f");
  onnx::FunctionProto &f = addFunction(model, "f", {"a"}, {"b"});
  addNode(f, "Relu", {"a"}, {"t"});
  addNode(f, "Neg", {"t"}, {"b"}).set_name("neg");
  EXPECT_EQ(loadedNodes(), (Texts{"Relu(x) -> copy/t", "Neg(copy/t) -> y"}));
  EXPECT_EQ(loaded->graph().nodes()[0].name(), "copy/Relu");
  EXPECT_EQ(loaded->graph().nodes()[1].name(), "copy/neg");
}

TEST_F(FunctionInlinerTest, namesStayUnique) {
  call("f");
  addNode(*model.mutable_graph(), "", "Relu", {"x"}, {"copy/t"});
  addNode(*model.mutable_graph(), "copy", "f", {"x"}, {"z"}).set_domain("local");
  onnx::FunctionProto &f = addFunction(model, "f", {"a"}, {"b"});
  addNode(f, "Relu", {"a"}, {"t"});
  addNode(f, "Neg", {"t"}, {"b"});
  EXPECT_EQ(loadedNodes(), (Texts{"Relu(x) -> copy/t_1", "Neg(copy/t_1) -> y", "Relu(x) -> copy/t",
                                  "Relu(x) -> copy/t_2", "Neg(copy/t_2) -> z"}));
}

TEST_F(FunctionInlinerTest, functionsMayCallFunctions) {
  call("outer");
  onnx::FunctionProto &outer = addFunction(model, "outer", {"a"}, {"b"});
  addNode(outer, "inner", {"a"}, {"m"}).set_domain("local");
  addNode(outer, "inner", {"m"}, {"b"}).set_domain("local");
  addNode(addFunction(model, "inner", {"p"}, {"q"}), "Relu", {"p"}, {"q"});
  EXPECT_EQ(loadedNodes(), (Texts{"Relu(x) -> copy/m", "Relu(copy/m) -> y"}));
  EXPECT_EQ(loaded->graph().nodes()[0].name(), "copy/inner/Relu");
}

TEST_F(FunctionInlinerTest, overloadsAreDistinguished) {
  call("f").set_overload("two");
  addNode(addFunction(model, "f", {"a"}, {"b"}), "Relu", {"a"}, {"b"});
  onnx::FunctionProto &second = addFunction(model, "f", {"a"}, {"b"});
  second.set_overload("two");
  addNode(second, "Neg", {"a"}, {"b"});
  EXPECT_EQ(loadedNodes(), Texts{"Neg(x) -> y"});
}

TEST_F(FunctionInlinerTest, optionalInputsAndOutputs) {
  call("f").add_output(""); // the second output is not wanted, the second input not given
  onnx::FunctionProto &f = addFunction(model, "f", {"a", "bias"}, {"b", "c"});
  addNode(f, "Clip", {"a", "bias"}, {"b"});
  addNode(f, "Neg", {"a"}, {"c"});
  EXPECT_EQ(loadedNodes(), (Texts{"Clip(x) -> y", "Neg(x) -> copy/c"}));
}

TEST_F(FunctionInlinerTest, inputsMayBeHandedThrough) {
  call("f");
  addFunction(model, "f", {"a"}, {"a"});
  EXPECT_EQ(loadedNodes(), Texts{"Identity(x) -> y"});
}

TEST_F(FunctionInlinerTest, attributesAreBound) {
  AttributeProto &given = *call("f").add_attribute();
  given.set_name("to");
  given.set_type(AttributeProto::INT);
  given.set_i(7);
  onnx::FunctionProto &f = addFunction(model, "f", {"a"}, {"b"});
  AttributeProto &byDefault = *f.add_attribute_proto();
  byDefault.set_name("alpha");
  byDefault.set_type(AttributeProto::FLOAT);
  byDefault.set_f(0.5);
  f.add_attribute("to");
  f.add_attribute("left_out");
  onnx::NodeProto &node = addNode(f, "Op", {"a"}, {"b"});
  for (auto [name, parameter] : {std::pair("target", "to"), {"slope", "alpha"}, {"extra", "left_out"}}) {
    AttributeProto &reference = *node.add_attribute();
    reference.set_name(name);
    reference.set_ref_attr_name(parameter);
  }
  EXPECT_EQ(loadedNodes(), Texts{"Op(x) -> y"});
  NodeView view = loaded->graph().nodes().front();
  EXPECT_EQ(llvm::cantFail(view.intAttr("target")), 7);
  EXPECT_EQ(llvm::cantFail(view.floatAttr("slope")), 0.5f);
  EXPECT_FALSE(view.hasAttr("extra"));
}

TEST_F(FunctionInlinerTest, nestedGraphsAreRenamedAndExpanded) {
  call("f");
  onnx::FunctionProto &f = addFunction(model, "f", {"a"}, {"b"});
  addNode(f, "Relu", {"a"}, {"t"});
  AttributeProto &branch = *addNode(f, "If", {"a"}, {"b"}).add_attribute();
  branch.set_name("then_branch");
  branch.set_type(AttributeProto::GRAPH);
  addNode(*branch.mutable_g(), "", "g", {"t"}, {"a"}).set_domain("local"); // hides the formal "a"
  addNode(*branch.mutable_g(), "", "Neg", {"a"}, {"u"});
  branch.mutable_g()->add_output()->set_name("u");
  addNode(addFunction(model, "g", {"p"}, {"q"}), "Sqrt", {"p"}, {"q"});

  EXPECT_EQ(loadedNodes(), (Texts{"Relu(x) -> copy/t", "If(x) -> y"}));
  const OnnxGraph &then = *llvm::cantFail(loaded->graph().nodes()[1].graphAttr("then_branch"));
  EXPECT_EQ(then.nodes()[0].opType(), "Sqrt");
  EXPECT_EQ(then.nodes()[0].input(0), "copy/t");
  EXPECT_EQ(then.nodes()[1].input(0), then.nodes()[0].output(0));
  EXPECT_NE(then.nodes()[1].input(0), "x");
  EXPECT_EQ(then.outputs()[0].name, then.nodes()[1].output(0));
}

TEST_F(FunctionInlinerTest, undefinedNamesDoNotCatchTheCallers) {
  call("f");
  addNode(addFunction(model, "f", {"a"}, {"b"}), "Neg", {"x"}, {"b"});
  EXPECT_NE(refusal(model).find("nothing defines its input \"copy/x\""), std::string::npos);
}

TEST_F(FunctionInlinerTest, opsetsOfFunctionsAreImportedAndChecked) {
  call("f");
  onnx::FunctionProto &f = addFunction(model, "f", {"a"}, {"b"});
  addNode(f, "FusedGelu", {"a"}, {"b"}).set_domain("com.microsoft");
  f.add_opset_import()->set_domain("com.microsoft");
  f.mutable_opset_import(1)->set_version(1);
  loadedNodes();
  EXPECT_EQ(loaded->opset("com.microsoft"), 1);
  f.mutable_opset_import(1)->set_version(2);
  EXPECT_NE(refusal(model).find("opset 2 of \"com.microsoft\" is newer"), std::string::npos);
}

} // namespace
} // namespace llmc::frontend::test
