// The importer from C++: every error that only it gives, the judgement of nodes, operators of plugins, locations. What
// operators become is tested by lit, what they compute by test/conformance/operators.py.
#include "compiler/frontend/onnx/OnnxImporter.h"
#include "compiler/frontend/onnx/OperatorContext.h"
#include "compiler/frontend/onnx/SupportedOps.h"
#include "compiler/ir/Provenance.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "test/unit/frontend/TestModel.h"

namespace llmc::frontend::test {
namespace {

using Code = OnnxErrorCode;
using onnx::AttributeProto;
using onnx::ModelProto;
using onnx::NodeProto;
using onnx::TensorProto;

/// Makes the only node of identityModel() another one.
NodeProto &become(ModelProto &model, const char *op, std::initializer_list<const char *> moreInputs = {}) {
  NodeProto &node = *model.mutable_graph()->mutable_node(0);
  node.set_op_type(op);
  for (const char *input : moreInputs)
    node.add_input(input);
  return node;
}

void setInt(NodeProto &node, const char *name, int64_t value) {
  AttributeProto &attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(AttributeProto::INT);
  attribute.set_i(value);
}

void addInts(ModelProto &model, const char *name, std::initializer_list<int64_t> values) {
  TensorProto &tensor =
      addTensor(*model.mutable_graph(), name, TensorProto::INT64, {static_cast<int64_t>(values.size())});
  for (int64_t value : values)
    tensor.add_int64_data(value);
}

onnx::TypeProto::Tensor &inputType(ModelProto &model) {
  return *model.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type();
}

struct Offender {
  Code code;
  void (*spoil)(ModelProto &);
  const char *says;
};

const Offender kOffenders[] = {
    {Code::NodesUnsupported, [](ModelProto &m) { become(m, "Unheard"); },
     "1 of its nodes cannot be compiled (Unheard 1); try: what is said for each:\n  node \"copy\" (Unheard): ai.onnx "
     "opset 18, "
     "inputs (float32[batch, 4])"},
    {Code::InputRankUnknown, [](ModelProto &m) { inputType(m).clear_shape(); }, "input \"x\""},
    {Code::InterfaceElementType,
     [](ModelProto &m) {
       m.mutable_graph()->clear_node();
       m.mutable_graph()->mutable_output(0)->set_name("x");
       inputType(m).set_elem_type(TensorProto::FLOAT8E4M3FN);
     },
     "float8e4m3fn"},
    {Code::OperandMissing,
     [](ModelProto &m) {
       become(m, "Greedy").set_domain("test");
       onnx::OperatorSetIdProto &opset = *m.add_opset_import();
       opset.set_domain("test");
       opset.set_version(1);
     },
     "it has no input 7"},
    {Code::OperandNotSizes, [](ModelProto &m) { become(m, "Reshape", {"x"}); }, "its input \"x\""},
    {Code::OperandNotConstant,
     [](ModelProto &m) {
       addInput(*m.mutable_graph(), "k");
       addNode(*m.mutable_graph(), "s", "Shape", {"k"}, {"axes"});
       become(m, "Unsqueeze", {"axes"});
     },
     "the axes come from its input \"axes\""},
    {Code::AxisOutOfRange, [](ModelProto &m) { setInt(become(m, "Softmax"), "axis", -3); }, "axis -3 is outside"},
    {Code::AttributeValue,
     [](ModelProto &m) {
       setInt(become(m, "DepthToSpace"), "blocksize", 0);
       inputType(m).mutable_shape()->add_dim()->set_dim_value(2);
       inputType(m).mutable_shape()->add_dim()->set_dim_value(2);
     },
     "'blocksize' is 0"},
    {Code::OperandsDoNotFit, [](ModelProto &m) { become(m, "Not"); }, "its operands do not fit: "},
    {Code::ScatteredWrites,
     [](ModelProto &m) {
       addInts(m, "at", {0});
       become(m, "ScatterND", {"at", "x"});
     },
     "its indices are not those of a slice"},
    {Code::OperandLength,
     [](ModelProto &m) {
       addInts(m, "r", {2, 3, 4});
       become(m, "Tile", {"r"});
     },
     "repeats has 3 elements, expected 2"},
    {Code::OutputUnsupported, [](ModelProto &m) { become(m, "Relu").add_output("more"); }, "its output \"more\""},
    {Code::DimMustBeKnown, [](ModelProto &m) { become(m, "Squeeze"); }, "the size of axis 0"},
};

class OnnxImporterTest : public ModelTest {
protected:
  llvm::Expected<ImportedModel> import(const ModelProto &proto, const ImportOptions &options = {}) {
    auto model = load(proto);
    if (!model)
      return llvm::createStringError("not loaded");
    return importOnnx(*model, context, options);
  }

  void expectRefusal(llvm::Expected<ImportedModel> imported, Code code, llvm::StringRef says) {
    ASSERT_FALSE(bool(imported)) << says.str();
    llvm::handleAllErrors(imported.takeError(), [&](const OnnxError &refusal) {
      EXPECT_EQ(refusal.getCode(), code) << refusal.message();
      EXPECT_TRUE(llvm::StringRef(refusal.message()).contains(says)) << refusal.message() << " lacks " << says.str();
    });
  }

  mlir::MLIRContext context;
};

/// As a plugin may write it: it reads an input that the node has not, and goes on with it.
const OperatorImporter kGreedy[] = {
    {"test", "Greedy", /*oldest=*/1, /*newest=*/kNewest, /*required=*/1, [](OperatorContext &op) {
       op.setResult(op.map({op.input(0), op.input(7)}, op.type(7),
                           [](ScalarMath &math, mlir::ValueRange scalars) { return scalars[1]; }));
     }}};

TEST_F(OnnxImporterTest, offendersAreRefused) {
  registerOperators(kGreedy);
  for (const Offender &offender : kOffenders) {
    ModelProto model = identityModel();
    offender.spoil(model);
    expectRefusal(import(model), offender.code, offender.says);
  }
}

TEST_F(OnnxImporterTest, partsOfSplitsAddUp) {
  auto split = [](std::initializer_list<int64_t> parts, int outputs) {
    ModelProto model = identityModel(); // x is [batch, 4]
    addInts(model, "parts", parts);
    NodeProto &node = become(model, "Split", {"parts"});
    setInt(node, "axis", 1);
    for (int i = 1; i < outputs; ++i)
      node.add_output("y" + std::to_string(i));
    return model;
  };
  EXPECT_TRUE(bool(import(split({1, 3}, 2))));
  expectRefusal(import(split({1, 2}, 2)), Code::OperandsDoNotFit,
                "the parts of the split and what it splits differ: 3 and 4");
  expectRefusal(import(split({1, 2, 1}, 2)), Code::OperandLength, "split has 3 elements, expected 2");
}

TEST_F(OnnxImporterTest, dimOptionsAreChecked) {
  ImportOptions unknown, empty;
  unknown.dims["bach"] = {1, 1};
  empty.dims["batch"] = {-1, 4};
  expectRefusal(import(identityModel(), unknown), Code::DimUnknown, "there are: batch");
  expectRefusal(import(identityModel(), empty), Code::DimRange, "-1 to 4");
}

TEST_F(OnnxImporterTest, dimsWithoutNameAreNamedByTheirInput) {
  ModelProto model = identityModel();
  inputType(model).mutable_shape()->mutable_dim(0)->Clear();
  ImportOptions options;
  options.dims["x_d0"] = {3, 3};
  auto imported = import(model, options);
  ASSERT_TRUE(bool(imported));
  auto main = imported->module->lookupSymbol<mlir::func::FuncOp>("main");
  EXPECT_EQ(llvm::cast<mlir::RankedTensorType>(main.getResultTypes()[0]).getShape(), llvm::ArrayRef<int64_t>({3, 4}));
}

TEST_F(OnnxImporterTest, operationsNameTheirNode) {
  ModelProto model = identityModel();
  become(model, "Tanh");
  auto imported = import(model);
  ASSERT_TRUE(bool(imported));
  imported->module->walk([](ir::MapOp op) { EXPECT_EQ(ir::nodesOf(op.getLoc()), std::vector<std::string>({"copy"})); });
  model.mutable_graph()->mutable_node(0)->clear_name();
  imported = import(model);
  ASSERT_TRUE(bool(imported));
  imported->module->walk(
      [](ir::MapOp op) { EXPECT_EQ(ir::describeNodes(op.getLoc()), "\"node #0 (Tanh) -> \"y\"\""); });
}

TEST_F(OnnxImporterTest, pluginsAddOperators) {
  ModelProto model = identityModel();
  become(model, "Twice").set_domain("plugin");
  onnx::OperatorSetIdProto &opset = *model.add_opset_import();
  opset.set_domain("plugin");
  opset.set_version(1);
  EXPECT_EQ(findUnsupported(*load(model)).size(), 1u);
  static const OperatorImporter twice[] = {
      {"plugin", "Twice", 1, kNewest, 1, [](OperatorContext &op) {
         op.setResult(
             op.map(op.input(0), op.type(0), [](ScalarMath &m, mlir::ValueRange x) { return m.add(x[0], x[0]); }));
       }}};
  registerOperators(twice);
  EXPECT_TRUE(findUnsupported(*load(model)).empty());
  EXPECT_TRUE(bool(import(model)));
}

TEST_F(OnnxImporterTest, newestMatchingRowCounts) {
  EXPECT_EQ(findOperator("", "ReduceMean", 17)->newest, 17);
  EXPECT_EQ(findOperator("", "ReduceMean", 18)->oldest, 18);
  EXPECT_EQ(findOperator("", "LayerNormalization", 16), nullptr);
}

} // namespace
} // namespace llmc::frontend::test
