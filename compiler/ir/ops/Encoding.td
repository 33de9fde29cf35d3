#ifndef LLMC_IR_OPS_ENCODING
#define LLMC_IR_OPS_ENCODING
include "compiler/ir/ops/Base.td"

def Llmc_EncodeOp : Llmc_Op<"encode", [Pure, DeclareOpInterfaceMethods<Llmc_InferDimsInterface>]> {
  let summary = "a matrix as codes of 2, 4 or 8 bits, with a scale and a zero for a block of them";
  let description = [{
    What `llmc.decode` along axis 0 makes a matrix of that is near to this one. A column is rounded in blocks of `block` rows, whose
    codes reach from its least number, or 0, to its largest, or 0, or over 0.95, 0.9, 0.85 or 0.8 of that: of these ranges the one
    with the least sum of squares of errors counts. Scales are rounded to bf16, zeros to whole codes.

    Without `moments` each number gets the code that is nearest to it. With them, the second moments `X^T X` of rows that the
    matrix is multiplied with, it is the product that stays near: squares of errors count as much as the moment of their row when
    ranges are chosen, and rows are rounded one after the other, those with large moments first, each after it has been moved by what
    makes up best for the errors of the rows before it. Moments that are all zero are none. Recipes round weights by it; there is
    no code for it.

    C1: the matrix and the moments are floats of at most 32 bits, of static sizes, and not empty.
    C2: bits are 2, 4 or 8, and the block is positive.
    C3: the moments have a row and a column for each row of the matrix.
    C4: results are what `llmc.decode` reads: codes and zeros i8, scales bf16, with the sizes that rows, bits and block give.

    ```mlir
    %codes, %scales, %zeros = llmc.encode %w moments %m bits 4 block 32
       : tensor<70x64xf32>, tensor<70x70xf32> -> tensor<35x64xi8>, tensor<3x64xbf16>, tensor<3x64xi8>
    ```
  }];
  let arguments = (ins Llmc_FloatTensor:$matrix, Optional<Llmc_FloatTensor>:$moments, I64Attr:$bits, I64Attr:$block);
  let results = (outs Llmc_Tensor:$codes, Llmc_FloatTensor:$scales, Llmc_Tensor:$zeros);
  let assemblyFormat = [{
    $matrix (`moments` $moments^)? `bits` $bits `block` $block attr-dict
    `:` type($matrix) (`,` type($moments)^)? `->` type($codes) `,` type($scales) `,` type($zeros)
  }];
  let hasVerifier = 1;
  let skipDefaultBuilders = 1;
  let builders = [
    /// The types of the results follow; `moments` may be null.
    OpBuilder<(ins "::mlir::Value":$matrix, "::mlir::Value":$moments, "int64_t":$bits, "int64_t":$block)>
  ];
}

#endif
