// RUN: sed s/FUNCTION/math.exp/ %s > %t.exp.mlir
// RUN: llmc compile %t.exp.mlir --cpu x86-64-v4 --emit=asm -o - | FileCheck %s --check-prefix=EXP
// RUN: sed s/16x/8x/g %t.exp.mlir > %t.exp.v3.mlir
// RUN: llmc compile %t.exp.v3.mlir --cpu x86-64-v3 --emit=asm -o - | FileCheck %s --check-prefix=EXP
// RUN: sed s/FUNCTION/math.erf/ %s > %t.erf.mlir
// RUN: llmc compile %t.erf.mlir --cpu x86-64-v4 --emit=asm -o - | FileCheck %s --check-prefix=ERF
// RUN: sed s/16x/8x/g %t.erf.mlir > %t.erf.v3.mlir
// RUN: llmc compile %t.erf.v3.mlir --cpu x86-64-v3 --emit=asm -o - | FileCheck %s --check-prefix=ERF
// RUN: sed 's/FUNCTION/llmc.gelu tanh/' %s > %t.gelu.mlir
// RUN: llmc compile %t.gelu.mlir --cpu x86-64-v4 --emit=asm -o - | FileCheck %s --check-prefix=GELU

// An exponential reduces its operand in three multiply-adds, and is a polynomial of degree 6. Nothing is chosen but the least and the
// largest operand, which takes no comparison.
// EXP-LABEL: llmc_map_f32_0__x86_64_v{{[34]}}:
// EXP-NOT: {{vcmp|vblend|vandps|call}}
// EXP: vmaxps
// EXP: vminps
// EXP-COUNT-9: vf{{n?}}m{{add|sub}}
// EXP-NOT: {{vcmp|vblend|vandps|call|vfm|vfnm}}
// EXP: vmovups %{{[yz]}}mm

// The error function is one polynomial.
// ERF-LABEL: llmc_map_f32_0__x86_64_v{{[34]}}:
// ERF-NOT: {{vcmp|vblend|vdiv|call}}
// ERF-COUNT-18: vf{{n?}}m{{add|sub}}
// ERF-NOT: {{vcmp|vblend|vdiv|call|vfm|vfnm}}
// ERF: vmovups %{{[yz]}}mm

// GELU by tanh is a quotient with an exponential.
// GELU-LABEL: llmc_map_f32_0__x86_64_v4:
// GELU-NOT: {{vcmp|vblend|call|vdiv}}
// GELU-COUNT-10: vf{{n?}}m{{add|sub}}
// GELU-NOT: {{vcmp|vblend|call|vfm|vfnm}}
// GELU: vdivps
// GELU-NOT: {{vcmp|vblend|call|vfm|vfnm|vdiv}}
// GELU: vmovups %zmm
func.func @main(%x: tensor<16xf32> {llmc.name = "x"}) -> (tensor<16xf32> {llmc.name = "y"}) {
  %y = llmc.map (%a = %x : tensor<16xf32>) -> tensor<16xf32> {
    %e = FUNCTION %a : f32
    llmc.yield %e : f32
  }
  return %y : tensor<16xf32>
}
