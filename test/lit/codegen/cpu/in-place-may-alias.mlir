// RUN: llmc compile %s --pipeline='builtin.module(func.func(llmc-plan-arena))' --cpu x86-64-v3 --emit=llvm -o - \
// RUN:   | FileCheck %s

// Buffers that are promised to be apart have a scope each. The result of the product may lie over the residual, so these
// two have none; its factors do.
// CHECK: define internal void @llmc_matmul_f32_0__x86_64_v3(
// CHECK-COUNT-2: noalias.scope.decl
// CHECK-NOT: noalias.scope.decl
// A transposed operand may not be overwritten.
// CHECK: define internal void @llmc_transpose_f32_1__x86_64_v3(
// CHECK-COUNT-2: noalias.scope.decl
func.func @residual(%x: tensor<8x64xf32>, %w: tensor<64x64xf32>, %r: tensor<8x64xf32>) -> tensor<64x8xf32> {
  %y = llmc.kernel matmul (%i = %x : tensor<8x64xf32>, %j = %w : tensor<64x64xf32>, %k = %r : tensor<8x64xf32>) -> tensor<8x64xf32> {
    %p = llmc.matmul %i, %j : tensor<8x64xf32>, tensor<64x64xf32> -> tensor<8x64xf32>
    %q = llmc.map (%s = %p : tensor<8x64xf32>, %t = %k : tensor<8x64xf32>) -> tensor<8x64xf32> {
      %u = arith.addf %s, %t : f32
      llmc.yield %u : f32
    }
    llmc.yield %q : tensor<8x64xf32>
  }
  %z = llmc.kernel transpose (%i = %y : tensor<8x64xf32>) -> tensor<64x8xf32> {
    %t = llmc.transpose %i perm [1, 0] : tensor<8x64xf32> -> tensor<64x8xf32>
    llmc.yield %t : tensor<64x8xf32>
  }
  return %z : tensor<64x8xf32>
}
