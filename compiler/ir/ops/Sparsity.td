#ifndef LLMC_IR_OPS_SPARSITY
#define LLMC_IR_OPS_SPARSITY
include "compiler/ir/ops/Base.td"

def Llmc_SparsifyOp : Llmc_ShapedOp<"sparsify"> {
  let summary = "a matrix with zeros where its numbers count least";
  let description = [{
    The matrix is cut into blocks of `rows` x `columns`; those at its ends may be smaller. Of each `span` blocks that stand below
    each other, `kept` stay, or all where there are not as many left at the lower end; the others become zeros. Those stay whose
    numbers have the largest sum of squares; of equal ones the first, and NaN is larger than anything.

    With `moments`, the second moments `X^T X` of rows that the matrix is multiplied with, it is the product that stays near:
    those stay without which it would change most, and their numbers are changed to make up for the others, by least squares.
    Blocks of one number go in rounds, each chosen by what the one before left, and are fitted by as many steps as pay.
    Blocks that are zero count for nothing and go first. Moments that are all zero are none. Recipes prune weights by it; there is
    no code for it.

    C1: the matrix and the moments are floats of at most 32 bits, of static sizes and two axes.
    C2: rows, columns and kept are positive, and kept is not more than the span.
    C3: the moments have a row and a column for each row of the matrix.

    ```mlir
    %s = llmc.sparsify %w moments %m rows 1 columns 16 keep 192 of 768
       : tensor<768x3072xf32>, tensor<768x768xf32> -> tensor<768x3072xf32>
    ```
  }];
  let arguments = (ins Llmc_FloatTensor:$matrix, Optional<Llmc_FloatTensor>:$moments, I64Attr:$rows, I64Attr:$columns,
                       I64Attr:$kept, I64Attr:$span);
  let results = (outs Llmc_FloatTensor:$result);
  let assemblyFormat = [{
    $matrix (`moments` $moments^)? `rows` $rows `columns` $columns `keep` $kept `of` $span attr-dict
    `:` type($matrix) (`,` type($moments)^)? `->` type($result)
  }];
}

def Llmc_FindBlocksOp : Llmc_ShapedOp<"find_blocks"> {
  let summary = "which blocks of a matrix are not zero";
  let description = [{
    For each panel of `panel` columns, the numbers of `count` blocks of `group` rows, in ascending order: all that hold anything but
    zeros, and the first of the others where these are fewer. It is an error where they are more. Recipes find by it what is
    left of a weight; there is no code for it.

    C1: the matrix has static sizes and two axes; panel and group are positive.
    C2: `count` is positive, and not more than the blocks of a panel.

    ```mlir
    %b = llmc.find_blocks %w panel 16 group 1 count 192 : tensor<768x3072xf32> -> tensor<192x192xi32>
    ```
  }];
  let arguments = (ins Llmc_Tensor:$matrix, I64Attr:$panel, I64Attr:$group, I64Attr:$count);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = "$matrix `panel` $panel `group` $group `count` $count attr-dict `:` type($matrix) `->` type($result)";
}

def Llmc_PackBlocksOp : Llmc_ShapedOp<"pack_blocks"> {
  let summary = "some blocks of a matrix in panels of columns";
  let description = [{
    `[ceil(N / panel), count, panel, group]`: as `llmc.pack` leaves a matrix, but of each panel only the groups of rows with these
    numbers. Missing columns and rows are zero. Recipes pack weights by it; there is no code for it.

    C1: the matrix has static sizes and two axes; panel and group are positive.
    C2: the blocks are a matrix of i32 with a row for each panel.

    ```mlir
    %v = llmc.pack_blocks %w at %b panel 16 group 1 : tensor<768x3072xf32>, tensor<192x192xi32> -> tensor<192x192x16x1xf32>
    ```
  }];
  let arguments = (ins Llmc_Tensor:$matrix, Llmc_Tensor:$blocks, I64Attr:$panel, I64Attr:$group);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = [{
    $matrix `at` $blocks `panel` $panel `group` $group attr-dict `:` type($matrix) `,` type($blocks) `->` type($result)
  }];
}

#endif
