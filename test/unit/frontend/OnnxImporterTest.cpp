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

mlir::Value addUp(ScalarMath &math, mlir::ValueRange scalars) { return math.add(scalars[0], scalars[1]); }

/// Importers of plugins with mistakes that the rest of the compiler must not stumble over.
const OperatorImporter kMistaken[] = {
    {"test", "Silent", 1, kNewest, 1, [](OperatorContext &) {}},
    {"test", "NoInit", 1, kNewest, 1,
     [](OperatorContext &op) { op.setResult(op.reduce(op.input(0), {0}, {}, op.type(0), addUp)); }},
    {"test", "IntegerInit", 1, kNewest, 1,
     [](OperatorContext &op) {
       op.setResult(op.reduce(op.input(0), {0}, op.builder.getI32IntegerAttr(0), op.type(0), addUp));
     }},
    {"test", "TensorInit", 1, kNewest, 1,
     [](OperatorContext &op) {
       auto type = mlir::RankedTensorType::get({1}, op.builder.getF32Type());
       auto zeros = mlir::DenseElementsAttr::get(type, 0.0f);
       op.setResult(op.reduce(op.input(0), {0}, zeros, op.type(0), addUp));
     }},
    {"test", "ManyAxes", 1, kNewest, 1, [](OperatorContext &op) {
       op.setResult(op.reduce(op.input(0), {1, 2}, op.builder.getF32FloatAttr(0), op.type(0), addUp));
     }}};

/// An operator that says what it has.
constexpr llvm::StringLiteral kAttributes[] = {"scale"};
const OperatorImporter kDeclared[] = {{"test", "Declared", 1, kNewest, 1,
                                       [](OperatorContext &op) { op.setResult(op.input(0)); }, nullptr, /*most=*/2,
                                       kAttributes}};

/// The node of an identity model as one of an operator of the domain "test".
NodeProto &becomeOurs(ModelProto &model, const char *op) {
  onnx::OperatorSetIdProto &opset = *model.add_opset_import();
  opset.set_domain("test");
  opset.set_version(1);
  NodeProto &node = become(model, op);
  node.set_domain("test");
  return node;
}

ImportOptions optionsWith(llvm::ArrayRef<OperatorImporter> rows) {
  ImportOptions options;
  llvm::cantFail(options.operators.add(rows, "ours"));
  return options;
}

TEST_F(OnnxImporterTest, offendersAreRefused) {
  ImportOptions options = optionsWith(kGreedy);
  for (const Offender &offender : kOffenders) {
    ModelProto model = identityModel();
    offender.spoil(model);
    expectRefusal(import(model, options), offender.code, offender.says);
  }
}

TEST_F(OnnxImporterTest, mistakesOfPluginsNameThem) {
  const std::tuple<const char *, Code, const char *> mistakes[] = {
      {"Silent", Code::OutputNotSet, "the importer of plugin \"ours\" does not set its output \"y\""},
      {"NoInit", Code::ReductionInit, "the importer of plugin \"ours\" begins a reduction with null"},
      {"IntegerInit", Code::ReductionInit, "begins a reduction with 0 : i32, but its elements are f32"},
      {"TensorInit", Code::ReductionInit, "plugin \"ours\""},
      {"ManyAxes", Code::ReductionAxes, "plugin \"ours\""}};
  for (auto [op, code, says] : mistakes) {
    ModelProto model = identityModel();
    becomeOurs(model, op);
    expectRefusal(import(model, optionsWith(kMistaken)), code, says);
  }
}

TEST_F(OnnxImporterTest, whatAnOperatorDoesNotHaveIsRefused) {
  ImportOptions options = optionsWith(kDeclared);
  ModelProto model = identityModel();
  NodeProto &node = becomeOurs(model, "Declared");
  setInt(node, "scale", 2);
  node.add_input("x");
  EXPECT_TRUE(findUnsupported(*load(model), options.operators).empty());
  setInt(node, "scales", 2);
  expectRefusal(import(model, options), Code::NodesUnsupported, "the operator has no attribute \"scales\"");
  node.mutable_attribute()->RemoveLast();
  node.add_input("x");
  expectRefusal(import(model, options), Code::NodesUnsupported, "it has 3 inputs, and the operator at most 2");
}

TEST_F(OnnxImporterTest, anOperatorIsBroughtOnce) {
  const OperatorImporter relu[] = {{"", "Relu", 13, kNewest, 1, [](OperatorContext &) {}}};
  OperatorTable table;
  llvm::cantFail(table.add(kDeclared, "ours"));
  EXPECT_EQ(llvm::toString(table.add(kDeclared, "theirs")),
            "plugin theirs brings test Declared of opset 1 and newer, but plugin ours has it for opset 1 and newer; "
            "try: only one of the two plugins");
  EXPECT_NE(llvm::toString(table.add(relu, "theirs")).find("llmc itself"), std::string::npos);
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
  EXPECT_EQ(findUnsupported(*load(model), {}).size(), 1u);
  static const OperatorImporter twice[] = {
      {"plugin", "Twice", 1, kNewest, 1, [](OperatorContext &op) {
         op.setResult(
             op.map(op.input(0), op.type(0), [](ScalarMath &m, mlir::ValueRange x) { return m.add(x[0], x[0]); }));
       }}};
  ImportOptions options = optionsWith(twice);
  EXPECT_TRUE(findUnsupported(*load(model), options.operators).empty());
  EXPECT_TRUE(bool(import(model, options)));
  EXPECT_FALSE(llvm::errorToBool(import(model, options).takeError()));
  EXPECT_TRUE(llvm::errorToBool(import(model).takeError())); // other compilations know nothing of it
}

TEST_F(OnnxImporterTest, newestMatchingRowCounts) {
  OperatorTable operators;
  EXPECT_EQ(operators.find("", "ReduceMean", 17)->newest, 17);
  EXPECT_EQ(operators.find("", "ReduceMean", 18)->oldest, 18);
  EXPECT_EQ(operators.find("", "LayerNormalization", 16), nullptr);
}

} // namespace
} // namespace llmc::frontend::test
