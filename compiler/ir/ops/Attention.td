#ifndef LLMC_IR_OPS_ATTENTION
#define LLMC_IR_OPS_ATTENTION
include "compiler/ir/ops/Base.td"

def Llmc_AttentionOp : Llmc_AnchorOp<"attention", [IsolatedFromAbove, SingleBlock]> {
  let summary = "values weighed by the softmax of scores";
  let description = [{
    Queries `[.., M, D]`, keys `[.., N, D]` and values `[.., N, E]` give `[.., M, E]`: row m is the sum of all values n,
    weighed by the softmax over n of `region(query m · key n)`. The axes before broadcast as in NumPy. Scores are summed
    and weighed in f32 at least, and nobody stores all of them.

    The region scales, biases and masks one score, which is rounded to the queries' element type as a product would be; its
    result may be of another float type, in which weights are computed and then rounded to the values'. Its other arguments are elements of `inputs`, which broadcast to the
    scores `[.., M, N]`. A row whose weights are NaN, because all its scores are -inf for instance, gives NaN; where
    `guarded` it weighs nothing and gives 0.
    Where `narrow`, both products may round both of their sides to bf16, on machines that multiply it faster.

    C1: queries, keys and values have one element type, f32 where attention is narrow, ranks of at least 2, and fitting
    sizes.
    C2: the region has one argument for the score and one an input, of their element types.
    C3: the region holds scalar maths only, and yields one float.
    C4: each axis of an input is 1 or that of the scores.

    ```mlir
    %o = llmc.attention %q, %k, %v score %s (%m = %mask : tensor<?x1x1x?xf32>)
        : tensor<?x4x?x64xf32>, tensor<?x4x?x64xf32>, tensor<?x4x?x64xf32> -> tensor<?x4x?x64xf32> {
      %t = arith.addf %s, %m : f32
      llmc.yield %t : f32
    }
    ```
  }];
  let arguments = (ins Llmc_FloatTensor:$query, Llmc_FloatTensor:$key, Llmc_FloatTensor:$value,
                       Variadic<Llmc_Tensor>:$inputs, UnitAttr:$guarded, UnitAttr:$narrow);
  let results = (outs Llmc_FloatTensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = shapeDeclaration # [{
    ::mlir::Value getYielded() { return getBody().front().getTerminator()->getOperand(0); }
    /// The region's argument that is the score.
    ::mlir::BlockArgument getScore() { return getBody().getArgument(0); }
  }];
}

#endif
