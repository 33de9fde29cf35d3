// An instrumentation without power over the pass manager: it can't stop it, so it remembers the first drift and looks
// no further.
#include "compiler/pipeline/VerifyNumerics.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/WeightStore.h"
#include "compiler/reference/InterpretFloats.h"
#include "compiler/reference/Interpreter.h"
#include "compiler/reference/OverflowWatch.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace llmc::pipeline {

/// Passes that are asked for results that differ: what comes behind them is judged by those.
static constexpr StringRef kChangingPasses[] = {"llmc-prune-layers", "llmc-prune-channels", "llmc-prune-heads",
                                                "llmc-prune-blocks", "llmc-prune-weights",  "llmc-quantize-products",
                                                "llmc-narrow-caches"};

class NumericsVerifier::Instrumentation : public PassInstrumentation {
public:
  explicit Instrumentation(NumericsVerifier &verifier) : verifier(verifier) {}

  void runAfterPass(Pass *pass, Operation *op) override {
    // Adaptors only hold the passes of nested operations, which have been judged.
    if (!pass->getName().ends_with("OpToOpPassAdaptor"))
      verifier.afterPass(pass->getArgument().empty() ? pass->getName() : pass->getArgument(), op);
  }

private:
  NumericsVerifier &verifier;
};

static ModuleOp moduleOf(Operation *op) {
  auto module = dyn_cast<ModuleOp>(op);
  return module ? module : op->getParentOfType<ModuleOp>();
}

NumericsVerifier::NumericsVerifier(func::FuncOp function, std::vector<reference::Tensor> inputs,
                                   ir::WeightStore &weights)
    : inputs(std::move(inputs)), weights(weights), functionName(function.getName()), judged(moduleOf(function)) {
  for (unsigned i = 0; i < function.getNumResults(); ++i)
    outputNames.push_back(ir::outputName(function, i));
}

llvm::Expected<std::unique_ptr<NumericsVerifier>>
NumericsVerifier::create(func::FuncOp function, std::vector<reference::Tensor> inputs, ir::WeightStore &weights) {
  std::unique_ptr<NumericsVerifier> verifier(new NumericsVerifier(function, std::move(inputs), weights));
  reference::OverflowWatch watch(function, verifier->inputs);
  reference::InterpreterOptions options;
  options.onValue = [&](Value value, const reference::Tensor &tensor) { watch.see(value, tensor); };
  auto results = reference::interpret(function, verifier->inputs, weights, options);
  if (!results)
    return llvm::createStringError("the reference can't run the model: " + llvm::toString(results.takeError()));
  verifier->wanted = std::move(*results);
  for (const reference::Tensor &want : verifier->wanted)
    verifier->allowed.push_back(reference::roundingTolerance(want.elementType(), function));
  for (auto [name, result] : llvm::zip(verifier->outputNames, verifier->wanted))
    if (NonFinite found = reference::countNonFinite(result); found.any() && verifier->overflowText.empty())
      verifier->overflowText = "the model itself gives " + found.text() + " of " +
                               std::to_string(result.elementCount()) + " values in output \"" + name + "\"" +
                               watch.text();
  return verifier;
}

void NumericsVerifier::attach(PassManager &pm) { pm.addInstrumentation(std::make_unique<Instrumentation>(*this)); }

void NumericsVerifier::afterPass(StringRef pass, Operation *op) {
  ModuleOp module = moduleOf(op);
  auto function = module.lookupSymbol<func::FuncOp>(functionName);
  bool concerns = !function || op->isAncestor(function);
  if (found || !concerns)
    return;
  ++passCount;
  OperationFingerPrint now(module);
  if (now == judged)
    return;
  ++judgedCount;
  PassDrift drift;
  drift.pass = pass.str();
  drift.number = passCount;
  if (function)
    judge(drift, function);
  else
    drift.failure = "the function @" + functionName + " is gone";
  bool mayChange = llvm::is_contained(kChangingPasses, pass) && drift.failure.empty();
  if (mayChange)
    changed = std::move(*reference::interpretFloats(function, inputs, weights));
  else if (!drift.failure.empty() || !drift.comparison.within())
    found = std::move(drift);
  judged = now;
}

void NumericsVerifier::judge(PassDrift &drift, func::FuncOp function) {
  auto results = reference::interpretFloats(function, inputs, weights);
  if (!results) {
    drift.failure = llvm::toString(results.takeError());
    return;
  }
  for (auto [position, got] : llvm::enumerate(*results)) {
    std::string name = ir::outputName(function, position);
    size_t index = llvm::find(outputNames, name) - outputNames.begin(); // passes may drop outputs that nobody wants
    if (index == outputNames.size()) {
      drift.failure = "the function has a new result \"" + name + "\"";
      return;
    }
    const reference::Tensor &want = changed.empty() ? wanted[index] : changed[index];
    auto comparison = reference::compareTensors(got, want, allowed[index]);
    if (!comparison) {
      drift.failure = "output \"" + outputNames[index] + "\": " + llvm::toString(comparison.takeError());
      return;
    }
    if (drift.output.empty() || comparison->mismatches > drift.comparison.mismatches) {
      drift.output = outputNames[index];
      drift.shape = want.shape().vec();
      drift.tolerance = allowed[index];
      drift.comparison = *comparison;
    }
  }
}

std::string PassDrift::text() const {
  std::string line;
  llvm::raw_string_ostream stream(line);
  stream << "pass " << pass << " (number " << number << ") ";
  if (!failure.empty()) {
    stream << "leaves IR that the reference can't run: " << failure;
    return line;
  }
  stream << "changes output \"" << output << "\" at " << reference::positionText(shape, comparison.worst)
         << llvm::format(": %.9g instead of %.9g; ", comparison.got, comparison.want) << comparison.mismatches << " of "
         << comparison.elements
         << llvm::format(" elements are beyond %g + %g * |want|", tolerance.absolute, tolerance.relative);
  return line;
}

} // namespace llmc::pipeline
