// RUN: split-file %s %t
// RUN: llmc compile %t/floats.mlir --cpu x86-64-v4 --emit=asm -o - | FileCheck %s
// RUN: llmc compile %t/floats.mlir --cpu x86-64-v3 --emit=asm -o - | FileCheck %s --check-prefix=V3
// RUN: llmc compile %t/bytes.mlir --target-triple aarch64-linux-gnu --cpu armv8-a-dotprod --emit=asm -o - | FileCheck %s --check-prefix=UDOT
// RUN: llmc compile %t/bytes.mlir --cpu x86-64-v4-vnni --emit=asm -o - | FileCheck %s --check-prefix=VNNI

// 16 rows: each step of the loop fetches what comes, and has a multiply-add for each row, which reads the left side in the line
// that the block's number says. All sums are in registers.
// CHECK-LABEL: llmc_block_matmul_f32_0__x86_64_v4:
// CHECK: prefetcht0
// CHECK: vfmadd231ps {{[0-9]*}}({{.*}}){1to16}, %zmm{{.*}}
// CHECK-COUNT-15: vfmadd231ps {{.*}}{1to16}, %zmm
// CHECK-NOT: {{Spill|Reload}}
// CHECK: j{{[a-z]+}} .LBB

// V3-LABEL: llmc_block_matmul_f32_0__x86_64_v3:
// V3: vbroadcastss
// V3-NEXT: vfmadd231ps {{.*}}%ymm
// V3-NOT: {{Spill|Reload}}
// V3: j{{[a-z]+}} .LBB

// VNNI-LABEL: llmc_block_matmul_i32_0__x86_64_v4_vnni:
// VNNI-COUNT-8: vpdpbusd {{.*}}%zmm
// VNNI-NOT: {{Spill|Reload}}
// VNNI: j{{[a-z]+}} .LBB

// Where signs have to be alike the sums of the left side come first, in a loop of one instruction for each row.
// UDOT-LABEL: llmc_block_matmul_i32_0__armv8_a_dotprod:
// UDOT-COUNT-15: udot v{{[0-9]+}}.4s
// UDOT: Inner Loop Header
// UDOT-COUNT-6: udot v{{[0-9]+}}.4s
// UDOT-NOT: {{Spill|Reload|udot}}
// UDOT: b.{{[a-z]+}} .LBB
// UDOT: Inner Loop Header
// UDOT-COUNT-24: udot v{{[0-9]+}}.4s
// UDOT-NOT: {{Spill|Reload|udot}}
// UDOT: b.{{[a-z]+}} .LBB

//--- floats.mlir
func.func @main(%x: tensor<96x512xf32> {llmc.name = "x"}, %v: tensor<6x64x16x1xf32> {llmc.name = "v"}, %b: tensor<6x64xi32> {llmc.name = "b"})
    -> (tensor<96x96xf32> {llmc.name = "y"}) {
  %y = llmc.block_matmul %x, %v at %b columns 96 depth 512 : tensor<96x512xf32>, tensor<6x64x16x1xf32>, tensor<6x64xi32> -> tensor<96x96xf32>
  return %y : tensor<96x96xf32>
}

//--- bytes.mlir
func.func @main(%x: tensor<96x512xi8> {llmc.name = "x"}, %v: tensor<6x16x16x4xi8> {llmc.name = "v"}, %b: tensor<6x16xi32> {llmc.name = "b"})
    -> (tensor<96x96xi32> {llmc.name = "y"}) {
  %y = llmc.block_matmul %x, %v at %b columns 96 depth 512 : tensor<96x512xi8>, tensor<6x16x16x4xi8>, tensor<6x16xi32> -> tensor<96x96xi32>
  return %y : tensor<96x96xi32>
}
