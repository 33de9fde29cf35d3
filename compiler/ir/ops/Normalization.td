#ifndef LLMC_IR_OPS_NORMALIZATION
#define LLMC_IR_OPS_NORMALIZATION
include "compiler/ir/ops/Base.td"

def Llmc_SoftmaxOp : Llmc_AnchorOp<"softmax"> {
  let summary = "exp(x - max) / sum of exp(x - max) along an axis";
  let description = [{
    Computed in f32 at least. A row of -inf only gives NaN, as in ONNX.

    C1: axis within the rank.
  }];
  let arguments = (ins Llmc_FloatTensor:$input, I64Attr:$axis);
  let results = (outs Llmc_FloatTensor:$result);
  let assemblyFormat = "$input `axis` $axis attr-dict `:` type($input) `->` type($result)";
}

def Llmc_NormKind : I32EnumAttr<"NormKind", "which moments are taken out", [
    I32EnumAttrCase<"Layer", 0, "layer">, I32EnumAttrCase<"Rms", 1, "rms">]> {
  let cppNamespace = "::llmc::ir";
}

def Llmc_NormOp : Llmc_AnchorOp<"norm", [AttrSizedOperandSegments]> {
  let summary = "layer or root-mean-square normalization over the last axes";
  let description = [{
    Over the axes from `axis` on: `layer` gives `(x - mean) / sqrt(variance + epsilon)`, `rms` gives
    `x / sqrt(mean of squares + epsilon)`; then `* scale + bias` where they are there. Moments are computed in f32 at
    least.

    C1: axis within the rank.
    C2: scale and bias broadcast to the input, and have its element type.

    ```mlir
    %1 = llmc.norm layer %0 scale %s bias %b axis 2 epsilon 1.0e-5
        : tensor<?x?x64xf32> scale tensor<64xf32> bias tensor<64xf32> -> tensor<?x?x64xf32>
    ```
  }];
  let arguments = (ins Llmc_NormKind:$kind, Llmc_FloatTensor:$input, Optional<Llmc_FloatTensor>:$scale,
                       Optional<Llmc_FloatTensor>:$bias, I64Attr:$axis, F64Attr:$epsilon);
  let results = (outs Llmc_FloatTensor:$result);
  let assemblyFormat = [{
    $kind $input (`scale` $scale^)? (`bias` $bias^)? `axis` $axis `epsilon` $epsilon attr-dict
    `:` type($input) (`scale` type($scale)^)? (`bias` type($bias)^)? `->` type($result)
  }];
}

#endif
