// RUN: llmc compile %s --pipeline='builtin.module(llmc-kernels)' --cpu x86-64-v4 --emit=asm -o - | FileCheck %s

// Codes of eight rows come in one load for each vector of columns, and stay in registers: a shift, a mask, a conversion,
// the zero and the scale, and the product. Many rows find floats in the memory of the thread, in a loop as that of floats.
// CHECK-LABEL: llmc_packed_matmul_f32_0__x86_64_v4:
// CHECK: vcvtdq2ps {{.*}}%zmm
// CHECK: vfm{{(add|sub)[0-9]+}}ps {{.*}}%zmm
// CHECK-NOT: call
// CHECK: vpsrld $28, {{.*}}%zmm
// CHECK-NOT: call
// CHECK: .size llmc_packed_matmul_f32_0__x86_64_v4
func.func @main(%x: tensor<?x64xf32> {llmc.name = "x", llmc.dims = ["n", "64"]},
                %c: tensor<3x8x16x4xi8> {llmc.name = "c"}, %s: tensor<3x2x16x1xbf16> {llmc.name = "s"},
                %z: tensor<3x2x16x1xi8> {llmc.name = "z"}) -> (tensor<?x48xf32> {llmc.name = "y"}) {
  %w = llmc.decode %c scales %s zeros %z axis 1 size 64 bits 4 block 32 group 4 to f32
     : tensor<3x8x16x4xi8>, tensor<3x2x16x1xbf16>, tensor<3x2x16x1xi8> -> tensor<3x64x16x1xf32>
  %y = llmc.packed_matmul %x, %w columns 48 : tensor<?x64xf32>, tensor<3x64x16x1xf32> -> tensor<?x48xf32>
  return %y : tensor<?x48xf32>
}
