#ifndef LLMC_PASSES_SHAPES
#define LLMC_PASSES_SHAPES
include "mlir/Pass/PassBase.td"

def ScalarizeShapes : Pass<"llmc-scalarize-shapes", "::mlir::func::FuncOp"> {
  let summary = "compute elements of small integer tensors as scalars";
  let description = [{
    Exporters compute shapes with tensor operations. Where one element of a small integer tensor is asked for, this pass
    follows it through the producers, so that only scalar arithmetic on sizes is left.

    Before:
    ```mlir
    %t = llmc.concat %a, %b axis 0 : tensor<1xi64>, tensor<1xi64> -> tensor<2xi64>
    %e = tensor.extract %t[%c1] : tensor<2xi64>
    ```
    After: `%e = tensor.extract %b[%c0] : tensor<1xi64>`.
  }];
  let options = [Option<"maxElements", "max-elements", "int64_t", "64", "leave larger tensors alone">];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
}

def ResolveSizes : Pass<"llmc-resolve-sizes", "::mlir::func::FuncOp"> {
  let summary = "replace size arithmetic by constants and formulas, and refine types";
  let description = [{
    Runs the symbolic-shape analysis. Index operands become constants or `llmc.size` formulas, tensors made of sizes become
    `llmc.shape`, and dynamic dims of types that turn out to be constant become static.

    Before:
    ```mlir
    %d = tensor.dim %x, %c1 : tensor<?x?x64xf32>
    %y = llmc.reshape %x to [%m, %n] : tensor<?x?x64xf32> -> tensor<?x?xf32>
    ```
    After:
    ```mlir
    %s = llmc.size "batch * seq"
    %y = llmc.reshape %x to [%s, 64] : tensor<?x?x64xf32> -> tensor<?x64xf32>
    ```
  }];
  let statistics = [Statistic<"numFormulas", "num-formulas", "sizes that became formulas">];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def NarrowRanges : Pass<"llmc-narrow-ranges", "::mlir::func::FuncOp"> {
  let summary = "make what a model demands of a single symbol the symbol's range";
  let description = [{
    A relation between a symbol and a constant, or between a symbol and its minimum with a constant, holds for a range of
    the symbol's values. As a range it is part of the model's interface and is checked with the inputs, and formulas
    become simpler by it: below 128, `min(128, seq)` is `seq`.

    Before: `func.func @main(...)`, in which a convolution demands that `channels` equals 3

    After: `func.func @main(...) attributes {llmc.ranges = {channels = array<i64: 3, 3>}}`
  }];
  let statistics = [Statistic<"numNarrowed", "num-narrowed", "relations that became ranges">];
}

def InsertChecks : Pass<"llmc-insert-checks", "::mlir::func::FuncOp"> {
  let summary = "make the relations between sizes that nothing proves into checks";
  let description = [{
    Each relation that the analysis could not decide, `llmc.require` among them, becomes an `llmc.check` at the head of
    the function, with a message that names the ONNX node. A size that depends on the data of a tensor is an error:
    memory is planned from sizes.

    Before: `llmc.require "broadcast" %three, %n "axis 0 can't be expanded"`

    After: `llmc.check "broadcast" "3", "n" "axis 0 can't be expanded: 3 is {0} and n is {1}"`
  }];
}
#endif
