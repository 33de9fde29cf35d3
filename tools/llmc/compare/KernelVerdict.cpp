// The interpreter shows values of operations inside a kernel before the kernel's own result; they are kept just so
// long.
#include "tools/llmc/compare/KernelVerdict.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Provenance.h"
#include "compiler/reference/Interpreter.h"
#include "mlir/IR/TypeUtilities.h"
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
      for (Value result : kernel.getResults())
        numbers.insert({result, {kernelCount, numbers.size()}});
      if (kernelCount < verdicts.size())
        describe(kernel, verdicts[kernelCount]);
      ++kernelCount;
    });
  }

  llvm::Error run(ir::WeightStore &weights, ArrayRef<reference::Tensor> inputs) {
    if (kernelCount != verdicts.size() || numbers.size() != results.size())
      return llvm::createStringError("the code and the IR have different numbers of kernels");
    reference::InterpreterOptions options;
    options.onValue = [&](Value value, const reference::Tensor &want) {
      if (auto number = numbers.find(value); number != numbers.end())
        keepWorse(verdicts[number->second.kernel].total, value,
                  compare(number->second, want, totalTolerances[number->second.kernel]));
    };
    if (llvm::Error error = interpret(weights, inputs, options))
      return error;
    options.onValue = [&](Value value, const reference::Tensor &want) { judgeOwn(value, want); };
    options.replaceValue = [&](Value value) {
      auto number = numbers.find(value);
      return number == numbers.end() ? reference::Tensor() : results[number->second.result];
    };
    return interpret(weights, inputs, options);
  }

private:
  struct Number {
    size_t kernel, result; // among all kernels, and among the results of all
  };

  void describe(ir::KernelOp kernel, KernelResult &verdict) {
    verdict.anchor = kernel.getAnchorName().str();
    verdict.nodes = ir::nodesOf(kernel.getLoc());
    Type elementType = getElementTypeOrSelf(kernel.getResult(0));
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

  /// Of several results, the first that is wrong speaks for the kernel.
  static void keepWorse(Comparison &known, Value result, const Comparison &next) {
    if (cast<OpResult>(result).getResultNumber() == 0 || (known.within() && !next.within()))
      known = next;
  }

  Comparison compare(Number number, const reference::Tensor &want, Tolerance tolerance) {
    verdicts[number.kernel].shape = want.shape().vec();
    auto compared = reference::compareTensors(results[number.result], want, tolerance);
    if (compared)
      return *compared;
    problem = "kernel " + std::to_string(number.kernel) + ": " + llvm::toString(compared.takeError());
    return {};
  }

  void judgeOwn(Value value, const reference::Tensor &want) {
    auto number = numbers.find(value);
    if (number == numbers.end()) {
      if (isa<ir::KernelOp>(value.getDefiningOp()->getParentOp()))
        inside[value] = want;
      return;
    }
    KernelResult &verdict = verdicts[number->second.kernel];
    bool wasWithin = verdict.own.within();
    keepWorse(verdict.own, value, compare(number->second, want, verdict.tolerance));
    if (wasWithin && !verdict.own.within())
      trace(verdict, want);
    auto result = cast<OpResult>(value);
    if (result.getResultNumber() + 1 == result.getOwner()->getNumResults())
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
  llvm::DenseMap<Value, Number> numbers;
  size_t kernelCount = 0;
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
