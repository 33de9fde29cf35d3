// The function that a kernel becomes: its buffers as pointers, the dim symbols as indices, and sizes as arithmetic on
// them.
//
//   func @kernel(%begin: index, %end: index, %buffers...: !llvm.ptr, %failure: !llvm.ptr, %symbols...: index)
//
// does the tasks begin..end-1. A wrapper with the runtime's signature (llmc_task) unpacks the arguments.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LOWERING_KERNELFRAME_H
#define LLMC_COMPILER_CODEGEN_CPU_LOWERING_KERNELFRAME_H

#include "compiler/codegen/cpu/lowering/SizeBuilder.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/support/TargetSpec.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace llmc::codegen::cpu {

/// What the host must know to call a kernel.
struct KernelSignature {
  std::string name;
  std::vector<std::string> symbols; // passed by value, in this order
  ir::DimExpr tasks;                // how many tasks a call has
};

class KernelFrame {
public:
  /// Begins the function of `kernel` in `module`; the builder then stands at its end.
  KernelFrame(mlir::ModuleOp module, mlir::StringRef name, ir::KernelOp kernel, ir::DimAnalysis &dims,
              const TargetSpec &target);

  mlir::OpBuilder &builder() { return body; }
  mlir::Location loc() const { return location; }
  const TargetSpec &target() const { return spec; }
  ir::KernelOp kernel() const { return source; }

  /// The tensor that the kernel computes.
  mlir::Value yielded() { return source.getBody().front().getTerminator()->getOperand(0); }

  mlir::Value begin() { return function.getArgument(0); }
  mlir::Value end() { return function.getArgument(1); }
  mlir::Value failure() { return function.getArgument(2 + inputCount + 1); }
  /// The pointer of a region argument of the kernel, or of its result.
  mlir::Value pointer(mlir::BlockArgument argument) { return function.getArgument(2 + argument.getArgNumber()); }
  mlir::Value resultPointer() { return function.getArgument(2 + inputCount); }

  /// Sizes of a tensor inside the kernel.
  ir::DimVector dims(mlir::Value tensor) { return analysis.dims(tensor); }
  ir::DimExpr value(mlir::Value index) { return analysis.value(index); }
  ir::DimExpr parse(llvm::StringRef formula) const { return analysis.parse(formula); }
  /// A formula as an index, computed at the head of the function.
  mlir::Value size(const ir::DimExpr &expr) { return sizes.size(expr); }
  mlir::Value constant(int64_t value) { return size(value); }

  /// Ends the function, adds the wrapper, and tells how to call it.
  KernelSignature finish(const ir::DimExpr &tasks);

private:
  void buildWrapper(mlir::ModuleOp module);

  ir::KernelOp source;
  ir::DimAnalysis &analysis;
  const TargetSpec &spec;
  mlir::Location location;
  unsigned inputCount;
  std::vector<std::string> symbols;
  mlir::func::FuncOp function;
  SizeBuilder sizes;
  mlir::OpBuilder body;
};

/// All symbols that sizes inside a kernel mention, sorted.
std::vector<std::string> symbolsOf(ir::KernelOp kernel, ir::DimAnalysis &dims);

} // namespace llmc::codegen::cpu

#endif
