// Runs blocks operation by operation. Sizes of results come from the operations' own shape
// functions, asked with the sizes at hand, so that sizes that do not fit are found in one place.
#include "compiler/reference/Interpreter.h"
#include "compiler/reference/DimSymbols.h"
#include "compiler/reference/Evaluation.h"
#include "compiler/reference/HostScalars.h"
#include "compiler/reference/KnownResults.h"
#include "compiler/reference/RecipeResults.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace llmc::reference {
namespace {

/// Answers shape functions with the sizes of real tensors. Keeps the first message.
class TensorOracle : public ir::DimOracle {
public:
  TensorOracle(Operation *op, ArrayRef<Tensor> operands) : op(op), operands(operands) {}
  std::string message;

  ir::DimVector dims(Value tensor) override {
    ir::DimVector sizes;
    if (const Tensor *found = find(tensor))
      sizes.append(found->shape().begin(), found->shape().end());
    return sizes;
  }
  ir::DimExpr value(Value index) override {
    const Tensor *found = find(index);
    return found ? found->integer(0) : 0;
  }
  LogicalResult require(ir::DimRelation relation, const ir::DimExpr &a, const ir::DimExpr &b,
                        const Twine &what) override {
    if (!isImpossible(relation, a, b))
      return success();
    return fail(what + ": " + a.text() + " and " + b.text());
  }
  LogicalResult fail(const Twine &text) override {
    if (message.empty())
      message = text.str();
    return failure();
  }

private:
  const Tensor *find(Value value) const {
    for (auto [operand, tensor] : llvm::zip(op->getOperands(), operands))
      if (operand == value)
        return &tensor;
    return nullptr;
  }

  Operation *op;
  ArrayRef<Tensor> operands;
};

llvm::Expected<Tensor> makeRoom(Value result, const ir::DimVector &dims, Evaluation &evaluation) {
  auto type = cast<RankedTensorType>(result.getType());
  SmallVector<int64_t> sizes;
  for (const ir::DimExpr &dim : dims)
    sizes.push_back(dim.constant().value_or(-1));
  for (auto [size, declared] : llvm::zip(sizes, type.getShape()))
    if (!ShapedType::isDynamic(declared) && size != declared)
      return evaluation.fail("gives sizes " + shapeText(sizes) + " but is declared otherwise");
  auto room = Tensor::allocate(type.getElementType(), sizes);
  return room ? std::move(room) : evaluation.fail(llvm::toString(room.takeError()));
}

/// Room for the results of an operation with a shape function.
llvm::Error makeRoom(ir::InferDimsInterface infer, Evaluation &evaluation) {
  TensorOracle oracle(infer, evaluation.operands);
  SmallVector<ir::DimVector> dims;
  if (failed(infer.inferDims(oracle, dims)))
    return evaluation.fail(oracle.message.empty() ? "sizes of operands do not fit" : oracle.message);
  for (auto [result, sizes] : llvm::zip_equal(infer->getResults(), dims)) {
    auto room = makeRoom(result, sizes, evaluation);
    if (!room)
      return room.takeError();
    evaluation.results.push_back(std::move(*room));
  }
  if (evaluation.results.size() == 1) {
    evaluation.result = std::move(evaluation.results.front());
    evaluation.results.clear();
  }
  return llvm::Error::success();
}

/// An operation that says what it means. Others compute scalars on the host.
bool isOnTensors(Operation *op) { return isa<ir::EvaluateInterface>(op); }

llvm::Error evaluateOnTensors(Evaluation &evaluation) {
  if (auto infer = dyn_cast<ir::InferDimsInterface>(evaluation.op))
    if (auto error = makeRoom(infer, evaluation))
      return error;
  return cast<ir::EvaluateInterface>(evaluation.op).evaluate(evaluation);
}

} // namespace

/// Values of one block while it runs. A value goes when the last operation of the block that reads it, itself or in a
/// region, has run.
class Frame {
public:
  Frame(Block &block, Session &session)
      : block(block), session(session), around(std::exchange(session.innermost, this)) {}
  ~Frame() { session.innermost = around; }
  Frame(const Frame &) = delete;

  llvm::Expected<std::vector<Tensor>> run(ArrayRef<Tensor> arguments) {
    for (auto [argument, tensor] : llvm::zip(block.getArguments(), arguments))
      keep(argument, tensor);
    for (Operation &op : block.without_terminator())
      if (auto error = runOperation(op))
        return error;
    std::vector<Tensor> results;
    for (Value value : block.getTerminator()->getOperands())
      results.push_back(*find(value));
    return results;
  }

private:
  void keep(Value value, Tensor tensor) {
    auto uses = std::distance(value.use_begin(), value.use_end());
    if (uses == 0)
      return;
    usesLeft[value] = uses;
    values[value] = std::move(tensor);
  }

  const Tensor *find(Value value) const {
    auto found = values.find(value);
    if (found != values.end())
      return &found->second;
    return around ? around->find(value) : nullptr;
  }

  void forgetReadBy(Operation &op) {
    op.walk([&](Operation *reader) {
      for (Value operand : reader->getOperands())
        if (auto left = usesLeft.find(operand); left != usesLeft.end() && --left->second == 0)
          values.erase(operand);
    });
  }

  llvm::Error runOperation(Operation &op) {
    SmallVector<Tensor, 4> operands;
    for (Value operand : op.getOperands()) {
      const Tensor *found = find(operand);
      if (!found)
        return errorAt(&op, "reads a value from outside its block that is not there");
      operands.push_back(*found);
    }
    auto results = resultsOf(op, operands);
    if (!results)
      return results.takeError();
    operands.clear();
    forgetReadBy(op);
    for (auto [value, tensor] : llvm::zip(op.getResults(), *results)) {
      if (session.options.onValue)
        session.options.onValue(value, tensor);
      Tensor other = session.options.replaceValue ? session.options.replaceValue(value) : Tensor();
      assert((!other || other.shape() == tensor.shape()) && "a value keeps its sizes");
      keep(value, other ? std::move(other) : std::move(tensor));
    }
    return llvm::Error::success();
  }

  llvm::Expected<std::vector<Tensor>> resultsOf(Operation &op, ArrayRef<Tensor> operands) {
    KnownResults *known = session.options.known;
    std::optional<KnownResults::Key> key = known ? KnownResults::keyOf(&op, operands) : std::nullopt;
    if (key)
      if (auto found = known->find(*key))
        return std::move(*found);
    Evaluation evaluation = {&op, operands, session, {}, {}};
    if (auto error = isOnTensors(&op) ? evaluateOnTensors(evaluation) : evaluateHostScalar(evaluation))
      return std::move(error);
    if (evaluation.results.empty() && op.getNumResults() == 1)
      evaluation.results.push_back(std::move(evaluation.result));
    if (key)
      known->keep(*key, evaluation.results);
    return std::move(evaluation.results);
  }

  Block &block;
  Session &session;
  Frame *around;
  llvm::DenseMap<Value, Tensor> values;
  llvm::DenseMap<Value, int64_t> usesLeft;
};

/// "model.mlir:7:8", "node_name", or MLIR's own form for other places.
static std::string placeText(Location location) {
  if (auto file = dyn_cast<FileLineColLoc>(location))
    return file.getFilename().str() + ":" + std::to_string(file.getLine()) + ":" + std::to_string(file.getColumn());
  if (auto name = dyn_cast<NameLoc>(location))
    return "\"" + name.getName().str() + "\"";
  if (isa<UnknownLoc>(location))
    return "unknown place";
  std::string text;
  llvm::raw_string_ostream(text) << location;
  return text;
}

llvm::Error errorAt(Operation *op, const Twine &message) {
  return llvm::createStringError(placeText(op->getLoc()) + ": '" + op->getName().getStringRef() + "' " + message);
}

llvm::Error Evaluation::fail(const Twine &message) const { return errorAt(op, message); }

SmallVector<int64_t, 4> Evaluation::mixed(unsigned first, ArrayRef<int64_t> constants) const {
  SmallVector<int64_t, 4> list;
  for (int64_t constant : constants)
    list.push_back(ShapedType::isDynamic(constant) ? operands[first++].integer(0) : constant);
  return list;
}

llvm::Expected<std::vector<Tensor>> runBlock(Block &block, ArrayRef<Tensor> arguments, Session &session) {
  return Frame(block, session).run(arguments);
}

llvm::Expected<int64_t> formulaValue(Operation *op, StringRef formula, Session &session) {
  auto expr = ir::DimExpr::parse(formula);
  if (!expr) // names that are no formulas stand for themselves, as in DimAnalysis
    expr = ir::DimExpr::symbol(formula);
  auto value = expr->evaluate([&](StringRef name) -> std::optional<int64_t> {
    auto found = session.symbols.find(name);
    return found == session.symbols.end() ? std::nullopt : std::optional<int64_t>(found->second);
  });
  if (!value)
    return errorAt(op, "can't be computed from the sizes of the inputs: " + formula);
  return *value;
}

llvm::Expected<Tensor> weightTensor(ir::WeightOp weight, Session &session) {
  RankedTensorType type = weight.getTensorType();
  if (!session.weights)
    return errorAt(weight, "has no data here");
  if (!weight.hasRecipe()) {
    auto tensor = Tensor::allocate(type.getElementType(), type.getShape());
    if (!tensor)
      return tensor.takeError();
    if (llvm::Error error = session.weights->read(weight, tensor->mutableBytes()))
      return std::move(error);
    return tensor;
  }
  if (session.recipes)
    if (std::optional<Tensor> kept = session.recipes->find(weight))
      return *kept;
  if (!session.openWeights.insert(weight).second)
    return errorAt(weight, "is made from itself: @" + weight.getSymName());
  auto results = runBlock(weight.getRecipe().front(), {}, session);
  session.openWeights.erase(weight);
  if (!results)
    return results.takeError();
  if (session.recipes)
    session.recipes->keep(weight, results->front());
  return results->front();
}

llvm::Expected<Tensor> evaluateWeight(ir::WeightOp weight, ir::WeightStore &weights, RecipeResults *recipes,
                                      const InterpreterOptions &options) {
  Session session = {options, &weights, {}, {}};
  session.recipes = recipes;
  return weightTensor(weight, session);
}

llvm::Expected<Tensor> evaluate(Operation *op, ArrayRef<Tensor> operands) {
  InterpreterOptions options;
  Session session = {options, nullptr, {}, {}};
  SmallVector<Tensor, 4> all;
  for (Value operand : op->getOperands()) {
    APInt constant;
    if (isa<RankedTensorType>(operand.getType())) {
      if (operands.empty())
        return errorAt(op, "lacks an operand");
      if (operands.front().elementType() != cast<RankedTensorType>(operand.getType()).getElementType())
        return errorAt(op, "is given an operand of another element type");
      all.push_back(operands.front());
      operands = operands.drop_front();
    } else if (matchPattern(operand, m_ConstantInt(&constant))) {
      all.push_back(Tensor::scalar(operand.getType(), constant.getSExtValue()));
    } else {
      return errorAt(op, "has an operand that is no constant");
    }
  }
  if (!isOnTensors(op) || op->getNumResults() != 1 || !operands.empty())
    return errorAt(op, "is no operation on tensors with these operands and one result");
  Evaluation evaluation = {op, all, session, {}, {}};
  if (auto error = evaluateOnTensors(evaluation))
    return error;
  return evaluation.results.empty() ? std::move(evaluation.result) : std::move(evaluation.results.front());
}

llvm::Expected<std::vector<Tensor>> interpret(func::FuncOp function, ArrayRef<Tensor> inputs, ir::WeightStore &weights,
                                              const InterpreterOptions &options) {
  if (!function.getBody().hasOneBlock())
    return errorAt(function, "must have one block");
  auto symbols = bindDimSymbols(function, inputs);
  if (!symbols)
    return symbols.takeError();
  Session session = {options, &weights, std::move(*symbols), {}};
  return runBlock(function.getBody().front(), inputs, session);
}

} // namespace llmc::reference
