#ifndef LLMC_IR_OPS_REDUCTION
#define LLMC_IR_OPS_REDUCTION
include "compiler/ir/ops/Base.td"

def Llmc_ReduceOp : Llmc_AnchorOp<"reduce", [IsolatedFromAbove, SingleBlock]> {
  let summary = "combines the elements along axes";
  let description = [{
    Folds all elements along `axes` into one, beginning with `init`: the region takes the value so far, of the type of
    `init`, and an element, and yields the next value. The order is fixed but unspecified, so the region must be
    associative and commutative up to rounding. Reduced axes stay with size 1.

    C1: axes are distinct, ascending, and within the rank.
    C2: the region's arguments are the type of `init` and the element type; it yields the type of `init`.
    C3: the region holds only operations of arith and math, and `llmc.gelu`.

    ```mlir
    %1 = llmc.reduce %0 axes [2] init 0.0 : f32 : tensor<?x4x64xf32> -> tensor<?x4x1xf32> {
    ^bb0(%sum: f32, %x: f32):
      %s = arith.addf %sum, %x : f32
      llmc.yield %s : f32
    }
    ```
  }];
  let arguments = (ins Llmc_Tensor:$input, DenseI64ArrayAttr:$axes, TypedAttrInterface:$init);
  let results = (outs Llmc_Tensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$input `axes` $axes `init` $init attr-dict `:` type($input) `->` type($result) $body";
  let hasVerifier = 1;
  let skipDefaultBuilders = 1;
  let builders = [
    /// Builds the region by calling `body` with the value so far and the element; the result type is inferred.
    OpBuilder<(ins "::mlir::Value":$input, "::llvm::ArrayRef<int64_t>":$axes, "::mlir::TypedAttr":$init,
      "::llvm::function_ref<::mlir::Value(::mlir::OpBuilder &, ::mlir::Location, ::mlir::ValueRange)>":$body)>
  ];
}

def Llmc_ArgReduceOp : Llmc_AnchorOp<"arg_reduce"> {
  let summary = "index of the largest or smallest element along an axis";
  let description = [{
    The reduced axis stays with size 1. Of equal elements the first wins, or the last when `last` is set. NaN is larger
    than anything for the largest, smaller for the smallest.

    C1: axis within the rank.
    C2: the axis is not empty, unless the result is.
  }];
  let arguments = (ins Llmc_Tensor:$input, I64Attr:$axis, UnitAttr:$smallest, UnitAttr:$last);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = "$input `axis` $axis (`smallest` $smallest^)? (`last` $last^)? attr-dict `:` type($input) `->` type($result)";
}

def Llmc_LargestOp : Llmc_ShapedOp<"largest"> {
  let summary = "where the largest elements of a vector are";
  let description = [{
    The indices of `count` elements that are the largest, in ascending order. Of equal elements the first are taken; NaN is
    larger than anything. Recipes choose by it what is left of a weight; there is no code for it.

    C1: the input has one axis.
    C2: `count` is not negative, and not more than the elements.

    ```mlir
    %1 = llmc.largest %0 count 1536 : tensor<3072xf64> -> tensor<1536xi64>
    ```
  }];
  let arguments = (ins Llmc_FloatTensor:$input, I64Attr:$count);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = "$input `count` $count attr-dict `:` type($input) `->` type($result)";
}

def Llmc_RefitOp : Llmc_ShapedOp<"refit"> {
  let summary = "some rows of a matrix, changed to make up for the others";
  let description = [{
    For a matrix W, second moments `X^T X` of what it is multiplied with, and indices of rows: the matrix V for which the product of
    these columns of X with V is as near to `X W` as can be, by least squares. A hundredth of the mean moment counts for V being
    near to the rows of W themselves, since data show only so much of a model. Recipes let what pruning leaves of a weight make
    up for what goes; there is no code for it.

    C1: the matrix and the moments are floats of at most 32 bits, of static sizes, and have two axes.
    C2: the moments have a row and a column for each row of the matrix.
    C3: the rows are a vector of i64 of static size.

    ```mlir
    %v = llmc.refit %w moments %m rows %k : tensor<3072x768xf32>, tensor<3072x3072xf32>, tensor<1536xi64> -> tensor<1536x768xf32>
    ```
  }];
  let arguments = (ins Llmc_FloatTensor:$matrix, Llmc_FloatTensor:$moments, Llmc_Tensor:$rows);
  let results = (outs Llmc_FloatTensor:$result);
  let assemblyFormat = [{
    $matrix `moments` $moments `rows` $rows attr-dict `:` type($matrix) `,` type($moments) `,` type($rows) `->` type($result)
  }];
}

def Llmc_RunningSumOp : Llmc_AnchorOp<"running_sum"> {
  let summary = "sums of all elements up to each one along an axis";
  let description = [{
    Element i is the sum of the elements 0..i along `axis`: without element i itself when `exclusive` is set, and of the
    elements from the end of the axis down to i when `reverse` is. Elements are added one after the other in that order,
    floats in f32 at least (f64 for f64), integers modulo their width; each sum is rounded when it is stored only.

    C1: axis within the rank.
    C2: elements are numbers.

    ```mlir
    %1 = llmc.running_sum %0 axis 1 exclusive : tensor<?x?xi64> -> tensor<?x?xi64>
    ```
  }];
  let arguments = (ins Llmc_Tensor:$input, I64Attr:$axis, UnitAttr:$exclusive, UnitAttr:$reverse);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = [{
    $input `axis` $axis (`exclusive` $exclusive^)? (`reverse` $reverse^)? attr-dict `:` type($input) `->` type($result)
  }];
}

#endif
