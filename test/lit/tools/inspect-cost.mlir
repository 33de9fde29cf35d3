// The rules of counting that compiler/ir/Cost.h states, on one operation each.
// RUN: llmc inspect %s | FileCheck %s

// CHECK: 6 kernels:
func.func @main(%x: tensor<?x8xf32> {llmc.dims = ["n", "8"]}, %b: tensor<8xf32>, %k: tensor<8x4xf32>)
    -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x1xf32>, tensor<8x?xf32>, tensor<?x4xf32>, tensor<?x8xf32>) {
  // 6 an element for layer, one each for scale and bias.
  // CHECK: norm norm 64 * n layer
  %0 = llmc.norm layer %x scale %b bias %b axis 1 epsilon 1.0e-5
      : tensor<?x8xf32> scale tensor<8xf32> bias tensor<8xf32> -> tensor<?x8xf32> loc("layer")
  // CHECK: norm norm 32 * n rms
  %1 = llmc.norm rms %x axis 1 epsilon 1.0e-5 : tensor<?x8xf32> -> tensor<?x8xf32> loc("rms")
  // CHECK: reduce reduce 8 * n sum
  %2 = llmc.reduce %x axes [1] init 0.0 : f32 : tensor<?x8xf32> -> tensor<?x1xf32> {
  ^bb0(%s: f32, %e: f32):
    %a = arith.addf %s, %e : f32
    llmc.yield %a : f32
  } loc("sum")
  // CHECK: transpose 0 moved
  %3 = llmc.transpose %x perm [1, 0] : tensor<?x8xf32> -> tensor<8x?xf32> loc("moved")
  // CHECK: matmul matmul 64 * n product
  %4 = llmc.matmul %x, %k : tensor<?x8xf32>, tensor<8x4xf32> -> tensor<?x4xf32> loc("product")
  // CHECK: running_sum running_sum 8 * n running
  %5 = llmc.running_sum %x axis 0 : tensor<?x8xf32> -> tensor<?x8xf32> loc("running")
  return %0, %1, %2, %3, %4, %5 : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x1xf32>, tensor<8x?xf32>, tensor<?x4xf32>, tensor<?x8xf32>
}
