// RUN: llmc compile %s --pipeline='builtin.module(llmc-kernels)' --cpu x86-64-v4 --emit=asm -o - | FileCheck %s

// Every sixteenth step along k fetches some of the weights that come next; the steps between have nothing but loads and
// multiply-adds, and all sums are in registers.
// CHECK-LABEL: llmc_packed_matmul_f32_0__x86_64_v4:
// CHECK: prefetcht0 {{.*[[:space:]]+}}prefetcht0 {{.*[[:space:]]+}}prefetcht0
// CHECK-NOT: prefetch
// CHECK: vbroadcastss
// CHECK-NEXT: vfmadd231ps {{.*}}%zmm
// CHECK-NOT: {{Spill|Reload|prefetch}}
// CHECK: j{{[a-z]+}} .LBB
func.func @main(%x: tensor<64x64xf32> {llmc.name = "x"}, %w: tensor<6x64x16x1xf32> {llmc.name = "w"})
    -> (tensor<64x96xf32> {llmc.name = "y"}) {
  %y = llmc.packed_matmul %x, %w columns 96 : tensor<64x64xf32>, tensor<6x64x16x1xf32> -> tensor<64x96xf32>
  return %y : tensor<64x96xf32>
}
