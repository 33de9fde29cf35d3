#ifndef LLMC_IR_OPS_KERNEL
#define LLMC_IR_OPS_KERNEL
include "compiler/ir/LlmcAttributes.td"
include "compiler/ir/ops/Base.td"

def Llmc_KernelOp : Llmc_Op<"kernel", [Pure, IsolatedFromAbove, SingleBlock]> {
  let summary = "operations that become one piece of code";
  let description = [{
    Groups operations around an anchor (a contraction or a row reduction; else whatever gives the first result), with
    producers and consumers fused into it. The region is the exact meaning: an interpreter runs it as it stands. Both
    backends lower the same regions. Tensors come in as operands; sizes appear inside as `llmc.size`. The anchor's name is
    printed for the reader; where it is written it must be right.

    C1: the region has one argument an operand, of the same type, and yields one value a result; there is a result.
    C2: the region holds only what a kernel can compute: anchors, maps, movement, constants of one value, `llmc.iota`,
        `llmc.shape` and `llmc.size`.
    C3: places are given for all results or for none; none is negative.
    C4: softmax and norms are along the last axis, which is the form that `llmc-normalize-anchors` gives them.
    C5: there is at most one schedule for a level.

    ```mlir
    %2 = llmc.kernel matmul (%x = %0 : tensor<?x64xf32>, %w = %1 : tensor<64x64xf32>) -> tensor<?x64xf32> {
      %m = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x64xf32>
      llmc.yield %m : tensor<?x64xf32>
    }
    ```
  }];
  let arguments = (ins Variadic<Llmc_Tensor>:$inputs, OptionalAttr<Llmc_PlaceArrayAttr>:$places,
                       OptionalAttr<Llmc_ScheduleArrayAttr>:$schedules);
  let results = (outs Variadic<Llmc_Tensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// What the kernel is built around; null when it only copies.
    ::mlir::Operation *getAnchor();
    /// Its name, "map" for a copy.
    ::llvm::StringRef getAnchorName();
    /// The values of the region that become the results.
    ::mlir::OperandRange getYielded() { return getBody().front().getTerminator()->getOperands(); }
    /// How its loops are built for a level; null where nobody has chosen.
    ::llmc::ir::ScheduleAttr getSchedule(::llvm::StringRef level);
    /// Where a result lies; null before memory is planned.
    ::llmc::ir::PlaceAttr getPlace(unsigned result) {
      auto places = getPlaces();
      return places ? ::llvm::cast<::llmc::ir::PlaceAttr>((*places)[result]) : ::llmc::ir::PlaceAttr();
    }
  }];
}

#endif
