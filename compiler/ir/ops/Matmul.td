#ifndef LLMC_IR_OPS_MATMUL
#define LLMC_IR_OPS_MATMUL
include "compiler/ir/ops/Base.td"

def Llmc_MatmulOp : Llmc_AnchorOp<"matmul"> {
  let summary = "batched matrix product";
  let description = [{
    `[.., M, K] x [.., K, N] -> [.., M, N]`; the axes before broadcast as in NumPy. Floats are summed in f32 at least (f64
    for f64), integers exactly or modulo their
    width; the result has the operands' element type, i32 for i8 operands.

    C1: ranks are at least 2, and the element types agree.
    C2: both K are equal.
    C3: the axes before broadcast.

    ```mlir
    %2 = llmc.matmul %0, %1 : tensor<?x?x64xf32>, tensor<64x128xf32> -> tensor<?x?x128xf32>
    ```
  }];
  let arguments = (ins Llmc_Tensor:$lhs, Llmc_Tensor:$rhs);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($lhs) `,` type($rhs) `->` type($result)";
}

def Llmc_PackedMatmulOp : Llmc_AnchorOp<"packed_matmul"> {
  let summary = "matrix product with a right side in panels";
  let description = [{
    As `llmc.matmul`, where the right side is the result of `llmc.pack` with group 1, without batch axes, and `columns` is
    the number of columns before packing.

    C1: the right side has rank 4 with a last axis of 1; the left side's last axis is its K.
    C2: `columns` lies in the last panel.
  }];
  let arguments = (ins Llmc_Tensor:$lhs, Llmc_Tensor:$panels, I64Attr:$columns);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = [{
    $lhs `,` $panels `columns` $columns attr-dict `:` type($lhs) `,` type($panels) `->` type($result)
  }];
}

def Llmc_ConvOp : Llmc_AnchorOp<"conv"> {
  let summary = "convolution over any number of spatial axes";
  let description = [{
    Input `[N, C, spatial..]`, filter `[M, C / groups, window..]`, result `[N, M, spatial'..]`, cross-correlation as in ONNX,
    zero padding. Sums as in `llmc.matmul`.

    C1: ranks are equal and at least 3; one stride, dilation, low and high padding a spatial axis.
    C2: strides, dilations and groups are positive; C = groups * filter's channels; M is a multiple of groups.
    C3: no size of the result is negative.
  }];
  let arguments = (ins Llmc_FloatTensor:$input, Llmc_FloatTensor:$filter, DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$pad_low, DenseI64ArrayAttr:$pad_high,
                       I64Attr:$groups);
  let results = (outs Llmc_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $filter `strides` $strides `dilations` $dilations `pad` $pad_low $pad_high `groups` $groups attr-dict
    `:` type($input) `,` type($filter) `->` type($result)
  }];
}

#endif
