// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-form-kernels{records=true}))' | FileCheck %s

// CHECK-LABEL: @outputs
// CHECK: llmc.kernel packed_matmul
// CHECK-SAME: llmc.decisions = [#llmc.decision<"result stored", "2 operations read it">]
// CHECK: llmc.kernel map
// CHECK-SAME: llmc.decisions = [#llmc.decision<"result stored", "an output">]
func.func @outputs(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}, %w: tensor<2x64x16x1xf32>) -> (tensor<?x32xf32>, tensor<?x32xf32>) {
  %m = llmc.packed_matmul %x, %w columns 32 : tensor<?x64xf32>, tensor<2x64x16x1xf32> -> tensor<?x32xf32>
  %a = llmc.map (%p = %m : tensor<?x32xf32>) -> tensor<?x32xf32> {
    %s = math.exp %p : f32
    llmc.yield %s : f32
  }
  return %m, %a : tensor<?x32xf32>, tensor<?x32xf32>
}

// CHECK-LABEL: @readers
// CHECK: llmc.kernel map
// CHECK-SAME: #llmc.decision<"result stored", "softmax reads it in several passes">
// CHECK: llmc.kernel softmax
// CHECK-SAME: #llmc.decision<"result stored", "packed_matmul has loops of its own">
// CHECK: llmc.kernel packed_matmul
// CHECK-SAME: #llmc.decision<"result stored", "an output">
// CHECK-NOT: llmc.decision
func.func @readers(%x: tensor<8x64xf32>, %w: tensor<2x64x16x1xf32>) -> tensor<8x32xf32> {
  %e = llmc.map (%p = %x : tensor<8x64xf32>) -> tensor<8x64xf32> {
    %s = math.exp %p : f32
    llmc.yield %s : f32
  }
  %s = llmc.softmax %e axis 1 : tensor<8x64xf32> -> tensor<8x64xf32>
  %m = llmc.packed_matmul %s, %w columns 32 : tensor<8x64xf32>, tensor<2x64x16x1xf32> -> tensor<8x32xf32>
  return %m : tensor<8x32xf32>
}

// Notes of earlier passes go to the kernel; regions that differ in nothing else share code.
// CHECK-LABEL: @earlier
// CHECK: llmc.kernel softmax
// CHECK-SAME: llmc.decisions = [#llmc.decision<"not attention", "its input is not made of a product">, #llmc.decision<"result stored", "an output">]} {
// CHECK-NEXT: llmc.softmax %{{[^{]*}} : tensor
func.func @earlier(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %s = llmc.softmax %x axis 1 {llmc.decisions = [#llmc.decision<"not attention", "its input is not made of a product">]} : tensor<8x64xf32> -> tensor<8x64xf32>
  return %s : tensor<8x64xf32>
}
