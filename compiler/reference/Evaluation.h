// Between the interpreter and the operations: what an operation is given, and the one function that
// each must have.
#ifndef LLMC_COMPILER_REFERENCE_EVALUATION_H
#define LLMC_COMPILER_REFERENCE_EVALUATION_H

#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/WeightStore.h"
#include "compiler/reference/Interpreter.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"

namespace llmc::reference {

/// What is the same for all operations of a run.
struct Session {
  const InterpreterOptions &options;
  ir::WeightStore *weights = nullptr; // none while folding
  llvm::StringMap<int64_t> symbols;
  llvm::DenseSet<mlir::Operation *> openWeights; // whose recipes are running
};

/// One operation with its values. Where sizes follow from the operands, they have been checked
/// against the operation's shape function, and `result` has room for the result.
struct Evaluation {
  mlir::Operation *op;
  llvm::ArrayRef<Tensor> operands; // index operands are scalars
  Session &session;
  Tensor result;
  std::vector<Tensor> results; // of operations with regions and several results

  bool inDouble() const { return session.options.accumulateInDouble; }
  /// An error at the operation.
  llvm::Error fail(const llvm::Twine &message) const;
  /// A list of offsets, sizes or widths that mixes constants and operands, of which the first is
  /// operand `first`.
  llvm::SmallVector<int64_t, 4> mixed(unsigned first, llvm::ArrayRef<int64_t> constants) const;
};

/// An error at an operation, in the form "model.mlir:7:8: 'llmc.gather' message".
llvm::Error errorAt(mlir::Operation *op, const llvm::Twine &message);

/// Runs a block of llmc, tensor and arith operations; gives what its terminator returns.
llvm::Expected<std::vector<Tensor>> runBlock(mlir::Block &block, llvm::ArrayRef<Tensor> arguments, Session &session);
llvm::Expected<Tensor> weightTensor(ir::WeightOp weight, Session &session);
llvm::Expected<int64_t> formulaValue(mlir::Operation *op, llvm::StringRef formula, Session &session);

// One function for each operation of the dialect, defined in ops/. The dispatcher calls one for
// every registered operation: a new operation does not compile until it has its line here.
llvm::Error evaluateOp(ir::ConstantOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::WeightOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::GetWeightOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::SizeOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::ShapeOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::CheckOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::RequireOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::YieldOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::KernelOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::MapOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::GeluOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::ReduceOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::ArgReduceOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::ReshapeOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::ExpandOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::TransposeOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::SliceOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::ConcatOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::PadOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::GatherOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::GatherNdOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::IotaOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::UnfoldOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::PackOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::MatmulOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::PackedMatmulOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::ConvOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::SoftmaxOp op, Evaluation &evaluation);
llvm::Error evaluateOp(ir::NormOp op, Evaluation &evaluation);

} // namespace llmc::reference

#endif
