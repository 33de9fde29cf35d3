// Notes which inputs are states: what a kernel of its own makes longer, and nobody reads but through the longer one.
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/States.h"
#include "compiler/ir/SymbolBinding.h"
#include "compiler/passes/memory/Passes.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_FINDSTATES
#include "compiler/passes/memory/Passes.h.inc"

namespace {

class StateSearch {
public:
  StateSearch(func::FuncOp function, ir::DimAnalysis &analysis) : function(function), analysis(analysis) {}

  void run() {
    for (OpOperand &output : function.getBody().front().getTerminator()->getOpOperands())
      if (auto state = match(output))
        states.push_back(*state);
    do
      ir::writeStates(function, states);
    while (dropThoseThatGiveSizes());
  }

private:
  /// An output that a kernel makes of an input and what comes behind it.
  std::optional<ir::State> match(OpOperand &output) {
    auto kernel = output.get().getDefiningOp<ir::KernelOp>();
    auto concat = kernel && kernel.getNumResults() == 1 ? kernel.getYielded().front().getDefiningOp<ir::ConcatOp>()
                                                        : ir::ConcatOp();
    auto first = concat ? dyn_cast<BlockArgument>(concat.getInputs().front()) : BlockArgument();
    if (!first || !first.hasOneUse() || !kernel.getBody().getOps<ir::AnchorInterface>().empty())
      return std::nullopt;
    auto input = dyn_cast<BlockArgument>(kernel.getInputs()[first.getArgNumber()]);
    auto axis = static_cast<unsigned>(concat.getAxis());
    // The length is what the context says, so it must be free.
    if (!input || !input.hasOneUse() || analysis.dims(input)[axis].symbolName().empty() ||
        !isViewedAsItLies(output.get(), axis))
      return std::nullopt;
    return ir::State{input.getArgNumber(), output.getOperandNumber(), axis};
  }

  /// Whether no view has the positions in another form: there is room behind them in each row.
  bool isViewedAsItLies(Value tensor, unsigned axis) {
    return llvm::all_of(tensor.getUsers(), [&](Operation *user) {
      auto view = dyn_cast<ir::ReshapeOp>(user);
      if (!view)
        return true;
      auto moved = ir::followAxis(analysis.dims(tensor), analysis.dims(view.getResult()), axis);
      return moved && isViewedAsItLies(view.getResult(), *moved);
    });
  }

  /// All sizes but the lengths of states must follow from inputs that a run is given.
  bool dropThoseThatGiveSizes() {
    std::vector<ir::State> kept = states;
    for (const ir::SymbolBinding &binding : ir::bindSymbols(function, analysis).bindings)
      llvm::erase_if(
          kept, [&](const ir::State &state) { return state.input == binding.argument && state.axis != binding.axis; });
    std::swap(states, kept);
    return states.size() != kept.size();
  }

  func::FuncOp function;
  ir::DimAnalysis &analysis;
  std::vector<ir::State> states;
};

struct FindStatesPass : impl::FindStatesBase<FindStatesPass> {
  using FindStatesBase::FindStatesBase;

  void runOnOperation() override {
    ir::DimAnalysis analysis(getOperation());
    if (!analysis.isValid())
      return signalPassFailure();
    StateSearch(getOperation(), analysis).run();
    numStates += ir::readStates(getOperation()).size();
  }
};

} // namespace
} // namespace llmc::passes
