// The plugin's own dialect, with one operation.
include "compiler/ir/ops/Base.td"

def Rope_Dialect : Dialect {
  let name = "rope";
  let cppNamespace = "::rope";
  let summary = "rotary position embeddings";
  let dependentDialects = ["::llmc::ir::LlmcDialect", "::mlir::arith::ArithDialect"];
}

def Rope_RotateOp : Llmc_ShapedOpOf<Rope_Dialect, "rotate",
    [SameOperandsAndResultElementType, DeclareOpInterfaceMethods<Llmc_EvaluateInterface>]> {
  let summary = "turns pairs of elements by angles that depend on the position";
  let description = [{
    Element `i` of the first half of the last axis and element `i` of the second half are the coordinates of a point,
    which is turned by the angle whose cosine and sine are given: `[x1 * c - x2 * s, x2 * c + x1 * s]`. With `inverse` it is
    turned back, by the negative angle.

    C1: the last size of the input is known and even.
    C2: cosines and sines have the last two sizes of the input, the last one halved.

    ```mlir
    %1 = rope.rotate %0, %cos, %sin : tensor<?x4x?x16xf32>, tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x4x?x16xf32>
    ```
  }];
  let arguments = (ins Llmc_FloatTensor:$input, Llmc_FloatTensor:$cosines, Llmc_FloatTensor:$sines, UnitAttr:$inverse);
  let results = (outs Llmc_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $cosines `,` $sines (`inverse` $inverse^)? attr-dict
    `:` type($input) `,` type($cosines) `,` type($sines) `->` type($result)
  }];
}
