#ifndef LLMC_PASSES_MEMORY
#define LLMC_PASSES_MEMORY
include "mlir/Pass/PassBase.td"

def PlanArena : Pass<"llmc-plan-arena", "::mlir::func::FuncOp"> {
  let summary = "give each intermediate tensor a place in one arena";
  let description = [{
    Lifetimes are ranges of kernels; reshapes share their operand's place. Tensors whose lifetimes meet must not overlap.
    Sizes are formulas, so the plan is a relation: each place (`llmc.slots` on the function) has a size and a list of the
    places below it; its offset is the largest end among those. The order is found by best fit at typical sizes and is
    valid for all sizes. Model outputs are written straight into the caller's buffers.

    Kernels carry `llmc.slot` (their place) or `llmc.output` (the output that they write).
  }];
  let options = [Option<"typicalSize", "typical-size", "int64_t", "128", "value of unbounded symbols for finding the order">];
}
#endif
