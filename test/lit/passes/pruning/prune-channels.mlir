// RUN: llmc-opt %s --split-input-file --llmc-prune-channels='rules=channels=0.5 multiple=4' --cse --canonicalize | FileCheck %s

llmc.weight @up : tensor<8x32xf32> from "w.bin" at 0
llmc.weight @down : tensor<32x8xf32> from "w.bin" at 1024

// Columns, biases and rows go together; the row that is summed decides with the column and its bias.
// CHECK-LABEL: @feed_forward
// CHECK-SAME: llmc.pruning = [{all = 8 : i64, kind = "channels", left = 8 : i64, nodes = ["up"], why = "an input of the model has them"}, {all = 32 : i64, kind = "channels", left = 16 : i64, nodes = ["up", "down"], why = "they count most by their weights"}]
// CHECK-DAG: %[[UP:.*]] = llmc.get_weight @up
// CHECK-DAG: %[[DOWN:.*]] = llmc.get_weight @down
// CHECK-DAG: %[[BIAS:.*]] = llmc.constant {{.*}} : tensor<32xf32>
// CHECK: llmc.map ({{.*}} : tensor<32xf64>, {{.*}} : tensor<32xf64>, {{.*}} : tensor<32xf64>) -> tensor<32xf64>
// CHECK: %[[LEFT:.*]] = llmc.largest {{.*}} count 16
// CHECK: %[[U:.*]] = llmc.gather %[[UP]], %[[LEFT]] axis 1 : tensor<8x32xf32>, tensor<16xi64> -> tensor<8x16xf32>
// CHECK: %[[H:.*]] = llmc.matmul %arg0, %[[U]] : tensor<?x8xf32>, tensor<8x16xf32> -> tensor<?x16xf32>
// CHECK: %[[B:.*]] = llmc.gather %[[BIAS]], %[[LEFT]] axis 0 : tensor<32xf32>, tensor<16xi64> -> tensor<16xf32>
// CHECK: %[[G:.*]] = llmc.map ({{.*}} = %[[H]] : tensor<?x16xf32>, {{.*}} = %[[B]] : tensor<16xf32>) -> tensor<?x16xf32>
// CHECK: %[[D:.*]] = llmc.gather %[[DOWN]], %[[LEFT]] axis 0 : tensor<32x8xf32>, tensor<16xi64> -> tensor<16x8xf32>
// CHECK: llmc.matmul %[[G]], %[[D]] : tensor<?x16xf32>, tensor<16x8xf32> -> tensor<?x8xf32>
func.func @feed_forward(%x: tensor<?x8xf32> {llmc.name = "x", llmc.dims = ["n", "8"]}) -> (tensor<?x8xf32> {llmc.name = "y"}) {
  %u = llmc.get_weight @up : tensor<8x32xf32>
  %d = llmc.get_weight @down : tensor<32x8xf32>
  %b = llmc.constant dense<0.5> : tensor<32xf32>
  %h = llmc.matmul %x, %u : tensor<?x8xf32>, tensor<8x32xf32> -> tensor<?x32xf32> loc("up")
  %g = llmc.map (%a = %h : tensor<?x32xf32>, %c = %b : tensor<32xf32>) -> tensor<?x32xf32> {
    %s = arith.addf %a, %c : f32
    %t = llmc.gelu erf %s : f32
    llmc.yield %t : f32
  }
  %y = llmc.matmul %g, %d : tensor<?x32xf32>, tensor<32x8xf32> -> tensor<?x8xf32> loc("down")
  return %y : tensor<?x8xf32>
}

// -----

llmc.weight @gate_up : tensor<8x64xf32> from "w.bin" at 0
llmc.weight @down : tensor<32x8xf32> from "w.bin" at 2048

// Both halves of one weight lose the same channels, and are factors of what counts.
// CHECK-LABEL: @gate_in_one_weight
// CHECK: %[[SPLIT:.*]] = llmc.reshape {{.*}} to [8, 2, 32, 1]
// CHECK: llmc.slice %[[SPLIT]] [0, 0, 0, 0] [8, 1, 32, 1] [1, 1, 1, 1]
// CHECK: llmc.slice %[[SPLIT]] [0, 1, 0, 0] [8, 1, 32, 1] [1, 1, 1, 1]
// CHECK: llmc.map ({{.*}} : tensor<32xf64>, {{.*}} : tensor<32xf64>, {{.*}} : tensor<32xf64>) -> tensor<32xf64>
// CHECK: %[[LEFT:.*]] = llmc.largest
// CHECK: %[[SOME:.*]] = llmc.gather %[[SPLIT]], %[[LEFT]] axis 2 : tensor<8x2x32x1xf32>, tensor<16xi64> -> tensor<8x2x16x1xf32>
// CHECK: %[[W:.*]] = llmc.reshape %[[SOME]] to [8, 32]
// CHECK: %[[H:.*]] = llmc.matmul %{{.*}}, %[[W]] {{.*}} -> tensor<?x?x32xf32>
// CHECK: %[[FLAT:.*]] = llmc.reshape %[[H]] to [%{{.*}}, 32]
// CHECK: llmc.slice %[[FLAT]] [0, 0] [%{{.*}}, 16] [1, 1]
// CHECK: llmc.slice %[[FLAT]] [0, 16] [%{{.*}}, 16] [1, 1]
// CHECK: llmc.matmul {{.*}} : tensor<?x16xf32>, tensor<16x8xf32> -> tensor<?x8xf32>
func.func @gate_in_one_weight(%x: tensor<?x?x8xf32> {llmc.name = "x", llmc.dims = ["b", "n", "8"]}) -> (tensor<?x8xf32> {llmc.name = "y"}) {
  %w = llmc.get_weight @gate_up : tensor<8x64xf32>
  %d = llmc.get_weight @down : tensor<32x8xf32>
  %rows = llmc.size "b * n"
  %h = llmc.matmul %x, %w : tensor<?x?x8xf32>, tensor<8x64xf32> -> tensor<?x?x64xf32>
  %f = llmc.reshape %h to [%rows, 64] : tensor<?x?x64xf32> -> tensor<?x64xf32>
  %g = llmc.slice %f [0, 0] [%rows, 32] [1, 1] : tensor<?x64xf32> -> tensor<?x32xf32>
  %u = llmc.slice %f [0, 32] [%rows, 32] [1, 1] : tensor<?x64xf32> -> tensor<?x32xf32>
  %p = llmc.map (%a = %g : tensor<?x32xf32>, %c = %u : tensor<?x32xf32>) -> tensor<?x32xf32> {
    %s = math.tanh %a : f32
    %t = arith.mulf %s, %c : f32
    llmc.yield %t : f32
  }
  %y = llmc.matmul %p, %d : tensor<?x32xf32>, tensor<32x8xf32> -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

llmc.weight @up : tensor<8x32xf32> from "w.bin" at 0
llmc.weight @down : tensor<32x8xf32> from "w.bin" at 1024

// Those that stay have their reasons.
// CHECK-LABEL: @stay
// CHECK-SAME: llmc.pruning = [
// CHECK-SAME: {all = 8 : i64, kind = "channels", left = 8 : i64, nodes = ["first"], why = "an input of the model has them"}
// CHECK-SAME: {all = 32 : i64, kind = "channels", left = 32 : i64, nodes = ["output"], why = "an output of the model has them"}
// CHECK-SAME: {all = 32 : i64, kind = "channels", left = 32 : i64, nodes = ["norm"], why = "llmc.norm of \22norm\22 sums over them"}
// CHECK-SAME: {all = 32 : i64, kind = "channels", left = 32 : i64, nodes = ["softmax"], why = "llmc.softmax of \22softmax\22 mixes them"}
// CHECK-SAME: {all = 32 : i64, kind = "channels", left = 32 : i64, nodes = ["apart"], why = "llmc.reshape of \22apart\22 takes them apart"}
// CHECK-SAME: {all = 32 : i64, kind = "channels", left = 16 : i64, nodes = ["last"], why = "they count most by their weights"}
func.func @stay(%x: tensor<?x8xf32> {llmc.name = "x", llmc.dims = ["n", "8"]})
    -> (tensor<?x8xf32> {llmc.name = "y"}, tensor<?x32xf32> {llmc.name = "z"}, tensor<?x8xf32> {llmc.name = "r"}, tensor<?x8xf32> {llmc.name = "s"},
        tensor<?x8xf32> {llmc.name = "t"}, tensor<?x8xf32> {llmc.name = "u"}) {
  %u = llmc.get_weight @up : tensor<8x32xf32>
  %d = llmc.get_weight @down : tensor<32x8xf32>
  %n = llmc.size "n"
  %n4 = llmc.size "n * 4"
  %h = llmc.matmul %x, %u : tensor<?x8xf32>, tensor<8x32xf32> -> tensor<?x32xf32> loc("first")
  %y = llmc.matmul %h, %d : tensor<?x32xf32>, tensor<32x8xf32> -> tensor<?x8xf32> loc("output")
  %g = llmc.matmul %x, %u : tensor<?x8xf32>, tensor<8x32xf32> -> tensor<?x32xf32>
  %m = llmc.norm layer %g axis 1 epsilon 1.0e-5 : tensor<?x32xf32> -> tensor<?x32xf32> loc("norm")
  %r = llmc.matmul %m, %d : tensor<?x32xf32>, tensor<32x8xf32> -> tensor<?x8xf32> loc("norm")
  %k = llmc.matmul %x, %u : tensor<?x8xf32>, tensor<8x32xf32> -> tensor<?x32xf32>
  %p = llmc.softmax %k axis 1 : tensor<?x32xf32> -> tensor<?x32xf32> loc("softmax")
  %s = llmc.matmul %p, %d : tensor<?x32xf32>, tensor<32x8xf32> -> tensor<?x8xf32> loc("softmax")
  %q = llmc.matmul %x, %u : tensor<?x8xf32>, tensor<8x32xf32> -> tensor<?x32xf32>
  %v = llmc.reshape %q to [%n4, 8] : tensor<?x32xf32> -> tensor<?x8xf32> loc("apart")
  %w = llmc.reshape %v to [%n, 32] : tensor<?x8xf32> -> tensor<?x32xf32> loc("apart")
  %t = llmc.matmul %w, %d : tensor<?x32xf32>, tensor<32x8xf32> -> tensor<?x8xf32> loc("apart")
  %last = llmc.matmul %x, %u : tensor<?x8xf32>, tensor<8x32xf32> -> tensor<?x32xf32> loc("last")
  %end = llmc.matmul %last, %d : tensor<?x32xf32>, tensor<32x8xf32> -> tensor<?x8xf32> loc("last")
  return %y, %h, %r, %s, %t, %end : tensor<?x8xf32>, tensor<?x32xf32>, tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>
}
