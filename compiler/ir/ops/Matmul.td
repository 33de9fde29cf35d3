#ifndef LLMC_IR_OPS_MATMUL
#define LLMC_IR_OPS_MATMUL
include "compiler/ir/ops/Base.td"

def Llmc_MatmulOp : Llmc_AnchorOp<"matmul"> {
  let summary = "batched matrix product";
  let description = [{
    `[.., M, K] x [.., K, N] -> [.., M, N]`; the axes before broadcast as in NumPy. Floats are summed in f32 at least (f64
    for f64), integers modulo their width; the result has the operands' element type, i32 for i8 operands. Those are
    signed, but for a side that is called `unsigned`. Where the product is `wide`, its sums of f16 or bf16 are the result,
    in f32, and nobody rounds them. Where it is `narrow`, those who made the graph permit to round its left side to bytes, if
    the right side turns out to be codes in blocks. A right side of f16 or bf16 is widened where the left one is f32.

    C1: ranks are at least 2, and the element types agree, or are f32 and f16 or bf16; they are i8 where a side is unsigned,
    and f16 or bf16 where the product is wide.
    C2: both K are equal.
    C3: the axes before broadcast.

    ```mlir
    %2 = llmc.matmul %0, %1 : tensor<?x?x64xf32>, tensor<64x128xf32> -> tensor<?x?x128xf32>
    %5 = llmc.matmul %3 unsigned, %4 : tensor<?x64xi8>, tensor<64x128xi8> -> tensor<?x128xi32>
    %8 = llmc.matmul %6, %7 wide : tensor<?x64xbf16>, tensor<64x128xbf16> -> tensor<?x128xf32>
    ```
  }];
  let arguments = (ins Llmc_Tensor:$lhs, Llmc_Tensor:$rhs, UnitAttr:$unsigned_lhs, UnitAttr:$unsigned_rhs,
                       UnitAttr:$wide, UnitAttr:$narrow);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = [{
    $lhs (`unsigned` $unsigned_lhs^)? `,` $rhs (`unsigned` $unsigned_rhs^)? (`wide` $wide^)? (`narrow` $narrow^)? attr-dict
    `:` type($lhs) `,` type($rhs) `->` type($result)
  }];
}

def Llmc_PackedMatmulOp : Llmc_AnchorOp<"packed_matmul"> {
  let summary = "matrix product with a right side in panels";
  let description = [{
    As `llmc.matmul`, where the right side is the result of `llmc.pack`, without batch axes, and `columns` is the number of
    columns before packing.

    C1: the right side has rank 4; its last axis is the group: 4 of i8, 2 of bf16, 1 of others, and 1 where the left side is
    f32. The left side's last axis ends in the last group of rows. A side that is unsigned is i8, and both are f16 or bf16
    where the product is wide.
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

def Llmc_CodedMatmulOp : Llmc_AnchorOp<"coded_matmul"> {
  let summary = "product of bytes and codes whose sums are scaled block by block";
  let description = [{
    `[M, K] x [K, N] -> [M, N]` in blocks along K. The left side has a block of each row behind the same block of the row before,
    `[K / block, M, block]`. It holds whole numbers of steps, from -127 to 127, one step for a block of a row, and `sums` are
    what the numbers of a block add up to, which nobody verifies. The right side is codes of `bits`, with a scale and a zero,
    which is a code, too, for a block of a column, in panels:

    result[m][n] = sum over blocks b of (sum over k of lhs[b][m][k] * codes[b][k][n] - zeros[b][n] * sums[b][m]) * (steps[b][m] * scales[b][n])

    What is in the first brackets is a whole number, exactly. It is multiplied and added to the sum of the blocks before with one
    rounding, in f32, so all machines give the same bits.

    A panel holds steps along k of one word for each of its columns: four bytes, each of which holds codes that are four rows apart.

    C1: the left side is i8 of rank 3, steps and sums are f32, with its sizes but for the last.
    C2: bits are 2, 4 or 8; a block is a multiple of 32, at most 256.
    C3: codes are i8, `[N / panel, K * bits / 32, panel, 4]`, scales floats of at most 32 bits and zeros i8 without a sign, both
    `[N / panel, K / block, panel, 1]`; the sizes of panels are constants.
    C4: `columns` lies in the last panel.

    ```mlir
    %y = llmc.coded_matmul %x steps %d sums %t, %codes scales %s zeros %z columns 20 bits 4
       : tensor<2x?x32xi8>, tensor<2x?xf32>, tensor<2x?xf32>, tensor<2x8x16x4xi8>, tensor<2x2x16x1xbf16>, tensor<2x2x16x1xi8>
       -> tensor<?x20xf32>
    ```
  }];
  let arguments = (ins Llmc_Tensor:$lhs, Llmc_FloatTensor:$steps, Llmc_FloatTensor:$sums, Llmc_Tensor:$codes,
                       Llmc_FloatTensor:$scales, Llmc_Tensor:$zeros, I64Attr:$columns, I64Attr:$bits);
  let results = (outs Llmc_FloatTensor:$result);
  let assemblyFormat = [{
    $lhs `steps` $steps `sums` $sums `,` $codes `scales` $scales `zeros` $zeros `columns` $columns `bits` $bits
    attr-dict
    `:` type($lhs) `,` type($steps) `,` type($sums) `,` type($codes) `,` type($scales) `,` type($zeros) `->` type($result)
  }];
  let extraClassDeclaration = shapeDeclaration # [{
    /// Codes in a byte.
    int64_t perByte() { return 8 / static_cast<int64_t>(getBits()); }
    /// Rows of k that are scaled together.
    int64_t block() { return ::llvm::cast<::mlir::RankedTensorType>(getLhs().getType()).getDimSize(2); }
  }];
}

def Llmc_BlockMatmulOp : Llmc_AnchorOp<"block_matmul"> {
  let summary = "matrix product with a right side of which few blocks are not zero";
  let description = [{
    As `llmc.matmul` with a right side of `depth` rows and `columns` columns, of which each panel of columns holds as many blocks of rows
    that are not all zero. `values` are these blocks, as `llmc.pack_blocks` leaves them, and `blocks` their numbers, as
    `llmc.find_blocks` does. A sum runs over them in their order. Bytes of the left side have no sign, those of the values have one.

    C1: values have rank 4; the last axis is the group: 4 of i8, 2 of bf16, 1 of others, and 1 where the left side is f32, with which
    values of f16 or bf16 are multiplied, too. Both sides are f16 or bf16 where the product is wide.
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
