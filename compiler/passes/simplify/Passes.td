#ifndef LLMC_PASSES_SIMPLIFY
#define LLMC_PASSES_SIMPLIFY
include "mlir/Pass/PassBase.td"

def SimplifyGraph : Pass<"llmc-simplify", "::mlir::func::FuncOp"> {
  let summary = "remove what does nothing";
  let description = [{
    With the formulas of all sizes at hand: reshapes, expands and slices that keep everything vanish; maps that only pass
    a value on vanish; an expand whose users broadcast by themselves is skipped; a reshape of a reshape is one reshape.
    A transpose moves before maps where another one stands that it undoes.
    A part of each row that is split into groups becomes some groups of the whole rows, split alike, which is a view.
  }];
}

def WidenHalves : Pass<"llmc-widen-halves", "::mlir::func::FuncOp"> {
  let summary = "compute in f32 what a model stores in f16 or bf16";
  let description = [{
    Models of f16 or bf16 say so of every tensor, and round each result to it, which machines that multiply f32 can only do by going
    back and forth. What computes becomes f32, and only what is converted to 16 bits by name is still rounded: operations, their regions, and constants. What is stored stays as it is: inputs, outputs, weights,
    and what movement makes of them. Such a tensor is widened where something computes with it; a matrix of weights on the right
    of a product is not, as the product does that, nor is a weight that a map reads, which widens it itself. Where movement joins stored tensors and computed ones, a cache and what is appended to it, these are rounded as the model
    says. The function keeps the type in `llmc.halves`, since constants that were rounded to it are less exact than f32 tells.

    Before:
    ```mlir
    %0 = llmc.matmul %x, %w : tensor<?x64xf16>, tensor<64x64xf16> -> tensor<?x64xf16>
    ```
    After:
    ```mlir
    %0 = llmc.map %x ... { arith.extf } : tensor<?x64xf16> -> tensor<?x64xf32>
    %1 = llmc.matmul %0, %w : tensor<?x64xf32>, tensor<64x64xf16> -> tensor<?x64xf32>
    ```
  }];
  let statistics = [Statistic<"numWidened", "num-widened", "operations that compute in f32">];
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
