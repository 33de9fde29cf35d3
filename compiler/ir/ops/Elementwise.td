#ifndef LLMC_IR_OPS_ELEMENTWISE
#define LLMC_IR_OPS_ELEMENTWISE
include "compiler/ir/ops/Base.td"

def Llmc_YieldOp : Llmc_Op<"yield", [Pure, Terminator, ReturnLike]> {
  let summary = "ends the region of a map, a reduce, a kernel or a recipe";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}

def Llmc_MapOp : Llmc_ShapedOp<"map", [IsolatedFromAbove, SingleBlock]> {
  let summary = "pointwise maths on broadcast tensors";
  let description = [{
    Applies the region, `arith` and `math` operations on scalars, to each element. Operands broadcast as in NumPy:
    aligned at the last axis, sizes equal or 1. A size that nothing proves equal is checked at run time.

    C1: the region has one argument an operand, of the operand's element type.
    C2: the region holds only operations of arith and math, and `llmc.gelu`, and yields one scalar.
    C3: operand sizes broadcast.

    ```mlir
    %2 = llmc.map (%x = %0 : tensor<?x64xf32>, %y = %1 : tensor<64xf32>) -> tensor<?x64xf32> {
      %s = arith.addf %x, %y : f32
      llmc.yield %s : f32
    }
    ```
  }];
  let arguments = (ins Variadic<Llmc_Tensor>:$inputs);
  let results = (outs Llmc_Tensor:$result);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = shapeDeclaration # [{
    ::mlir::Value getYielded() { return getBody().front().getTerminator()->getOperand(0); }
  }];
  let skipDefaultBuilders = 1;
  let builders = [
    /// Builds the region by calling `body` with the scalars; the result type is inferred.
    OpBuilder<(ins "::mlir::ValueRange":$inputs,
      "::llvm::function_ref<::mlir::Value(::mlir::OpBuilder &, ::mlir::Location, ::mlir::ValueRange)>":$body)>
  ];
}

def Llmc_GeluKind : I32EnumAttr<"GeluKind", "which function of the normal distribution", [
    I32EnumAttrCase<"Erf", 0, "erf">, I32EnumAttrCase<"Tanh", 1, "tanh">]> {
  let cppNamespace = "::llmc::ir";
}

def Llmc_GeluOp : Llmc_Op<"gelu", [Pure, SameOperandsAndResultType]> {
  let summary = "the Gaussian error linear unit of a scalar, inside the region of a map";
  let description = [{
    `erf` gives `x/2 * (1 + erf(x / sqrt(2)))`, `tanh` its approximation `x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x^3)))`.
    Exporters spell both out in many ways; as one scalar operation it fuses like any other and is written once a backend.
    Kernels apply it to vectors.

    ```mlir
    %y = llmc.gelu erf %x : f32
    ```
  }];
  let arguments = (ins Llmc_GeluKind:$kind, FloatLike:$x);
  let results = (outs FloatLike:$result);
  let assemblyFormat = "$kind $x attr-dict `:` type($x)";
}

#endif
