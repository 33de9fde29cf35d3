#ifndef LLMC_IR_OPS_MATMUL
#define LLMC_IR_OPS_MATMUL
include "compiler/ir/ops/Base.td"

def Llmc_MatmulOp : Llmc_AnchorOp<"matmul"> {
  let summary = "batched matrix product";
  let description = [{
    `[.., M, K] x [.., K, N] -> [.., M, N]`; the axes before broadcast as in NumPy. Floats are summed in f32 at least (f64
    for f64), integers modulo their width; the result has the operands' element type, i32 for i8 operands. Those are
    signed, but for a side that is called `unsigned`. Where the product is `wide`, its sums of f16 or bf16 are the result,
    in f32, and nobody rounds them.

    C1: ranks are at least 2, and the element types agree; they are i8 where a side is unsigned, and f16 or bf16 where the
    product is wide.
    C2: both K are equal.
    C3: the axes before broadcast.

    ```mlir
    %2 = llmc.matmul %0, %1 : tensor<?x?x64xf32>, tensor<64x128xf32> -> tensor<?x?x128xf32>
    %5 = llmc.matmul %3 unsigned, %4 : tensor<?x64xi8>, tensor<64x128xi8> -> tensor<?x128xi32>
    %8 = llmc.matmul %6, %7 wide : tensor<?x64xbf16>, tensor<64x128xbf16> -> tensor<?x128xf32>
    ```
  }];
  let arguments = (ins Llmc_Tensor:$lhs, Llmc_Tensor:$rhs, UnitAttr:$unsigned_lhs, UnitAttr:$unsigned_rhs,
                       UnitAttr:$wide);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = [{
    $lhs (`unsigned` $unsigned_lhs^)? `,` $rhs (`unsigned` $unsigned_rhs^)? (`wide` $wide^)? attr-dict
    `:` type($lhs) `,` type($rhs) `->` type($result)
  }];
}

def Llmc_PackedMatmulOp : Llmc_AnchorOp<"packed_matmul"> {
  let summary = "matrix product with a right side in panels";
  let description = [{
    As `llmc.matmul`, where the right side is the result of `llmc.pack`, without batch axes, and `columns` is the number of
    columns before packing.

    C1: the right side has rank 4; its last axis is the group: 4 of i8, 2 of bf16, 1 of others. The left side's last axis
    ends in the last group of rows. A side that is unsigned is i8, and both are f16 or bf16 where the product is wide.
    C2: `columns` lies in the last panel.

    ```mlir
    %2 = llmc.packed_matmul %0 unsigned, %1 columns 128 : tensor<?x62xi8>, tensor<8x16x16x4xi8> -> tensor<?x128xi32>
    ```
  }];
  let arguments = (ins Llmc_Tensor:$lhs, Llmc_Tensor:$panels, I64Attr:$columns, UnitAttr:$unsigned_lhs,
                       UnitAttr:$unsigned_rhs, UnitAttr:$wide);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = [{
    $lhs (`unsigned` $unsigned_lhs^)? `,` $panels (`unsigned` $unsigned_rhs^)? `columns` $columns (`wide` $wide^)? attr-dict
    `:` type($lhs) `,` type($panels) `->` type($result)
  }];
}

def Llmc_BlockMatmulOp : Llmc_AnchorOp<"block_matmul"> {
  let summary = "matrix product with a right side of which few blocks are not zero";
  let description = [{
    As `llmc.matmul` with a right side of `depth` rows and `columns` columns, of which each panel of columns holds as many blocks of rows
    that are not all zero. `values` are these blocks, as `llmc.pack_blocks` leaves them, and `blocks` their numbers, as
    `llmc.find_blocks` does. A sum runs over them in their order. Bytes of the left side have no sign, those of the values have one.

    C1: values have rank 4; the last axis is the group: 4 of i8, 2 of bf16, 1 of others. Both sides are f16 or bf16 where the product
    is wide.
    C2: the left side's last axis is `depth`; `columns` lies in the last panel.
    C3: blocks are i32, with a row for each panel and a column for each of its blocks. Nobody checks them in a run: they lie within the
    depth, and follow from a weight.

    ```mlir
    %2 = llmc.block_matmul %0, %v at %b columns 3072 depth 768
       : tensor<?x768xf32>, tensor<192x192x16x1xf32>, tensor<192x192xi32> -> tensor<?x3072xf32>
    ```
  }];
  let arguments = (ins Llmc_Tensor:$lhs, Llmc_Tensor:$values, Llmc_Tensor:$blocks, I64Attr:$columns, I64Attr:$depth,
                       UnitAttr:$wide);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = [{
    $lhs `,` $values `at` $blocks `columns` $columns `depth` $depth (`wide` $wide^)? attr-dict
    `:` type($lhs) `,` type($values) `,` type($blocks) `->` type($result)
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
