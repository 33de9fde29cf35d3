// Provokes every row of OnnxDiagnostics.def: a table of smallest offenders, and a test that no row
// is missing from it.
#include "compiler/frontend/onnx/WireFormat.h"
#include "test/unit/frontend/TestModel.h"

#include <set>

namespace llmc::frontend::test {
namespace {

using Code = OnnxErrorCode;
using onnx::AttributeProto;
using onnx::GraphProto;
using onnx::ModelProto;
using onnx::TensorProto;

/// A change to identityModel() for which it is refused, and a part of the message.
struct Offender {
  Code code;
  void (*spoil)(ModelProto &);
  const char *says;
};

TensorProto &floats(ModelProto &model, std::initializer_list<int64_t> dims) {
  return addTensor(*model.mutable_graph(), "w", TensorProto::FLOAT, dims);
}

onnx::TypeProto &inputType(ModelProto &model) { return *model.mutable_graph()->mutable_input(0)->mutable_type(); }

AttributeProto &addAttribute(ModelProto &model, llvm::StringRef name) {
  AttributeProto &attribute = *model.mutable_graph()->mutable_node(0)->add_attribute();
  attribute.set_name(name.str());
  return attribute;
}

/// Functions f0 to f`depth`, each calling the next `calls` times.
void addChainOfFunctions(ModelProto &model, int depth, int calls) {
  for (int i = 0; i <= depth; ++i) {
    onnx::FunctionProto &function = addFunction(model, "f" + std::to_string(i), {"a"}, {"b"});
    for (int call = 0; i < depth && call < calls; ++call)
      addNode(function, "f" + std::to_string(i + 1), {"a"}, {"b" + std::to_string(call)}).set_domain("local");
    addNode(function, "Identity", {"a"}, {"b"});
  }
  onnx::NodeProto &node = *model.mutable_graph()->mutable_node(0);
  node.set_op_type("f0");
  node.set_domain("local");
}

void nestGraphs(GraphProto &graph, int depth) {
  AttributeProto &attribute = *graph.add_node()->add_attribute();
  attribute.set_type(AttributeProto::GRAPH);
  if (depth > 0)
    nestGraphs(*attribute.mutable_g(), depth - 1);
}

const Offender kOffenders[] = {
    {Code::NestedTooDeeply, [](ModelProto &m) { nestGraphs(*m.mutable_graph(), 40); }, "levels"},
    {Code::NoGraph, [](ModelProto &m) { m.clear_graph(); }, "no graph"},
    {Code::IrVersionTooNew, [](ModelProto &m) { m.set_ir_version(99); }, "IR version 99"},
    {Code::IrVersionTooOld, [](ModelProto &m) { m.set_ir_version(2); }, "IR version 2"},
    {Code::OpsetMissing, [](ModelProto &m) { m.clear_opset_import(); }, "no opset"},
    {Code::OpsetTooNew, [](ModelProto &m) { m.mutable_opset_import(0)->set_version(99); },
     "opset 99 of \"ai.onnx\" is newer than 28"},
    {Code::OpsetTooOld, [](ModelProto &m) { m.mutable_opset_import(0)->set_version(12); },
     "opset 12 of \"ai.onnx\" is older than 13"},
    {Code::OpsetConflict, [](ModelProto &m) { m.add_opset_import()->set_version(17); }, "versions 18 and 17"},

    {Code::TensorElementType, [](ModelProto &m) { floats(m, {1}).set_data_type(77); }, "77"},
    {Code::TensorOfStrings, [](ModelProto &m) { floats(m, {1}).set_data_type(TensorProto::STRING); },
     "tensor \"w\": tensors of strings"},
    {Code::TensorNegativeDim, [](ModelProto &m) { floats(m, {3, -2}); }, "dim 1 is -2"},
    {Code::TensorTooLarge, [](ModelProto &m) { floats(m, {1LL << 40, 1LL << 40}); }, "larger"},
    {Code::TensorSizeMismatch, [](ModelProto &m) { floats(m, {2, 3}).set_raw_data("1234"); },
     "holds 4 bytes, but shape [2, 3] of float32 takes 24"},
    {Code::TensorFieldMismatch, [](ModelProto &m) { floats(m, {1}).add_int64_data(1); },
     "float32 cannot be stored in int64_data"},
    {Code::TensorValueRange,
     [](ModelProto &m) {
       floats(m, {1}).add_int32_data(300);
       m.mutable_graph()->mutable_initializer(0)->set_data_type(TensorProto::UINT8);
     },
     "value 300 does not fit into uint8"},
    {Code::TensorSegmented, [](ModelProto &m) { floats(m, {1}).mutable_segment(); }, "segments"},
    {Code::TensorDataConflict,
     [](ModelProto &m) {
       TensorProto &tensor = floats(m, {1});
       tensor.set_raw_data("1234");
       tensor.add_float_data(1);
     },
     "several sources"},
    {Code::SparseTensor,
     [](ModelProto &m) { m.mutable_graph()->add_sparse_initializer()->mutable_values()->set_name("s"); },
     "tensor \"s\": sparse"},

    {Code::ExternalKeyMissing, [](ModelProto &m) { setExternal(floats(m, {1}), "", "0"); }, "without a location"},
    {Code::ExternalNumber, [](ModelProto &m) { setExternal(floats(m, {1}), "data", "-4"); },
     "offset of its external data is \"-4\""},
    {Code::ExternalPathEscapes, [](ModelProto &m) { setExternal(floats(m, {1}), "../data"); },
     "\"../data\" lies outside"},
    {Code::ExternalUnreadable, [](ModelProto &m) { setExternal(floats(m, {1}), "absent"); },
     "\"absent\" cannot be read: No such file"},
    {Code::ExternalOutOfRange, [](ModelProto &m) { setExternal(floats(m, {1}), "data", "10"); },
     "takes bytes 10 to 14 of \"data\", which has only 12"},

    {Code::UnnamedValue, [](ModelProto &m) { addInput(*m.mutable_graph(), ""); }, "no name"},
    {Code::DuplicateInitializer,
     [](ModelProto &m) {
       floats(m, {0});
       floats(m, {0});
     },
     "tensor \"w\""},
    {Code::DuplicateInput, [](ModelProto &m) { addInput(*m.mutable_graph(), "x"); }, "\"x\""},
    {Code::DuplicateValue, [](ModelProto &m) { addNode(*m.mutable_graph(), "", "Relu", {"x"}, {"y"}); },
     "node #1 (Relu) -> \"y\": defines \"y\""},
    {Code::DuplicateOutput, [](ModelProto &m) { m.mutable_graph()->add_output()->set_name("y"); }, "\"y\""},
    {Code::UndefinedInput, [](ModelProto &m) { addNode(*m.mutable_graph(), "sum", "Add", {"x", "q"}, {"z"}); },
     "node \"sum\" (Add): nothing defines its input \"q\""},
    {Code::UndefinedOutput, [](ModelProto &m) { m.mutable_graph()->add_output()->set_name("q"); }, "output \"q\""},
    {Code::GraphCycle,
     [](ModelProto &m) {
       addNode(*m.mutable_graph(), "after", "Relu", {"b"}, {"c"});
       addNode(*m.mutable_graph(), "one", "Add", {"x", "b"}, {"a"});
       addNode(*m.mutable_graph(), "two", "Relu", {"a"}, {"b"});
     },
     "depends on its own result"},
    {Code::InputWithoutType, [](ModelProto &m) { inputType(m).Clear(); }, "input \"x\""},
    {Code::NotATensor, [](ModelProto &m) { inputType(m).mutable_sequence_type(); }, "input \"x\": is a sequence"},
    {Code::InputNegativeDim,
     [](ModelProto &m) { inputType(m).mutable_tensor_type()->mutable_shape()->mutable_dim(0)->set_dim_value(-1); },
     "dim 0 is -1"},

    {Code::OpTypeMissing, [](ModelProto &m) { m.mutable_graph()->mutable_node(0)->set_op_type(""); }, "node \"copy\""},
    {Code::DuplicateAttribute,
     [](ModelProto &m) {
       addAttribute(m, "axis");
       addAttribute(m, "axis");
     },
     "'axis'"},
    {Code::AttributeReference, [](ModelProto &m) { addAttribute(m, "axis").set_ref_attr_name("p"); },
     "'axis' refers to 'p'"},

    {Code::DuplicateFunction,
     [](ModelProto &m) {
       addFunction(m, "f", {}, {});
       addFunction(m, "f", {}, {});
     },
     "function \"local::f\""},
    {Code::RecursiveFunction,
     [](ModelProto &m) {
       addChainOfFunctions(m, 1, 1);
       m.mutable_functions(1)->mutable_node(0)->set_op_type("f0");
       m.mutable_functions(1)->mutable_node(0)->set_domain("local");
     },
     "function \"local::f0\": the function calls itself"},
    {Code::FunctionNesting, [](ModelProto &m) { addChainOfFunctions(m, 100, 1); }, "64 levels"},
    {Code::FunctionCallArity,
     [](ModelProto &m) {
       addChainOfFunctions(m, 0, 0);
       m.mutable_graph()->mutable_node(0)->add_input("x");
     },
     "node \"copy\" (f0): passes 2 inputs to a function that has 1"},
    {Code::FunctionsTooLarge, [](ModelProto &m) { addChainOfFunctions(m, 40, 16); }, "inlined"},
    {Code::FunctionOpset, [](ModelProto &m) { addFunction(m, "f", {}, {}).mutable_opset_import(0)->set_version(17); },
     "uses opset 17 of \"ai.onnx\", the model opset 18"},
};

/// Codes of errors that no ModelProto provokes; tests of their own do.
const Code kOutsideTable[] = {
    Code::CannotOpen,
    Code::NotAFile,
    Code::EmptyFile,
    Code::TruncatedFile,
    Code::NotProtobuf,
    Code::DamagedField,
    Code::StructureTooLarge,
    Code::AttributeMissing,
    Code::AttributeType,
    // OnnxImporterTest.cpp
    Code::NodesUnsupported,
    Code::InputRankUnknown,
    Code::InterfaceElementType,
    Code::DimUnknown,
    Code::DimRange,
    Code::OperandMissing,
    Code::OperandNotSizes,
    Code::OperandNotConstant,
    Code::AxisOutOfRange,
    Code::AttributeValue,
    Code::OperandsDoNotFit,
    Code::ScatteredWrites,
    Code::OperandLength,
    Code::ReductionInit,
    Code::ReductionAxes,
    Code::OutputNotSet,
    Code::OutputUnsupported,
    Code::DimMustBeKnown,
};

class OnnxDiagnosticsTest : public ModelTest {
protected:
  void expectRefusal(llvm::Error error, Code code, llvm::StringRef says) {
    ASSERT_TRUE(bool(error)) << says.str();
    llvm::handleAllErrors(std::move(error), [&](const OnnxError &refusal) {
      EXPECT_EQ(refusal.getCode(), code) << refusal.message();
      std::string text = refusal.message();
      llvm::StringRef message(text);
      EXPECT_TRUE(message.contains(says)) << message.str() << " lacks " << says.str();
      EXPECT_TRUE(message.contains("; try: ")) << message.str();
      EXPECT_FALSE(message.ends_with(".")) << message.str();
    });
  }

  void expectRefusal(llvm::StringRef bytes, Code code, llvm::StringRef says) {
    write("model.onnx", bytes);
    expectRefusal(OnnxModel::load(pathOf("model.onnx")).takeError(), code, says);
  }
};

TEST_F(OnnxDiagnosticsTest, offendersAreRefused) {
  write("data", "twelve bytes");
  for (const Offender &offender : kOffenders) {
    ModelProto model = identityModel();
    offender.spoil(model);
    expectRefusal(tryLoad(model).takeError(), offender.code, offender.says);
  }
}

TEST_F(OnnxDiagnosticsTest, everyCodeIsProvoked) {
  std::set<Code> provoked(std::begin(kOutsideTable), std::end(kOutsideTable));
  for (const Offender &offender : kOffenders)
    provoked.insert(offender.code);
#define ONNX_ERROR(CODE, TEXT, TRY) EXPECT_TRUE(provoked.count(Code::CODE)) << #CODE;
#include "compiler/frontend/onnx/OnnxDiagnostics.def"
}

TEST_F(OnnxDiagnosticsTest, filesThatAreNoModels) {
  expectRefusal(OnnxModel::load(pathOf("absent.onnx")).takeError(), Code::CannotOpen,
                "absent.onnx: cannot be opened: No such file");
  expectRefusal(OnnxModel::load(pathOf("")).takeError(), Code::NotAFile, "folder");
  expectRefusal("", Code::EmptyFile, "empty");
  expectRefusal("version https://git-lfs.github.com/spec/v1\n", Code::NotProtobuf, "offset 0");
  expectRefusal("PK\x03\x04 and so on", Code::NotProtobuf, "git-lfs");

  ModelProto model = identityModel();
  floats(model, {1000}).set_raw_data(std::string(4000, 'w'));
  std::string bytes = model.SerializeAsString();
  expectRefusal(llvm::StringRef(bytes).drop_back(100), Code::TruncatedFile, "bytes too early");
}

TEST_F(OnnxDiagnosticsTest, damageBesideTensors) {
  // A ValueInfoProto whose name claims more bytes than it has: a field that the skeleton copies
  // unread.
  std::string graph("\x5a\x02\x0a\x7f", 4);
  expectRefusal(std::string("\x08\x08\x3a\x04", 4) + graph, Code::DamagedField, "damaged");
}

TEST_F(OnnxDiagnosticsTest, structureTooLarge) {
  uint64_t size = uint64_t(300) << 20;
  std::string documentation("\x08\x08\x32");
  appendVarint(documentation, size);
  writeWithHole("model.onnx", documentation, size);
  expectRefusal(OnnxModel::load(pathOf("model.onnx")).takeError(), Code::StructureTooLarge, "the limit is 268435456");
}

TEST_F(OnnxDiagnosticsTest, attributes) {
  ModelProto model = identityModel();
  AttributeProto &attribute = addAttribute(model, "axis");
  attribute.set_type(AttributeProto::FLOAT);
  auto loaded = load(model);
  NodeView node = loaded->graph().nodes().front();
  expectRefusal(node.intAttr("axis", 0).takeError(), Code::AttributeType,
                "node \"copy\" (Identity): attribute 'axis' is a float, expected an integer");
  expectRefusal(node.intAttr("axes").takeError(), Code::AttributeMissing, "'axes' is missing");
}

TEST_F(OnnxDiagnosticsTest, tensorsOfAttributesAreNamedByTheirNode) {
  ModelProto model = identityModel();
  AttributeProto &attribute = addAttribute(model, "value");
  attribute.set_type(AttributeProto::TENSOR);
  attribute.mutable_t()->set_data_type(TensorProto::FLOAT);
  expectRefusal(tryLoad(model).takeError(), Code::TensorSizeMismatch,
                "node \"copy\" (Identity), attribute \"value\": holds 0 bytes");
}

TEST_F(OnnxDiagnosticsTest, namesAreMadePrintable) {
  EXPECT_EQ(quoted("größe"), "\"größe\"");
  EXPECT_EQ(quoted("a\nb"), "\"a\\0Ab\"");
  EXPECT_EQ(quoted("\xff"), "\"\\FF\"");
  std::string cut = frontend::quoted(std::string(159, 'n') + "ö" + "more");
  EXPECT_EQ(cut, "\"" + std::string(159, 'n') + "...\"");
}

} // namespace
} // namespace llmc::frontend::test
