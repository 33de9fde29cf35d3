// States: inputs that a run only appends to, as the keys and values of attention. What they hold with the new elements
// behind is an output. A context may keep both in one memory that has room for more, `capacity` positions along the
// axis that grows; then a run reads what lies there, and stores what is new.
//
// `llmc-find-states` notes them on the function: `llmc.states = [{axis = 2, input = 3, output = 1}]`.
#ifndef LLMC_COMPILER_IR_STATES_H
#define LLMC_COMPILER_IR_STATES_H

#include "compiler/ir/DimAnalysis.h"

namespace llmc::ir {

inline constexpr llvm::StringLiteral kStatesAttr = "llmc.states"; // of functions

/// The symbol of the positions that a context has room for in each state; 0 where it keeps none, and outputs are dense.
inline constexpr llvm::StringLiteral kCapacity = "#capacity";

struct State {
  unsigned input, output, axis;
};

std::vector<State> readStates(mlir::func::FuncOp function);
void writeStates(mlir::func::FuncOp function, llvm::ArrayRef<State> states);

/// What of a function's tensors lies in the memory of states.
class StateMemory {
public:
  explicit StateMemory(mlir::func::FuncOp function);

  /// The axis along which there may be room behind `tensor`, a result or operand of a kernel.
  std::optional<unsigned> axisOf(mlir::Value tensor) const;
  /// Whether `tensor` is the input of a state, the elements of which may be in the output already.
  bool isInput(mlir::Value tensor) const;

private:
  llvm::DenseMap<mlir::Value, unsigned> outputs; // -> axis
  llvm::SmallPtrSet<mlir::Value, 8> inputs;
};

/// The sizes of the memory in which a tensor of these sizes lies, when there may be room behind it along `axis`.
DimVector extentsOf(const DimVector &dims, std::optional<unsigned> axis);

/// Where the axis of a tensor is in a view of it, when all that lies within one position still does.
std::optional<unsigned> followAxis(llvm::ArrayRef<DimExpr> from, llvm::ArrayRef<DimExpr> to, unsigned axis);

} // namespace llmc::ir

#endif
