// RUN: llmc compile %s --cpu x86-64-v4-vnni --emit=asm -o - | FileCheck %s
// RUN: llmc compile %s --cpu x86-64-v4 --emit=asm -o - | FileCheck %s --check-prefix=V4
// RUN: llmc compile %s --cpu x86-64-v3 --emit=asm -o - | FileCheck %s --check-prefix=V3
// RUN: llmc compile %s --cpu x86-64-v3-vnni --emit=asm -o - | FileCheck %s --check-prefix=V3VNNI
// RUN: llmc compile %s --target-triple aarch64-linux-gnu --cpu armv8-a-dotprod --emit=asm -o - | FileCheck %s --check-prefix=SDOT
// RUN: llmc compile %s --target-triple aarch64-linux-gnu --cpu armv8-a-bf16 --emit=asm -o - | FileCheck %s --check-prefix=USMMLA
// RUN: llmc compile %s --target-triple aarch64-linux-gnu --cpu armv8-a-dotprod-emulated --emit=asm -o - | FileCheck %s --check-prefix=PLAIN
// RUN: llmc compile %s --cpu x86-64-v4-vnni-emulated --emit=asm -o - | FileCheck %s --check-prefix=PLAIN

// The loop along k has nothing but loads and dots of the target's width, and all sums in registers.
// CHECK-LABEL: llmc_packed_matmul_i32_0__x86_64_v4_vnni:
// CHECK: vpbroadcastd
// CHECK-NEXT: vpdpbusd {{.*}}%zmm
// CHECK-NOT: {{Spill|Reload}}
// CHECK: j{{[a-z]+}} .LBB

// V4-LABEL: llmc_packed_matmul_i32_0__x86_64_v4:
// V4: vpmaddwd {{.*}}%zmm
// V4-NOT: {{Spill|Reload}}
// V4: j{{[a-z]+}} .LBB
// V3-LABEL: llmc_packed_matmul_i32_0__x86_64_v3:
// V3: vpmaddwd {{.*}}%ymm
// V3-NOT: {{Spill|Reload}}
// V3: j{{[a-z]+}} .LBB
// V3VNNI-LABEL: llmc_packed_matmul_i32_0__x86_64_v3_vnni:
// V3VNNI: {vex} vpdpbusd {{.*}}%ymm
// V3VNNI-NOT: {{Spill|Reload}}
// V3VNNI: j{{[a-z]+}} .LBB
// Where signs have to be alike the right side is turned, once for all rows.
// SDOT-LABEL: llmc_packed_matmul_i32_0__armv8_a_dotprod:
// SDOT: Inner Loop Header
// SDOT: eor v{{.*}}.16b
// SDOT-COUNT-12: udot v{{[0-9]+}}.4s, v{{[0-9]+}}.16b
// SDOT-NOT: {{Spill|Reload|udot}}
// SDOT: b.{{[a-z]+}} .LBB
// SDOT-COUNT-2: Inner Loop Header
// SDOT-COUNT-24: udot v{{[0-9]+}}.4s, v{{[0-9]+}}.16b
// SDOT-NOT: {{Spill|Reload|udot}}
// SDOT: b.{{[a-z]+}} .LBB
// Rows are multiplied in pairs, by columns in pairs.
// USMMLA-LABEL: llmc_packed_matmul_i32_0__armv8_a_bf16:
// USMMLA-NOT: eor v
// USMMLA: Inner Loop Header
// USMMLA-COUNT-8: usmmla v{{[0-9]+}}.4s, v{{[0-9]+}}.16b
// USMMLA-NOT: {{Spill|Reload|usmmla}}
// USMMLA: b.{{[a-z]+}} .LBB
// USMMLA: Inner Loop Header
// USMMLA-COUNT-16: usmmla v{{[0-9]+}}.4s, v{{[0-9]+}}.16b
// USMMLA-NOT: {{Spill|Reload|usmmla}}
// USMMLA: b.{{[a-z]+}} .LBB
// PLAIN-NOT: {{vpdpbusd|udot|sdot|mmla}}
func.func @main(%x: tensor<48x64xi8> {llmc.name = "x"}, %w: tensor<3x16x16x4xi8> {llmc.name = "w"})
    -> (tensor<48x48xi32> {llmc.name = "y"}) {
  %y = llmc.packed_matmul %x unsigned, %w columns 48 : tensor<48x64xi8>, tensor<3x16x16x4xi8> -> tensor<48x48xi32>
  return %y : tensor<48x48xi32>
}
