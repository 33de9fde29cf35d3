// The function that a kernel becomes: its buffers as pointers, the dim symbols as indices, and sizes as arithmetic on
// them.
//
//   func @kernel(%begin: index, %end: index, %scratch: !llvm.ptr, %inputs...: !llvm.ptr, %results...: !llvm.ptr,
//                %failure: !llvm.ptr, %firstCheck: index, %symbols...: index)
//
// does the tasks begin..end-1. A wrapper with the runtime's signature (llmc_task) unpacks the arguments.
#ifndef LLMC_COMPILER_CODEGEN_KERNEL_KERNELFRAME_H
#define LLMC_COMPILER_CODEGEN_KERNEL_KERNELFRAME_H

#include "compiler/codegen/kernel/SizeBuilder.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/States.h"
#include "compiler/support/TargetSpec.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace llmc::codegen {

/// What the host must know to call a kernel.
struct KernelSignature {
  std::string name;
  std::vector<std::string> symbols; // passed by value, in this order
  ir::DimExpr tasks;                // how many tasks a call has
  ir::DimExpr scratchBytes;         // that each thread needs to itself while it does tasks
  std::vector<size_t> checks;       // places in the region of operations that check indices as they run
};

/// A tensor that loops compute, and the memory where they store it.
struct Result {
  mlir::Value tensor, pointer;
  /// Axis i of the tensor is this one of the loops' positions.
  llvm::SmallVector<int64_t> axes;
};

class KernelFrame {
public:
  /// Begins the function of `kernel` in `module`; the builder then stands at its end.
  KernelFrame(mlir::ModuleOp module, mlir::StringRef name, ir::KernelOp kernel, ir::DimAnalysis &dims,
              const ir::StateMemory &states, const TargetSpec &target);

  mlir::OpBuilder &builder() { return body; }
  mlir::Location loc() const { return location; }
  const TargetSpec &target() const { return spec; }
  ir::KernelOp kernel() const { return source; }

  /// What the loops at hand compute: the results of the kernel, or what a stage is for.
  llvm::ArrayRef<Result> results() const { return current; }
  void setResults(llvm::SmallVector<Result> results) { current = std::move(results); }
  /// Emits loops whose tasks come behind `before` others of the kernel. Gives how many all of these are.
  ir::DimExpr follow(const ir::DimExpr &before, llvm::function_ref<ir::DimExpr()> loops);
  /// Emits loops for other results, which do all of their tasks here, one after the other.
  void stage(llvm::SmallVector<Result> results, llvm::function_ref<ir::DimExpr()> loops);
  /// From here on `tensor`, a value of the kernel's region, lies in memory.
  void keep(mlir::Value tensor, mlir::Value pointer) { stored[tensor] = pointer; }
  /// Where a value of the region lies: an operand of the kernel, or one that was kept. Null for others.
  mlir::Value addressOf(mlir::Value tensor) const { return stored.lookup(tensor); }

  mlir::Value begin() { return firstTask; }
  mlir::Value end() { return lastTask; }
  mlir::Value failure() { return function.getArgument(kFirstPointer + inputCount + resultCount); }
  /// What the failure words tell of the index check of `op`: 1 + its number in the artefact's table, where the checks
  /// of a kernel follow each other.
  mlir::Value failureCode(mlir::Operation *op);
  /// Memory of the thread that does the task, aligned to 64 bytes; it holds nothing from one task to the next.
  mlir::Value scratch(const ir::DimExpr &bytes);

  /// Sizes of a tensor inside the kernel.
  ir::DimVector dims(mlir::Value tensor) { return analysis.dims(tensor); }
  /// Sizes of the memory that an operand or result of the kernel lies in: those of the tensor, but for states.
  ir::DimVector extents(mlir::Value tensor);
  /// 0 where `tensor` is an operand whose elements are in the memory of the result already, else 1.
  ir::DimExpr mustBeStored(mlir::Value tensor);
  ir::DimExpr value(mlir::Value index) { return analysis.value(index); }
  ir::DimExpr parse(llvm::StringRef formula) const { return analysis.parse(formula); }
  /// A formula as an index, computed at the head of the function.
  mlir::Value size(const ir::DimExpr &expr) { return sizes.size(expr); }
  mlir::Value constant(int64_t value) { return size(value); }

  /// Ends the function, adds the wrapper, and tells how to call it.
  KernelSignature finish(const ir::DimExpr &tasks);

private:
  static constexpr unsigned kFirstPointer = 3; // behind the first and last task and the scratch memory
  void addArguments(mlir::ModuleOp module, llvm::StringRef name);
  void promiseDistinct();
  void buildWrapper(mlir::ModuleOp module);
  mlir::Value toWord(mlir::Value index);

  ir::KernelOp source;
  ir::DimAnalysis &analysis;
  const ir::StateMemory &states;
  const TargetSpec &spec;
  mlir::Location location;
  unsigned inputCount, resultCount;
  std::vector<std::string> symbols;
  mlir::func::FuncOp function;
  SizeBuilder sizes;
  mlir::OpBuilder body;
  mlir::Value firstTask, lastTask;
  llvm::SmallVector<Result> current;
  llvm::DenseMap<mlir::Value, mlir::Value> stored;
  ir::DimExpr scratchBytes;
  llvm::SmallVector<mlir::Operation *> checks;
};

/// All symbols that sizes inside a kernel and of its memory mention, sorted.
std::vector<std::string> symbolsOf(ir::KernelOp kernel, ir::DimAnalysis &dims, const ir::StateMemory &states);

} // namespace llmc::codegen

#endif
