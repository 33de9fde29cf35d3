// bf16 tensors are moved as they are at every level: no conversion to f32 and back, which no artefact could link.
// RUN: llmc compare %s --random --dim n=37 --cpu x86-64-v3 | FileCheck %s
// RUN: llmc compile %s --emit=asm --cpu x86-64-v4 | FileCheck %s --check-prefix=ASM
// CHECK: y bf16[8, 37] 0.00e+00 {{.*}} yes
// ASM-NOT: truncsfbf2
func.func @main(%x: tensor<?x8xbf16> {llmc.dims = ["n", "8"], llmc.name = "x"}) -> (tensor<8x?xbf16> {llmc.name = "y"}) {
  %0 = llmc.transpose %x perm [1, 0] : tensor<?x8xbf16> -> tensor<8x?xbf16>
  return %0 : tensor<8x?xbf16>
}
