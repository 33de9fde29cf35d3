// RUN: llmc compile %s --cpu x86-64-v4-amx --emit=asm -o - | FileCheck %s
// RUN: llmc compile %s --cpu x86-64-v4-bf16 --emit=asm -o - | FileCheck %s --check-prefix=BF16
// RUN: llmc compile %s --cpu x86-64-v4 --emit=asm -o - | FileCheck %s --check-prefix=V4
// RUN: llmc compile %s --target-triple aarch64-linux-gnu --cpu armv8-a-bf16 --emit=asm -o - | FileCheck %s --check-prefix=BFMMLA
// RUN: llmc compile %s --target-triple aarch64-linux-gnu --cpu armv8-a-bf16-emulated --emit=asm -o - | FileCheck %s --check-prefix=PLAIN
// RUN: llmc compile %s --cpu x86-64-v4-amx-emulated --emit=asm -o - | FileCheck %s --check-prefix=PLAIN

// Sums stay in tiles along k, and code that comes later finds the tiles released.
// CHECK-LABEL: llmc_packed_matmul_f32_0__x86_64_v4_amx:
// CHECK: tdpbf16ps %tmm6, %tmm4, %tmm0
// CHECK-NOT: {{tilestored|ldtilecfg|Spill|Reload}}
// CHECK: tdpbf16ps %tmm7, %tmm5, %tmm3
// CHECK-NOT: {{tilestored|ldtilecfg|Spill|Reload}}
// CHECK: j{{[a-z]+}} .LBB
// CHECK: tilerelease

// BF16-LABEL: llmc_packed_matmul_f32_0__x86_64_v4_bf16:
// BF16: vdpbf16ps {{.*}}%zmm
// BF16-NOT: {{Spill|Reload|vpslld}}
// BF16: j{{[a-z]+}} .LBB
// V4-LABEL: llmc_packed_matmul_f32_0__x86_64_v4:
// V4: vfmadd231ps {{.*}}%zmm
// V4-NOT: {{Spill|Reload}}
// V4: j{{[a-z]+}} .LBB
// BFMMLA-LABEL: llmc_packed_matmul_f32_0__armv8_a_bf16:
// BFMMLA: Inner Loop Header
// BFMMLA-COUNT-8: bfmmla v{{[0-9]+}}.4s, v{{[0-9]+}}.8h
// BFMMLA-NOT: {{Spill|Reload|bfmmla|shll}}
// BFMMLA: b.{{[a-z]+}} .LBB
// BFMMLA: Inner Loop Header
// BFMMLA-COUNT-16: bfmmla v{{[0-9]+}}.4s, v{{[0-9]+}}.8h
// BFMMLA-NOT: {{Spill|Reload|bfmmla|shll}}
// BFMMLA: b.{{[a-z]+}} .LBB
// PLAIN-NOT: {{tdpbf16ps|ldtilecfg|tilerelease|bfdot|bfmmla}}
func.func @main(%x: tensor<96x256xbf16> {llmc.name = "x"}, %w: tensor<6x128x16x2xbf16> {llmc.name = "w"})
    -> (tensor<96x96xf32> {llmc.name = "y"}) {
  %y = llmc.packed_matmul %x, %w columns 96 wide : tensor<96x256xbf16>, tensor<6x128x16x2xbf16> -> tensor<96x96xf32>
  return %y : tensor<96x96xf32>
}
