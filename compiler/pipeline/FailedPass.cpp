// A pass fails by its own verdict, mostly with a message about the model, or because the verifier refuses what it left.
#include "compiler/pipeline/FailedPass.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassInstrumentation.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;

namespace llmc::pipeline {

struct FailedPass::State {
  std::string name; // of the innermost pass that failed
  bool leftInvalid = false;
};

class FailedPass::Instrumentation : public PassInstrumentation {
public:
  explicit Instrumentation(State &state) : state(state) {}

  void runAfterPassFailed(Pass *pass, Operation *op) override {
    if (!state.name.empty()) // adaptors fail with the passes that they hold
      return;
    state.name = (pass->getArgument().empty() ? pass->getName() : pass->getArgument()).str();
    ScopedDiagnosticHandler quiet(op->getContext(), [](Diagnostic &) { return success(); });
    state.leftInvalid = failed(verify(op));
  }

private:
  State &state;
};

FailedPass::FailedPass() : state(std::make_unique<State>()) {}
FailedPass::~FailedPass() = default;

void FailedPass::attach(PassManager &pm) { pm.addInstrumentation(std::make_unique<Instrumentation>(*state)); }

std::string FailedPass::explain(llvm::StringRef messages) const {
  std::string pass = state->name.empty() ? "a pass" : "pass " + state->name;
  if (state->leftInvalid)
    return pass + " leaves IR that is not valid: " + messages.str() + "; try: report it to whoever wrote the pass";
  return messages.empty() ? pass + " fails and does not say why; try: a diagnostic before its signalPassFailure()"
                          : messages.str();
}

} // namespace llmc::pipeline
