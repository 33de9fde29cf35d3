// RUN: llmc-opt %s --llmc-add-probes='rules=int4' --canonicalize --cse --split-input-file | FileCheck %s

llmc.weight @w : tensor<16x8xf32> from "w.bin" at 0

// Keys that attention leaves out are padding: rows of such positions don't count, wherever left sides have a row for each of them.
// CHECK-LABEL: func.func @padding(
// CHECK: %[[ONES:.*]] = llmc.map (%[[M:.*]] = %{{.*}} : tensor<?x1x1x?xi64>) -> tensor<?x1x1x?xf32> {
// CHECK: %[[NONE:.*]] = arith.constant -5.000000e+03 : f32
// CHECK: arith.cmpf olt, %[[NONE]], %{{.*}} : f32
// CHECK: %[[COLUMN:.*]] = llmc.reshape %[[ONES]] {{.*}} -> tensor<?x1xf32>
// CHECK: %[[ALL:.*]] = llmc.reduce %[[COLUMN]] axes [0]
// CHECK: %[[COUNTED:.*]] = llmc.map ({{.*}} = %[[COLUMN]] : {{.*}}, {{.*}} = %[[ALL]] :
// CHECK: llmc.map ({{.*}} : tensor<?x16xf32>, {{.*}} = %[[COUNTED]] : tensor<?x1xf32>) -> tensor<?x16xf32>
// CHECK: %[[ABOUT:.*]] = llmc.map ({{.*}} = %[[COUNTED]] : tensor<?x1xf32>{{.*}} -> tensor<?x16xf32>
// CHECK: arith.select
// CHECK: llmc.matmul {{.*}} -> tensor<16x16xf32>
func.func @padding(%x: tensor<?x?x16xf32> {llmc.dims = ["b", "s", "16"]}, %mask: tensor<?x?xi64> {llmc.dims = ["b", "s"]}) -> tensor<?x?x8xf32> {
  %b = llmc.size "b"
  %s = llmc.size "s"
  %m = llmc.reshape %mask to [%b, 1, 1, %s] : tensor<?x?xi64> -> tensor<?x1x1x?xi64>
  %q = llmc.reshape %x to [%b, %s, 2, 8] : tensor<?x?x16xf32> -> tensor<?x?x2x8xf32>
  %h = llmc.transpose %q perm [0, 2, 1, 3] : tensor<?x?x2x8xf32> -> tensor<?x2x?x8xf32>
  %o = llmc.attention %h, %h, %h score %score (%a = %m : tensor<?x1x1x?xi64>) : tensor<?x2x?x8xf32>, tensor<?x2x?x8xf32>, tensor<?x2x?x8xf32> -> tensor<?x2x?x8xf32> {
    %one = arith.constant 1.0 : f32
    %least = arith.constant -10000.0 : f32
    %f = arith.sitofp %a : i64 to f32
    %i = arith.subf %one, %f : f32
    %p = arith.mulf %i, %least : f32
    %t = arith.addf %score, %p : f32
    llmc.yield %t : f32
  }
  %t = llmc.transpose %o perm [0, 2, 1, 3] : tensor<?x2x?x8xf32> -> tensor<?x?x2x8xf32>
  %r = llmc.reshape %t to [%b, %s, 16] : tensor<?x?x2x8xf32> -> tensor<?x?x16xf32>
  %w = llmc.get_weight @w : tensor<16x8xf32>
  %y = llmc.matmul %r, %w : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

llmc.weight @w : tensor<8x8xf32> from "w.bin" at 0

// A mask that tells queries apart, too, says nothing of a position.
// CHECK-LABEL: func.func @causal(
// CHECK-NOT: -5.000000e+03
func.func @causal(%x: tensor<?x?x8xf32> {llmc.dims = ["b", "s", "8"]}, %mask: tensor<?x?x?xf32> {llmc.dims = ["b", "s", "s"]}) -> tensor<?x?x8xf32> {
  %o = llmc.attention %x, %x, %x score %score (%a = %mask : tensor<?x?x?xf32>) : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
    %t = arith.addf %score, %a : f32
    llmc.yield %t : f32
  }
  %w = llmc.get_weight @w : tensor<8x8xf32>
  %y = llmc.matmul %o, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

llmc.weight @w : tensor<8x8xf32> from "w.bin" at 0

// What one attention leaves out another may read; other sizes are none of theirs.
// CHECK-LABEL: func.func @two_masks(
// CHECK-NOT: -5.000000e+03
func.func @two_masks(%x: tensor<?x?x8xf32> {llmc.dims = ["b", "s", "8"]}, %one: tensor<?x1x?xf32> {llmc.dims = ["b", "1", "s"]}, %other: tensor<?x1x?xf32> {llmc.dims = ["b", "1", "s"]},
                     %z: tensor<?x?x8xf32> {llmc.dims = ["b", "n", "8"]}) -> (tensor<?x?x8xf32>, tensor<?x?x8xf32>) {
  %o = llmc.attention %x, %x, %x score %score (%a = %one : tensor<?x1x?xf32>) : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
    %t = arith.addf %score, %a : f32
    llmc.yield %t : f32
  }
  %p = llmc.attention %o, %o, %o score %score (%a = %other : tensor<?x1x?xf32>) : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32> -> tensor<?x?x8xf32> {
    %t = arith.addf %score, %a : f32
    llmc.yield %t : f32
  }
  %w = llmc.get_weight @w : tensor<8x8xf32>
  %y = llmc.matmul %p, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32>
  %v = llmc.matmul %z, %w : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32>
  return %y, %v : tensor<?x?x8xf32>, tensor<?x?x8xf32>
}
