#ifndef LLMC_IR_OPS_KERNEL
#define LLMC_IR_OPS_KERNEL
include "compiler/ir/ops/Base.td"

def Llmc_KernelOp : Llmc_Op<"kernel", [Pure, IsolatedFromAbove, SingleBlock]> {
  let summary = "operations that become one piece of code";
  let description = [{
    Groups operations around an anchor (a contraction, a row reduction, a map, movement), with producers and consumers
    fused into it. The region is the exact meaning: an interpreter runs it as it stands. Both backends lower the same
    regions. Tensors come in as operands; sizes appear inside as `llmc.size`.

    C1: the region has one argument an operand, of the same type, and yields one value a result.

    ```mlir
    %2 = llmc.kernel matmul (%x = %0 : tensor<?x64xf32>, %w = %1 : tensor<64x64xf32>) -> tensor<?x64xf32> {
      %m = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x64xf32>
      llmc.yield %m : tensor<?x64xf32>
    }
    ```
  }];
  let arguments = (ins Variadic<Llmc_Tensor>:$inputs, StrAttr:$anchor);
  let results = (outs Variadic<Llmc_Tensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

#endif
