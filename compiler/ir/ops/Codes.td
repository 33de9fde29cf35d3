#ifndef LLMC_IR_OPS_CODES
#define LLMC_IR_OPS_CODES
include "compiler/ir/ops/Base.td"

def Llmc_DecodeOp : Llmc_MovementOp<"decode"> {
  let summary = "numbers from codes of 2, 4 or 8 bits, with a scale for a block of them";
  let description = [{
    Along `axis` a byte of `codes` holds 8 / `bits` elements of the result, the first in its low bits, and `scales` and
    `zeros` hold one element for `block` of it. `group` bytes that follow each other lie side by side along the last axis, as
    `llmc.pack` leaves them. An element is `(code - zero) * scale`, computed in f32 and rounded to
    `element`; codes have no sign. Without `zeros` each zero is 0 or, where `centered`, half of the codes' number. Weights that are
    stored narrow are read through it, right where they are multiplied.

    C1: codes are i8, scales floats of at most 32 bits, zeros i8 without a sign or f32; all have one rank, and the axis lies within it.
    C2: bits are 2, 4 or 8; block and size are positive.
    C3: sizes other than along the axis are equal; along it `size` is what the codes and blocks hold, the last of which
    may not be full.
    C4: where there are groups, of 4 bytes, they are the last axis, which is not the axis and has one element otherwise.

    ```mlir
    %1 = llmc.decode %codes scales %0 axis 0 size 7 bits 4 block 4 centered to f32
       : tensor<4x64xi8>, tensor<2x64xf16> -> tensor<7x64xf32>
    ```
  }];
  let arguments = (ins Llmc_Tensor:$codes, Llmc_FloatTensor:$scales, Optional<Llmc_Tensor>:$zeros, I64Attr:$axis,
                       I64Attr:$size, I64Attr:$bits, I64Attr:$block, DefaultValuedAttr<I64Attr, "1">:$group,
                       UnitAttr:$centered, TypeAttr:$element);
  let results = (outs Llmc_FloatTensor:$result);
  let assemblyFormat = [{
    $codes `scales` $scales (`zeros` $zeros^)? `axis` $axis `size` $size `bits` $bits `block` $block (`group` $group^)?
    (`centered` $centered^)? `to` $element attr-dict
    `:` type($codes) `,` type($scales) (`,` type($zeros)^)? `->` type($result)
  }];
  let extraClassDeclaration = shapeDeclaration # [{
    /// Elements of the result in a byte.
    int64_t perByte() { return 8 / static_cast<int64_t>(getBits()); }
    /// Of all elements, where there are no zeros.
    int64_t commonZero() { return getCentered() ? int64_t(1) << (getBits() - 1) : 0; }
  }];
}

#endif
