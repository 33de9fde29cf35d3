#ifndef LLMC_IR_OPS_CONSTANT
#define LLMC_IR_OPS_CONSTANT
include "compiler/ir/ops/Base.td"

def Llmc_ConstantOp : Llmc_Op<"constant", [ConstantLike, Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "a small tensor known at compile time";
  let description = [{
    Shapes, scalars and other small values. Trained weights are `llmc.weight` instead: they never become attributes.

    ```mlir
    %0 = llmc.constant dense<[0, -1]> : tensor<2xi64>
    ```
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
}

def Llmc_WeightOp : Llmc_Op<"weight", [Symbol, IsolatedFromAbove, SingleBlock, NoTerminator,
                                      DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a weight: bytes of a file, or a recipe over other weights";
  let description = [{
    Declares a tensor whose data are never part of the IR. Either they lie in a file, row-major and little-endian, from
    `offset` on; the file is mapped when someone asks for the data. Or a recipe, a region of `llmc` operations on other
    weights, says how they are made; the weight stage runs it at the end of compilation, straight into the output file.

    C1: exactly one of file and recipe is there.
    C2: the type has static sizes.
    C3: the recipe ends in `llmc.yield` of one value of the declared type.
    C4: a recipe does not depend on its own weight, not even through other recipes.

    ```mlir
    llmc.weight @w : tensor<768x768xf32> from "model.onnx" at 4096
    llmc.weight @w_transposed : tensor<768x768xf32> {
      %0 = llmc.get_weight @w : tensor<768x768xf32>
      %1 = llmc.transpose %0 perm [1, 0] : tensor<768x768xf32> -> tensor<768x768xf32>
      llmc.yield %1 : tensor<768x768xf32>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<Llmc_Tensor>:$type, OptionalAttr<StrAttr>:$file,
                       OptionalAttr<I64Attr>:$offset);
  let regions = (region AnyRegion:$recipe);
  let assemblyFormat = [{
    $sym_name `:` $type (`from` $file^ `at` $offset)? custom<OptionalRecipe>($recipe) attr-dict
  }];
  let extraClassDeclaration = [{
    ::mlir::RankedTensorType getTensorType() { return ::llvm::cast<::mlir::RankedTensorType>(getType()); }
    bool hasRecipe() { return !getRecipe().empty(); }
  }];
  let hasVerifier = 1;
}

def Llmc_GetWeightOp : Llmc_Op<"get_weight", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the tensor of a weight";
  let description = [{
    C1: the symbol names an `llmc.weight` of the same type.
  }];
  let arguments = (ins FlatSymbolRefAttr:$weight);
  let results = (outs Llmc_Tensor:$result);
  let assemblyFormat = "$weight attr-dict `:` type($result)";
}

#endif
