// The two functions of a variant that the runtime calls: bind, which computes all sizes and offsets from the sizes of
// the inputs and leaves them as words, and run, which calls the kernels in order.
#ifndef LLMC_COMPILER_CODEGEN_HOST_HOSTPROGRAM_H
#define LLMC_COMPILER_CODEGEN_HOST_HOSTPROGRAM_H

#include "compiler/codegen/artefact/ModelFacts.h"
#include "compiler/codegen/artefact/WeightsLayout.h"
#include "compiler/codegen/host/ResultShapes.h"
#include "compiler/codegen/kernel/KernelFrame.h"
#include "compiler/ir/ArenaPlan.h"
#include "compiler/ir/States.h"

namespace llmc::codegen {

/// A kernel of the model and the function that it was lowered to (shared by equal kernels).
struct LoweredKernel {
  ir::KernelOp kernel;
  KernelSignature signature;
  int64_t firstCheck; // the number of its first index check in the table of checks
};

/// What both functions need to know, and the facts that they establish.
struct HostContext {
  mlir::func::FuncOp model; // the variant
  size_t number;            // among those of the model
  ir::DimAnalysis &dims;
  mlir::ModuleOp code; // where functions are added
  const WeightsLayout &weights;
  std::vector<std::string> symbols; // words 0.. hold their values
  std::vector<ir::ArenaSlot> slots; // those behind the offsets of these
  ResultShapes shapes;              // and those behind the sizes of the memory of kernels' results
  const ir::StateMemory &states;
  ModelFacts &facts;              // of the variant alone
  size_t firstCheck, firstKernel; // its numbers, among those of all variants

  /// Sizes of the memory that a kernel's result lies in.
  ir::DimVector extents(mlir::Value result) const { return ir::extentsOf(dims.dims(result), states.axisOf(result)); }
  uint32_t slotWord(int64_t slot) const { return static_cast<uint32_t>(symbols.size() + slot); }
  uint32_t shapeWord(uint32_t size) const { return static_cast<uint32_t>(symbols.size() + slots.size()) + size; }
};

/// `scratchBytes` is what each kernel needs for a thread. Fails with a message when a symbol follows from no input.
llvm::LogicalResult buildBind(HostContext &context, llvm::ArrayRef<ir::DimExpr> scratchBytes);
void buildRun(HostContext &context, llvm::ArrayRef<LoweredKernel> kernels);

} // namespace llmc::codegen

#endif
