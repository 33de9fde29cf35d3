// Between the interpreter and the operations: what an operation is given to compute its result from.
// Each says what it means by EvaluateInterface; those of llmc do so in ops/.
#ifndef LLMC_COMPILER_REFERENCE_EVALUATION_H
#define LLMC_COMPILER_REFERENCE_EVALUATION_H

#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/WeightStore.h"
#include "compiler/reference/Interpreter.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"

namespace llmc::reference {

class Frame;
class RecipeResults;

/// What is the same for all operations of a run.
struct Session {
  const InterpreterOptions &options;
  ir::WeightStore *weights = nullptr; // none while folding
  llvm::StringMap<int64_t> symbols;
  llvm::DenseSet<mlir::Operation *> openWeights; // whose recipes are running
  Frame *innermost = nullptr;                    // of the blocks that are running
  RecipeResults *recipes = nullptr;              // none where each recipe is run for itself
};

/// One operation with its values. Where sizes follow from the operands, they have been checked
/// against the operation's shape function, and there is room: for one result in `result`, for
/// several in `results`.
struct Evaluation {
  mlir::Operation *op;
  llvm::ArrayRef<Tensor> operands; // index operands are scalars
  Session &session;
  Tensor result;
  std::vector<Tensor> results; // of operations with several results, and of kernels

  bool inDouble() const { return session.options.accumulateInDouble; }
  unsigned threads() const { return session.options.threads; }
  /// An error at the operation.
  llvm::Error fail(const llvm::Twine &message) const;
  /// A list of offsets, sizes or widths that mixes constants and operands, of which the first is
  /// operand `first`.
  llvm::SmallVector<int64_t, 4> mixed(unsigned first, llvm::ArrayRef<int64_t> constants) const;
};

/// An error at an operation, in the form "model.mlir:7:8: 'llmc.gather' message".
llvm::Error errorAt(mlir::Operation *op, const llvm::Twine &message);

/// Runs a block of llmc, tensor and arith operations, which may read what is there in the blocks around it; gives what
/// its terminator returns.
llvm::Expected<std::vector<Tensor>> runBlock(mlir::Block &block, llvm::ArrayRef<Tensor> arguments, Session &session);
llvm::Expected<Tensor> weightTensor(ir::WeightOp weight, Session &session);
llvm::Expected<int64_t> formulaValue(mlir::Operation *op, llvm::StringRef formula, Session &session);

} // namespace llmc::reference

#endif
