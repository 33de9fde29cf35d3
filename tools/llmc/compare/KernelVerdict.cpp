// The interpreter shows values of operations inside a kernel before the kernel's own result; they are kept just so
// long.
#include "tools/llmc/compare/KernelVerdict.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Provenance.h"
#include "compiler/reference/Interpreter.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace llmc::tools {
namespace {

class Judge {
public:
  Judge(func::FuncOp function, ArrayRef<reference::Tensor> results, std::vector<KernelResult> &verdicts)
      : function(function), results(results), verdicts(verdicts) {
    function.walk([&](ir::KernelOp kernel) {
      size_t number = numbers.size();
      numbers[kernel.getResult(0)] = number;
      if (number < verdicts.size())
        describe(kernel, verdicts[number]);
    });
  }

  llvm::Error run(ir::WeightStore &weights, ArrayRef<reference::Tensor> inputs) {
    if (numbers.size() != verdicts.size() || numbers.size() != results.size())
      return llvm::createStringError("the code and the IR have different numbers of kernels");
    reference::InterpreterOptions options;
    options.onValue = [&](Value value, const reference::Tensor &want) {
      if (auto number = numbers.find(value); number != numbers.end())
        verdicts[number->second].total = compare(number->second, want, totalTolerances[number->second]);
    };
    if (llvm::Error error = interpret(weights, inputs, options))
      return error;
    options.onValue = [&](Value value, const reference::Tensor &want) { judgeOwn(value, want); };
    options.replaceValue = [&](Value value) {
      auto number = numbers.find(value);
      return number == numbers.end() ? reference::Tensor() : results[number->second];
    };
    return interpret(weights, inputs, options);
  }

private:
  void describe(ir::KernelOp kernel, KernelResult &verdict) {
    verdict.anchor = kernel.getAnchor().str();
    verdict.nodes = ir::nodesOf(kernel.getLoc());
    Type elementType = cast<RankedTensorType>(kernel.getResult(0).getType()).getElementType();
    verdict.tolerance = reference::roundingTolerance(elementType, kernel);
    totalTolerances.push_back(reference::roundingTolerance(elementType, function));
  }

  llvm::Error interpret(ir::WeightStore &weights, ArrayRef<reference::Tensor> inputs,
                        const reference::InterpreterOptions &options) {
    auto outputs = reference::interpret(function, inputs, weights, options);
    if (!outputs)
      return outputs.takeError();
    return problem.empty() ? llvm::Error::success() : llvm::createStringError(problem);
  }

  Comparison compare(size_t number, const reference::Tensor &want, Tolerance tolerance) {
    verdicts[number].shape = want.shape().vec();
    auto compared = reference::compareTensors(results[number], want, tolerance);
    if (compared)
      return *compared;
    problem = "kernel " + std::to_string(number) + ": " + llvm::toString(compared.takeError());
    return {};
  }

  void judgeOwn(Value value, const reference::Tensor &want) {
    auto number = numbers.find(value);
    if (number == numbers.end()) {
      if (isa<ir::KernelOp>(value.getDefiningOp()->getParentOp()))
        inside[value] = want;
      return;
    }
    KernelResult &verdict = verdicts[number->second];
    verdict.own = compare(number->second, want, verdict.tolerance);
    if (!verdict.own.within())
      trace(verdict, want);
    inside.clear();
  }

  void trace(KernelResult &verdict, const reference::Tensor &want) {
    for (auto &[value, tensor] : inside) {
      Operation *op = value.getDefiningOp();
      if (!isa<RankedTensorType>(value.getType()))
        continue;
      OperationTrace step = {op->getName().getStringRef().str(), ir::nodesOf(op->getLoc()), {}};
      if (tensor.shape() == want.shape())
        step.value = tensor.number(static_cast<int64_t>(verdict.own.worst));
      verdict.trace.push_back(std::move(step));
    }
  }

  func::FuncOp function;
  ArrayRef<reference::Tensor> results;
  std::vector<KernelResult> &verdicts;
  llvm::DenseMap<Value, size_t> numbers;
  std::vector<Tolerance> totalTolerances;           // a total error comes from all types of the model
  llvm::MapVector<Value, reference::Tensor> inside; // of the kernel that runs
  std::string problem;                              // callbacks can't fail
};

std::string describeStep(const OperationTrace &step) {
  std::string text = step.operation;
  if (!step.nodes.empty())
    text += " (" + llvm::join(step.nodes, ", ") + ")";
  return text;
}

} // namespace

llvm::Error judgeKernels(func::FuncOp function, ir::WeightStore &weights, ArrayRef<reference::Tensor> inputs,
                         ArrayRef<reference::Tensor> results, std::vector<KernelResult> &verdicts) {
  return Judge(function, results, verdicts).run(weights, inputs);
}

std::string suspectOperation(const KernelResult &kernel) {
  if (kernel.trace.size() == 1)
    return describeStep(kernel.trace.front()) + ", the kernel's only operation";
  const Comparison &own = kernel.own;
  for (size_t i = 0; i + 1 < kernel.trace.size(); ++i) {
    std::optional<double> value = kernel.trace[i].value;
    double allowed = kernel.tolerance.absolute + kernel.tolerance.relative * std::fabs(own.got);
    if (value && std::fabs(*value - own.got) <= allowed)
      return describeStep(kernel.trace[i + 1]) + ": the value there is that of " + kernel.trace[i].operation +
             " before it";
  }
  return "";
}

} // namespace llmc::tools
