// RUN: llmc compile %s --pipeline='builtin.module(llmc-kernels)' --cpu x86-64-v4 --emit=asm -o - | FileCheck %s
// RUN: llmc compile %s --pipeline='builtin.module(llmc-kernels)' --cpu x86-64-v3 --emit=asm -o - \
// RUN:   | FileCheck %s --check-prefix=V3

// The loop along k has nothing but loads and multiply-adds of the target's width, and all sums in registers.
// CHECK-LABEL: llmc_matmul_f32_0__x86_64_v4:
// CHECK: vbroadcastss
// CHECK-NEXT: vfmadd231ps {{.*}}%zmm
// CHECK-NOT: {{Spill|Reload}}
// CHECK: j{{[a-z]+}} .LBB
// V3-LABEL: llmc_matmul_f32_0__x86_64_v3:
// V3: vfmadd231ps {{.*}}%ymm
func.func @main(%x: tensor<48x64xf32> {llmc.name = "x"}, %w: tensor<64x48xf32> {llmc.name = "w"})
    -> (tensor<48x48xf32> {llmc.name = "y"}) {
  %y = llmc.matmul %x, %w : tensor<48x64xf32>, tensor<64x48xf32> -> tensor<48x48xf32>
  return %y : tensor<48x48xf32>
}
