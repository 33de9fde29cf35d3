// RUN: llmc compile %s --pipeline='builtin.module(llmc-kernels)' --cpu x86-64-v4 --emit=asm -o - | FileCheck %s
// RUN: llmc compile %s --pipeline='builtin.module(llmc-kernels)' --cpu x86-64-v3 --emit=asm -o - | FileCheck %s --check-prefix=HALVES
// RUN: llmc compile %s --pipeline='builtin.module(llmc-kernels)' --target-triple aarch64-linux-gnu --emit=asm -o - | FileCheck %s --check-prefix=BYTES

// Levels are permuted in registers, by as many of them as a vector holds: a number that memory is asked for one by one
// would cost more than all the rest.
// CHECK-LABEL: llmc_packed_matmul_f32_0.body__x86_64_v4:
// CHECK: vperm{{ps|d}} {{.*}}%zmm
// CHECK-NEXT: vmulps {{.*}}%zmm
// CHECK-NOT: vgather
// CHECK-NOT: vpextr
// HALVES-LABEL: llmc_packed_matmul_f32_0.body__x86_64_v3:
// HALVES: vperm{{ps|d}} {{.*}}%ymm
// HALVES: vperm{{ps|d}} {{.*}}%ymm
// HALVES: vblendvps {{.*}}%ymm
// HALVES-NOT: vgather
// HALVES-NOT: vpextr
// BYTES-LABEL: llmc_packed_matmul_f32_0.body__armv8_a:
// BYTES: tbl
// BYTES: tbl
// BYTES: tbl
// BYTES: tbl
// BYTES: {{bsl|bit|bif}}
func.func @main(%x: tensor<1x64xf32> {llmc.name = "x"}, %c: tensor<6x8x16x4xi8> {llmc.name = "c"}, %s: tensor<6x1x16x1xbf16> {llmc.name = "s"})
    -> (tensor<1x96xf32> {llmc.name = "y"}) {
  %w = llmc.decode %c scales %s axis 1 size 64 bits 4 block 64 group 4 levels nf4 to f32 : tensor<6x8x16x4xi8>, tensor<6x1x16x1xbf16> -> tensor<6x64x16x1xf32>
  %y = llmc.packed_matmul %x, %w columns 96 : tensor<1x64xf32>, tensor<6x64x16x1xf32> -> tensor<1x96xf32>
  return %y : tensor<1x96xf32>
}
