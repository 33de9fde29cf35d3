#ifndef LLMC_IR_OPS_SHAPE
#define LLMC_IR_OPS_SHAPE
include "compiler/ir/ops/Base.td"

def Llmc_SizeOp : Llmc_Op<"size", [Pure]> {
  let summary = "a formula over the dim symbols of the model";
  let description = [{
    The value of a formula such as `past + seq` at run time. Symbols are those of the enclosing function. Shape
    arithmetic of the model folds into these.

    C1: the text is a formula.

    ```mlir
    %0 = llmc.size "batch * seq"
    ```
  }];
  let arguments = (ins StrAttr:$formula);
  let results = (outs Index:$result);
  let assemblyFormat = "$formula attr-dict";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def Llmc_ShapeOp : Llmc_Op<"shape", [Pure]> {
  let summary = "formulas over the dim symbols as a tensor";
  let description = [{
    What `llmc.size` is to an index, this is to a tensor of i64: a scalar, or a vector of one element a formula.

    C1: each text is a formula; a scalar has one.

    ```mlir
    %0 = llmc.shape ["batch", "past + seq"] : tensor<2xi64>
    ```
  }];
  let arguments = (ins StrArrayAttr:$formulas);
  let results = (outs StaticShapeTensorOf<[I64]>:$result);
  let assemblyFormat = "$formulas attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Llmc_CheckOp : Llmc_Op<"check", []> {
  let summary = "a condition on sizes that each run checks once";
  let description = [{
    `equal` demands that both formulas have the same value; `repeat` that they do, or that the first is 1; `broadcast`
    that they do, or that one of them is 1; `least` that the first is at least the second. The run fails with the message
    otherwise, where `{0}` and `{1}` stand for the two values.

    C1: the kind is `equal`, `repeat`, `broadcast` or `least`.

    ```mlir
    llmc.check "equal" "past + seq", "total" "attention_mask: dim 1 is {1} but past + seq is {0}"
    ```
  }];
  let arguments = (ins StrAttr:$kind, StrAttr:$left, StrAttr:$right, StrAttr:$message);
  let assemblyFormat = "$kind $left `,` $right $message attr-dict";
  let hasVerifier = 1;
}

def Llmc_RequireOp : Llmc_Op<"require", []> {
  let summary = "a relation between two sizes that the model takes for granted";
  let description = [{
    Some operators demand more of sizes than the operations say that they become: ONNX's Expand of 3 elements to `n` gives
    3 elements, but only where `n` is 1 or 3. Importers write down the rest here, with the kinds of `llmc.check`. What
    nothing proves becomes a check (`llmc-insert-checks`), what can't hold is an error.

    C1: the kind is `equal`, `repeat`, `broadcast` or `least`.

    ```mlir
    llmc.require "broadcast" %size, %wanted "axis 1 can't be expanded"
    ```
  }];
  let arguments = (ins StrAttr:$kind, Index:$left, Index:$right, StrAttr:$what);
  let assemblyFormat = "$kind $left `,` $right $what attr-dict";
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

#endif
