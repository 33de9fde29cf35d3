// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-form-kernels,llmc-plan-arena))' | FileCheck %s

// Four steps in a row: the third result takes the place of the first, the last goes to the caller's buffer.
// CHECK-LABEL: @reuses_places
// CHECK-SAME: llmc.slots = [
// CHECK-SAME: {below = array<i64>, bytes = "256 * n", live = array<i64: 0, 1>}
// CHECK-SAME: {below = array<i64: 0, 2>, bytes = "256 * n", live = array<i64: 1, 2>}
// CHECK-SAME: {below = array<i64>, bytes = "256 * n", live = array<i64: 2, 3>}
func.func @reuses_places(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}, %w: tensor<64x64xf32>) -> tensor<?x64xf32> {
  // CHECK: llmc.kernel
  // CHECK-SAME: #llmc.place<arena 0>
  // CHECK: llmc.kernel
  // CHECK-SAME: #llmc.place<arena 1>
  // CHECK: llmc.kernel
  // CHECK-SAME: #llmc.place<arena 2>
  // CHECK: llmc.kernel
  // CHECK-SAME: #llmc.place<output 0>
  %a = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x64xf32>
  %b = llmc.matmul %a, %w : tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x64xf32>
  %c = llmc.matmul %b, %w : tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x64xf32>
  %d = llmc.matmul %c, %w : tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x64xf32>
  return %d : tensor<?x64xf32>
}
