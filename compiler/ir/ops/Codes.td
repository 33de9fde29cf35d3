#ifndef LLMC_IR_OPS_CODES
#define LLMC_IR_OPS_CODES
include "compiler/ir/ops/Base.td"

def Llmc_CodeLevels : I32EnumAttr<"CodeLevels", "which numbers codes stand for, before they are scaled", [
    I32EnumAttrCase<"Whole", 0, "whole">, I32EnumAttrCase<"NF4", 1, "nf4">, I32EnumAttrCase<"F8E4M3FN", 2, "f8E4M3FN">]> {
  let cppNamespace = "::llmc::ir";
}

def Llmc_DecodeOp : Llmc_MovementOp<"decode"> {
  let summary = "numbers from codes of 2, 4 or 8 bits, with a scale for a block of them";
  let description = [{
    Along `axis` a byte of `codes` holds 8 / `bits` elements of the result, the first in its low bits, and `scales` and
    `zeros` hold one element for `block` of it. `group` bytes that follow each other lie side by side along the last axis, as
    `llmc.pack` leaves them. An element is `(code - zero) * scale`, computed in f32 and rounded to
    `element`; codes have no sign. Without `zeros` each zero is 0 or, where `centered`, half of the codes' number. Weights that are
    stored narrow are read through it, right where they are multiplied.

    With `levels` a code is the number of a level, which is multiplied with the scale: one of the 16 of `nf4` (NormalFloat), which are as
    likely as each other for numbers of a normal distribution, or the bits of a float of 8, `f8E4M3FN`.

    C1: codes are i8, scales floats of at most 32 bits, zeros i8 without a sign or f32; all have one rank, and the axis lies within it.
    C2: bits are 2, 4 or 8; block and size are positive.
    C3: sizes other than along the axis are equal; along it `size` is what the codes and blocks hold, the last of which
    may not be full.
    C4: where there are groups, of 4 bytes, they are the last axis, which is not the axis and has one element otherwise.
    C5: codes of `nf4` have 4 bits and those of `f8E4M3FN` 8; they have neither zeros nor a center.
    C6: codes of `f8E4M3FN` are numbers, not NaN, and their scales are less than 2^120. What `llmc.encode` makes is so, and nobody
    checks it in a run.

    ```mlir
    %1 = llmc.decode %codes scales %0 axis 0 size 7 bits 4 block 4 centered to f32
       : tensor<4x64xi8>, tensor<2x64xf16> -> tensor<7x64xf32>
    ```
  }];
  let arguments = (ins Llmc_Tensor:$codes, Llmc_FloatTensor:$scales, Optional<Llmc_Tensor>:$zeros, I64Attr:$axis,
                       I64Attr:$size, I64Attr:$bits, I64Attr:$block, DefaultValuedAttr<I64Attr, "1">:$group,
                       UnitAttr:$centered, TypeAttr:$element,
                       DefaultValuedAttr<Llmc_CodeLevels, "::llmc::ir::CodeLevels::Whole">:$levels);
  let results = (outs Llmc_FloatTensor:$result);
  let assemblyFormat = [{
    $codes `scales` $scales (`zeros` $zeros^)? `axis` $axis `size` $size `bits` $bits `block` $block (`group` $group^)?
    (`centered` $centered^)? (`levels` $levels^)? `to` $element attr-dict
    `:` type($codes) `,` type($scales) (`,` type($zeros)^)? `->` type($result)
  }];
  let extraClassDeclaration = shapeDeclaration # [{
    /// Elements of the result in a byte.
    int64_t perByte() { return form().perByte(); }
    CodeForm form();
    /// Of all elements, where there are no zeros.
    int64_t commonZero() { return getCentered() ? int64_t(1) << (getBits() - 1) : 0; }
  }];
}

def Llmc_EncodeOp : Llmc_Op<"encode", [Pure, DeclareOpInterfaceMethods<Llmc_InferDimsInterface>]> {
  let summary = "a matrix as codes of 2, 4 or 8 bits, with a scale and a zero for a block of them";
  let description = [{
    What `llmc.decode` along axis 0 makes a matrix of that is near to this one. A column is rounded in blocks of `block` rows, whose
    codes reach from its least number, or 0, to its largest, or 0, or over 0.95, 0.9, 0.85 or 0.8 of that: of these ranges the one
    with the least sum of squares of errors counts. Scales are rounded to bf16, zeros to whole codes.

    A byte holds codes of neighbouring rows, the upper ones in its low bits, or of rows that are `apart`: runs of so many bytes
    hold 8 / `bits` times as many rows, those above in their low bits.

    Where `symmetric`, codes have signs instead of zeros, and a scale is the largest absolute number of a block divided by the
    largest code: products of bytes multiply such codes as they are. Where `centered`, each zero is half of the codes' number; the
    number that is farthest from 0 becomes the least code, by a scale with its sign, or the largest absolute number the largest code,
    whatever leaves less error. With `levels` the largest absolute number becomes the largest level, and each number the level that is
    nearest, of two the one with the even code; such zeros are 0.

    Without `moments` each number gets the code that is nearest to it. With them, the second moments `X^T X` of rows that the
    matrix is multiplied with, it is the product that stays near: squares of errors count as much as the moment of their row when
    ranges are chosen, and rows are rounded one after the other, those with large moments first, each after it has been moved by what
    makes up best for the errors of the rows before it. Numbers that are zero, as pruning leaves them, stay zero. Moments that are all zero are none. Recipes round weights by it; there is
    no code for it.

    C1: the matrix and the moments are floats of at most 32 bits, of static sizes, and not empty.
    C2: bits are 2, 4 or 8, and the block and what is between rows are positive.
    C3: the moments have a row and a column for each row of the matrix.
    C4: results are what `llmc.decode` reads: codes and zeros i8, scales bf16, with the sizes that rows, bits and block give.
    Symmetric scales are f32.
    C5: symmetric codes have 8 bits, those of `nf4` 4 and those of `f8E4M3FN` 8; only one of symmetric, centered and levels is asked for.

    ```mlir
    %codes, %scales, %zeros = llmc.encode %w moments %m bits 4 block 32
       : tensor<70x64xf32>, tensor<70x70xf32> -> tensor<35x64xi8>, tensor<3x64xbf16>, tensor<3x64xi8>
    ```
  }];
  let arguments = (ins Llmc_FloatTensor:$matrix, Optional<Llmc_FloatTensor>:$moments, I64Attr:$bits, I64Attr:$block,
                       DefaultValuedAttr<I64Attr, "1">:$apart, UnitAttr:$symmetric, UnitAttr:$centered,
                       DefaultValuedAttr<Llmc_CodeLevels, "::llmc::ir::CodeLevels::Whole">:$levels);
  let results = (outs Llmc_Tensor:$codes, Llmc_FloatTensor:$scales, Llmc_Tensor:$zeros);
  let assemblyFormat = [{
    $matrix (`moments` $moments^)? `bits` $bits `block` $block (`apart` $apart^)? (`symmetric` $symmetric^)?
    (`centered` $centered^)? (`levels` $levels^)? attr-dict
    `:` type($matrix) (`,` type($moments)^)? `->` type($codes) `,` type($scales) `,` type($zeros)
  }];
  let hasVerifier = 1;
  let skipDefaultBuilders = 1;
  let extraClassDeclaration = "CodeForm form();";
  let builders = [
    /// The types of the results follow; `moments` may be null.
    OpBuilder<(ins "::mlir::Value":$matrix, "::mlir::Value":$moments, "::llmc::ir::CodeForm":$form,
                   CArg<"int64_t", "1">:$apart)>
  ];
}

def Llmc_BalanceOp : Llmc_Op<"balance", [Pure, AllTypesMatch<["centers", "steps"]>, DeclareOpInterfaceMethods<Llmc_InferDimsInterface>]> {
  let summary = "how columns become whole numbers of steps that are multiplied with rounded matrices";
  let description = [{
    Rows X that are multiplied with the matrices are to be whole numbers from -127 to 127 of steps about centers, with a step and
    a center for each column, and the matrices, whose rows are multiplied with those steps first, bytes with one step a column of
    theirs. Centers are the middles of what `extents` say of X: a row each of the least element of its columns, the greatest, the
    number of elements, their mean, and the sum of squares of what they differ from it.

    Columns reach from their least to their greatest element, and beyond by a share of that which is 1 / sqrt(number), since few rows
    show less than there is. Steps that reach as far as each column leave least error in X, but may leave rows of very different sizes to the matrices. So
    several mixtures are tried, steps of `reach^a * largest^(a-1)` for `a` of 1, 0.9, ... 0.5, where `largest` is the largest
    absolute number of a row of the matrices, and the one counts for which rounding both sides is expected to change products
    least. Recipes quantize by it; there is no code for it.

    C1: extents are five rows of static size, matrices have a row for each of their columns; all are floats of at most 32
    bits, and there is at least one matrix.
    C2: results are vectors of f32 with as many elements.

    ```mlir
    %centers, %steps = llmc.balance %e for %q, %k : tensor<5x64xf32> for tensor<64x32xf32>, tensor<64x16xf32> -> tensor<64xf32>
    ```
  }];
  let arguments = (ins Llmc_FloatTensor:$extents, Variadic<Llmc_FloatTensor>:$matrices);
  let results = (outs Llmc_FloatTensor:$centers, Llmc_FloatTensor:$steps);
  let assemblyFormat = [{
    $extents `for` $matrices attr-dict `:` type($extents) `for` type($matrices) `->` type($centers)
  }];
  let hasVerifier = 1;
  let skipDefaultBuilders = 1;
  let builders = [OpBuilder<(ins "::mlir::Value":$extents, "::mlir::ValueRange":$matrices)>];
}

#endif
