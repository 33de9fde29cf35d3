// RUN: llmc compile %s --pipeline='builtin.module(func.func(llmc-plan-arena))' --cpu x86-64-v3 --emit=llvm -o - \
// RUN:   | FileCheck %s

// The result of the product may lie over the residual, so neither of the two is promised to be apart; its factors are.
// CHECK: define void @llmc_matmul_f32_0.body(
// CHECK-SAME: ptr noalias {{[^,]*}}%2, ptr noalias {{[^,]*}}%3, ptr readonly captures(none) %4, ptr writeonly captures(none) %5
// A transposed operand may not be overwritten.
// CHECK: define void @llmc_transpose_f32_1.body(
// CHECK-SAME: ptr noalias {{[^,]*}}%2, ptr noalias {{[^,]*}}%3
func.func @residual(%x: tensor<8x64xf32>, %w: tensor<64x64xf32>, %r: tensor<8x64xf32>) -> tensor<64x8xf32> {
  %y = llmc.kernel matmul (%i = %x : tensor<8x64xf32>, %j = %w : tensor<64x64xf32>, %k = %r : tensor<8x64xf32>) -> tensor<8x64xf32> attributes {name = "matmul_0"} {
    %p = llmc.matmul %i, %j : tensor<8x64xf32>, tensor<64x64xf32> -> tensor<8x64xf32>
    %q = llmc.map (%s = %p : tensor<8x64xf32>, %t = %k : tensor<8x64xf32>) -> tensor<8x64xf32> {
      %u = arith.addf %s, %t : f32
      llmc.yield %u : f32
    }
    llmc.yield %q : tensor<8x64xf32>
  }
  %z = llmc.kernel transpose (%i = %y : tensor<8x64xf32>) -> tensor<64x8xf32> attributes {name = "transpose_1"} {
    %t = llmc.transpose %i perm [1, 0] : tensor<8x64xf32> -> tensor<64x8xf32>
    llmc.yield %t : tensor<64x8xf32>
  }
  return %z : tensor<64x8xf32>
}
