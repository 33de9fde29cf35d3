// RUN: llmc compile %s --pipeline='builtin.module(func.func(llmc-plan-arena))' --cpu x86-64-v3 --emit=llvm -o - \
// RUN:   | FileCheck %s

// Softmax keeps the exponentials of a row in the memory of its thread, %3, and reads them there when it stores the result.
// CHECK-LABEL: define internal void @llmc_softmax_f32_0__x86_64_v3(
// CHECK-SAME: ptr captures(none) %3)
// CHECK: %[[HERE:[0-9]+]] = getelementptr float, ptr %3, i64
// CHECK: store <8 x float> %{{[0-9]+}}, ptr %[[HERE]],
// CHECK: load <8 x float>, ptr %3,

// Two anchors in one kernel lie there one after the other, and a row of exponentials: 2 * 8 * 96 * 4 + 96 * 4 bytes.
// CHECK-LABEL: define internal void @llmc_matmul_f32_1__x86_64_v3(
// CHECK-LABEL: define {{.*}} @llmc_model_bind__x86_64_v3(
// CHECK: store i64 6528, ptr
func.func @scratch(%x: tensor<8x96xf32>, %w: tensor<96x96xf32>) -> (tensor<8x96xf32>, tensor<8x96xf32>) {
  %p = llmc.kernel softmax (%i = %x : tensor<8x96xf32>) -> tensor<8x96xf32> {
    %s = llmc.softmax %i axis 1 : tensor<8x96xf32> -> tensor<8x96xf32>
    llmc.yield %s : tensor<8x96xf32>
  }
  %q = llmc.kernel matmul (%i = %x : tensor<8x96xf32>, %j = %w : tensor<96x96xf32>) -> tensor<8x96xf32> {
    %m = llmc.matmul %i, %j : tensor<8x96xf32>, tensor<96x96xf32> -> tensor<8x96xf32>
    %s = llmc.softmax %m axis 1 : tensor<8x96xf32> -> tensor<8x96xf32>
    llmc.yield %s : tensor<8x96xf32>
  }
  return %p, %q : tensor<8x96xf32>, tensor<8x96xf32>
}
