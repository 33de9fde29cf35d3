#ifndef LLMC_PASSES_SIMPLIFY
#define LLMC_PASSES_SIMPLIFY
include "mlir/Pass/PassBase.td"

def SimplifyGraph : Pass<"llmc-simplify", "::mlir::func::FuncOp"> {
  let summary = "remove what does nothing";
  let description = [{
    With the formulas of all sizes at hand: reshapes, expands and slices that keep everything vanish; maps that only pass
    a value on vanish; an expand whose users broadcast by themselves is skipped; a reshape of a reshape is one reshape.
    A part of each row that is split into groups becomes some groups of the whole rows, split alike, which is a view.
  }];
}

def FoldConstants : Pass<"llmc-fold-constants", "::mlir::ModuleOp"> {
  let summary = "evaluate what depends on constants and weights only";
  let description = [{
    Small results become `llmc.constant`, computed by the reference interpreter. What depends on weights becomes a weight
    with a recipe, which the weight stage runs at the end of compilation.

    Before:
    ```mlir
    %w = llmc.get_weight @w : tensor<768x3072xf32>
    %t = llmc.transpose %w perm [1, 0] : tensor<768x3072xf32> -> tensor<3072x768xf32>
    ```
    After: `%t = llmc.get_weight @w.transpose : tensor<3072x768xf32>`.
  }];
  let options = [Option<"maxElements", "max-elements", "int64_t", "1024", "largest result that becomes a constant">];
  let statistics = [Statistic<"numConstants", "num-constants", "operations that became constants">,
                    Statistic<"numWeights", "num-weights", "operations that became weights">];
}
#endif
