// RUN: llmc compile %s --target-triple aarch64-linux-gnu --cpu armv8-a-dotprod --emit=asm -o - | FileCheck %s

// Codes of 4 bits are below 128, so they take the instruction that bytes with signs take: nothing is turned.
// CHECK-LABEL: llmc_coded_matmul_f32_0__armv8_a_dotprod:
// CHECK-NOT: eor v
// CHECK: Inner Loop Header
// CHECK-COUNT-24: sdot v{{[0-9]+}}.4s
// CHECK-NOT: {{Spill|Reload|sdot|eor v}}
// CHECK: b.{{[a-z]+}} .LBB
func.func @main(%x: tensor<2x48x32xi8> {llmc.name = "x"}, %d: tensor<2x48xf32> {llmc.name = "d"}, %t: tensor<2x48xf32> {llmc.name = "t"},
                %c: tensor<3x8x16x4xi8> {llmc.name = "c"}, %s: tensor<3x2x16x1xf32> {llmc.name = "s"}, %z: tensor<3x2x16x1xi8> {llmc.name = "z"})
    -> (tensor<48x48xf32> {llmc.name = "y"}) {
  %y = llmc.coded_matmul %x steps %d sums %t, %c scales %s zeros %z columns 48 bits 4
     : tensor<2x48x32xi8>, tensor<2x48xf32>, tensor<2x48xf32>, tensor<3x8x16x4xi8>, tensor<3x2x16x1xf32>, tensor<3x2x16x1xi8> -> tensor<48x48xf32>
  return %y : tensor<48x48xf32>
}
