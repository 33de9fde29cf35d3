// RUN: llmc-opt %s --llmc-prune-channels='rules=channels=0.5 multiple=4' --cse --canonicalize | FileCheck %s
// RUN: llmc-opt %s --llmc-prune-channels='rules=channels=0.5 multiple=4 marks' | FileCheck %s --check-prefix=MARKS

module attributes {llmc.moments = {down = @down.moments}} {
  llmc.weight @up : tensor<8x32xf32> from "w.bin" at 0
  llmc.weight @down : tensor<32x8xf32> from "w.bin" at 1024
  llmc.weight @down.moments : tensor<32x32xf32> from "calibration" at 0

  // A channel counts as much as its row gives on the data, and the rows that stay make up for the others.
  // CHECK-LABEL: @feed_forward
  // CHECK-SAME: left = 16 : i64, nodes = ["up", "down"], why = "they count most on the calibration data, and make up for the others"
  // CHECK-DAG: %[[DOWN:.*]] = llmc.get_weight @down :
  // CHECK-DAG: %[[MOMENTS:.*]] = llmc.get_weight @down.moments
  // CHECK: llmc.slice {{.*}} [0] [32] [33] : tensor<1024xf32> -> tensor<32xf32>
  // CHECK: %[[LEFT:.*]] = llmc.largest {{.*}} count 16
  // CHECK: %[[UP:.*]] = llmc.get_weight @up
  // CHECK: llmc.gather %[[UP]], %[[LEFT]] axis 1
  // CHECK: llmc.refit %[[DOWN]] moments %[[MOMENTS]] rows %[[LEFT]] : tensor<32x8xf32>, tensor<32x32xf32>, tensor<16xi64> -> tensor<16x8xf32>

  // MARKS-LABEL: @feed_forward
  // MARKS-NOT: llmc.largest
  // MARKS: llmc.matmul {{.*}} : tensor<?x8xf32>, tensor<8x32xf32>
  // MARKS: llmc.matmul {{.*}} {llmc.measured} : tensor<?x32xf32>, tensor<32x8xf32>
  func.func @feed_forward(%x: tensor<?x8xf32> {llmc.name = "x", llmc.dims = ["n", "8"]}) -> (tensor<?x8xf32> {llmc.name = "y"}) {
    %u = llmc.get_weight @up : tensor<8x32xf32>
    %d = llmc.get_weight @down : tensor<32x8xf32>
    %h = llmc.matmul %x, %u : tensor<?x8xf32>, tensor<8x32xf32> -> tensor<?x32xf32> loc("up")
    %g = llmc.map (%a = %h : tensor<?x32xf32>) -> tensor<?x32xf32> {
      %t = llmc.gelu erf %a : f32
      llmc.yield %t : f32
    }
    %y = llmc.matmul %g, %d : tensor<?x32xf32>, tensor<32x8xf32> -> tensor<?x8xf32> loc("down")
    return %y : tensor<?x8xf32>
  }
}
