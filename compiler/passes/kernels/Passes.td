#ifndef LLMC_PASSES_KERNELS
#define LLMC_PASSES_KERNELS
include "mlir/Pass/PassBase.td"

def NormalizeAnchors : Pass<"llmc-normalize-anchors", "::mlir::func::FuncOp"> {
  let summary = "bring anchors into the forms that schedules take";
  let description = [{
    Softmax moves to the last axis by transposes, a norm over several axes works on a reshape to one, a convolution
    without groups becomes a product of its windows (`llmc.unfold`) where these are patches or its last axis is short, and
    rows of a product with a weight are flattened.
  }];
}

def PackBlocks : Pass<"llmc-pack-blocks", "::mlir::ModuleOp"> {
  let summary = "let products leave zeros of weights out";
  let description = [{
    A product of which it is known that its weight has zeros in blocks (`llmc.blocks`) reads the others only, where that pays: a
    multiply-add of a block costs more than one of a panel that all rows of a tile share. The costs are those of `KernelRules` for many rows; up to
    4 rows wait for what is read. Products for which it does not pay read the zeros, too, and the reason is on record.

    Before: `llmc.matmul %x, %w {llmc.blocks = ...}`. After: `llmc.block_matmul %x, %v at %b columns 3072 depth 768` where `%b` is a
    weight with the recipe `llmc.find_blocks %w`, and `%v` one with `llmc.pack_blocks %w at %b`.
  }];
  let options = [Option<"panel", "panel", "int64_t", "16", "columns of a panel">,
                 Option<"floats", "floats", "double", "1.6", "what a multiply-add in blocks costs, of floats">,
                 Option<"halves", "halves", "double", "1.6", "the same of bf16">,
                 Option<"bytes", "bytes", "double", "2.0", "the same of bytes">];
  let statistics = [Statistic<"numPacked", "num-packed", "products that leave zeros out">];
}

def PackWeights : Pass<"llmc-pack-weights", "::mlir::ModuleOp"> {
  let summary = "let products read weights in panels";
  let description = [{
    A product whose right side is a matrix of weights reads panels instead; packing joins the weight's recipe.

    Before: `llmc.matmul %x, %w`. After: `llmc.packed_matmul %x, %p columns 768` where `%p` is a weight with the recipe
    `llmc.pack %w panel 16`.
  }];
  let options = [Option<"panel", "panel", "int64_t", "16", "columns of a panel">];
  let statistics = [Statistic<"numPacked", "num-packed", "products that read panels">];
}

def SinkReshapes : Pass<"llmc-sink-reshapes", "::mlir::func::FuncOp"> {
  let summary = "move reshapes behind pointwise maths";
  let description = [{
    So that an epilogue stays next to its product. Before: `map(reshape(x), y)`; after: `reshape(map(x, reshape(y)))`, where
    the last axis stays as it is and the other operands have all sizes or only the last, or there are none but scalars.
  }];
}

def FormKernels : Pass<"llmc-form-kernels", "::mlir::func::FuncOp"> {
  let summary = "group operations into kernels";
  let description = [{
    Each anchor takes the maps and transposes behind it as an epilogue, and cheap producers as a prologue. A cheap map that
    a norm reads, and that others read too, as the sum before a norm, is a second result of the norm's kernel; so is a
    cheap map that reads a result beside others and would have to be stored. What is
    left becomes kernels of maps and movement. Reshapes of computed tensors stay outside as views.

    Decisions about the members of a kernel (`llmc.decisions`) become those of the kernel. With `records` one of them tells
    why its result is stored, and not computed where it is read.
  }];
  let options = [Option<"passOperands", "pass-operands", "int64_t", "3",
                        "of a map that a row reduction computes in each pass over a row">,
                 Option<"mostScalars", "most-scalars", "int64_t", "1024",
                        "of operands and scalars in a kernel, each counted where it stands">,
                 Option<"records", "records", "bool", "false", "note on each kernel why its results are stored">];
  let statistics = [Statistic<"numKernels", "num-kernels", "kernels">,
                    Statistic<"numEpilogue", "num-epilogue", "operations fused behind an anchor">];
}

def ShareKernels : Pass<"llmc-share-kernels", "::mlir::func::FuncOp"> {
  let summary = "let kernels share code that differ in numbers only";
  let description = [{
    Layers of a quantized model have scales and zero points of their own. Where kernels are equal but for such numbers,
    which their maps read, those that differ become operands. Kernels that nothing else is like keep theirs.

    Before, beside another with `dense<0.5>`:
    ```mlir
    %1 = llmc.kernel map (%x = %0 : tensor<?x64xf32>) -> tensor<?x64xf32> {
      %s = llmc.constant dense<0.25> : tensor<f32>
      %m = llmc.map (%a = %x : tensor<?x64xf32>, %b = %s : tensor<f32>) -> tensor<?x64xf32> { ... }
      llmc.yield %m : tensor<?x64xf32>
    }
    ```
    After:
    ```mlir
    %s = llmc.constant dense<0.25> : tensor<f32>
    %1 = llmc.kernel map (%x = %0 : tensor<?x64xf32>, %t = %s : tensor<f32>) -> tensor<?x64xf32> {
      %m = llmc.map (%a = %x : tensor<?x64xf32>, %b = %t : tensor<f32>) -> tensor<?x64xf32> { ... }
      llmc.yield %m : tensor<?x64xf32>
    }
    ```
  }];
  let statistics = [Statistic<"numOperands", "num-operands", "numbers of alike kernels that became operands">];
}
#endif
