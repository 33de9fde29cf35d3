// RUN: llmc-opt %s --split-input-file --llmc-prune-heads=rules=heads=0.5 --cse --canonicalize | FileCheck %s

llmc.weight @qkv : tensor<8x24xf32> from "w.bin" at 0
llmc.weight @out : tensor<8x8xf32> from "w.bin" at 768

// Four heads of two numbers, all projections in one weight: two are left in each tensor.
// CHECK-LABEL: @one_weight
// CHECK-SAME: llmc.pruning = [{all = 4 : i64, kind = "heads", left = 2 : i64,
// Values count, and the rows behind them.
// CHECK: %[[SPLIT:.*]] = llmc.reshape {{.*}} to [8, 3, 4, 2]
// CHECK: llmc.slice %[[SPLIT]] [0, 2, 0, 0] [8, 1, 4, 2] [1, 1, 1, 1]
// CHECK: %[[LEFT:.*]] = llmc.largest {{.*}} count 2
// CHECK: llmc.gather %[[SPLIT]], %[[LEFT]] axis 2 : tensor<8x3x4x2xf32>, tensor<2xi64> -> tensor<8x3x2x2xf32>
// CHECK: llmc.matmul {{.*}} -> tensor<?x?x12xf32>
// CHECK: llmc.slice {{.*}} [0, 0, 0] [%{{.*}}, %{{.*}}, 4] [1, 1, 1]
// CHECK: llmc.slice {{.*}} [0, 0, 4] [%{{.*}}, %{{.*}}, 4] [1, 1, 1]
// CHECK: llmc.slice {{.*}} [0, 0, 8] [%{{.*}}, %{{.*}}, 4] [1, 1, 1]
// CHECK: llmc.attention {{.*}} -> tensor<?x2x?x2xf32>
// CHECK: llmc.reshape {{.*}} to [%{{.*}}, %{{.*}}, 4]
// CHECK: llmc.matmul {{.*}} : tensor<?x?x4xf32>, tensor<4x8xf32> -> tensor<?x?x8xf32>
func.func @one_weight(%x: tensor<?x?x8xf32> {llmc.name = "x", llmc.dims = ["b", "n", "8"]}) -> (tensor<?x?x8xf32> {llmc.name = "y"}) {
  %w = llmc.get_weight @qkv : tensor<8x24xf32>
  %o = llmc.get_weight @out : tensor<8x8xf32>
  %b = llmc.size "b"
  %n = llmc.size "n"
  %p = llmc.matmul %x, %w : tensor<?x?x8xf32>, tensor<8x24xf32> -> tensor<?x?x24xf32>
  %q0 = llmc.slice %p [0, 0, 0] [%b, %n, 8] [1, 1, 1] : tensor<?x?x24xf32> -> tensor<?x?x8xf32>
  %k0 = llmc.slice %p [0, 0, 8] [%b, %n, 8] [1, 1, 1] : tensor<?x?x24xf32> -> tensor<?x?x8xf32>
  %v0 = llmc.slice %p [0, 0, 16] [%b, %n, 8] [1, 1, 1] : tensor<?x?x24xf32> -> tensor<?x?x8xf32>
  %q1 = llmc.reshape %q0 to [%b, %n, 4, 2] : tensor<?x?x8xf32> -> tensor<?x?x4x2xf32>
  %k1 = llmc.reshape %k0 to [%b, %n, 4, 2] : tensor<?x?x8xf32> -> tensor<?x?x4x2xf32>
  %v1 = llmc.reshape %v0 to [%b, %n, 4, 2] : tensor<?x?x8xf32> -> tensor<?x?x4x2xf32>
  %q = llmc.transpose %q1 perm [0, 2, 1, 3] : tensor<?x?x4x2xf32> -> tensor<?x4x?x2xf32>
  %k = llmc.transpose %k1 perm [0, 2, 1, 3] : tensor<?x?x4x2xf32> -> tensor<?x4x?x2xf32>
  %v = llmc.transpose %v1 perm [0, 2, 1, 3] : tensor<?x?x4x2xf32> -> tensor<?x4x?x2xf32>
  %a = llmc.attention %q, %k, %v score %s () : tensor<?x4x?x2xf32>, tensor<?x4x?x2xf32>, tensor<?x4x?x2xf32> -> tensor<?x4x?x2xf32> {
    llmc.yield %s : f32
  }
  %t = llmc.transpose %a perm [0, 2, 1, 3] : tensor<?x4x?x2xf32> -> tensor<?x?x4x2xf32>
  %f = llmc.reshape %t to [%b, %n, 8] : tensor<?x?x4x2xf32> -> tensor<?x?x8xf32>
  %y = llmc.matmul %f, %o : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

llmc.weight @q : tensor<8x16xf32> from "w.bin" at 0
llmc.weight @k : tensor<8x8xf32> from "w.bin" at 512
llmc.weight @v : tensor<8x8xf32> from "w.bin" at 768
llmc.weight @o : tensor<16x8xf32> from "w.bin" at 1024

// Two query heads share keys and values, which are repeated: four groups are two.
// CHECK-LABEL: @repeated
// CHECK-SAME: {all = 4 : i64, kind = "heads", left = 2 : i64,
// CHECK: llmc.attention {{.*}} -> tensor<?x4x?x2xf32>
// CHECK: llmc.matmul {{.*}} : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32>
func.func @repeated(%x: tensor<?x?x8xf32> {llmc.name = "x", llmc.dims = ["b", "n", "8"]}) -> (tensor<?x?x8xf32> {llmc.name = "y"}) {
  %wq = llmc.get_weight @q : tensor<8x16xf32>
  %wk = llmc.get_weight @k : tensor<8x8xf32>
  %wv = llmc.get_weight @v : tensor<8x8xf32>
  %o = llmc.get_weight @o : tensor<16x8xf32>
  %b = llmc.size "b"
  %n = llmc.size "n"
  %q0 = llmc.matmul %x, %wq : tensor<?x?x8xf32>, tensor<8x16xf32> -> tensor<?x?x16xf32>
  %k0 = llmc.matmul %x, %wk : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32>
  %v0 = llmc.matmul %x, %wv : tensor<?x?x8xf32>, tensor<8x8xf32> -> tensor<?x?x8xf32>
  %q1 = llmc.reshape %q0 to [%b, %n, 8, 2] : tensor<?x?x16xf32> -> tensor<?x?x8x2xf32>
  %k1 = llmc.reshape %k0 to [%b, %n, 4, 2] : tensor<?x?x8xf32> -> tensor<?x?x4x2xf32>
  %v1 = llmc.reshape %v0 to [%b, %n, 4, 2] : tensor<?x?x8xf32> -> tensor<?x?x4x2xf32>
  %q = llmc.transpose %q1 perm [0, 2, 1, 3] : tensor<?x?x8x2xf32> -> tensor<?x8x?x2xf32>
  %k2 = llmc.transpose %k1 perm [0, 2, 1, 3] : tensor<?x?x4x2xf32> -> tensor<?x4x?x2xf32>
  %v2 = llmc.transpose %v1 perm [0, 2, 1, 3] : tensor<?x?x4x2xf32> -> tensor<?x4x?x2xf32>
  %k3 = llmc.reshape %k2 to [%b, 4, 1, %n, 2] : tensor<?x4x?x2xf32> -> tensor<?x4x1x?x2xf32>
  %v3 = llmc.reshape %v2 to [%b, 4, 1, %n, 2] : tensor<?x4x?x2xf32> -> tensor<?x4x1x?x2xf32>
  %k4 = llmc.expand %k3 to [%b, 4, 2, %n, 2] : tensor<?x4x1x?x2xf32> -> tensor<?x4x2x?x2xf32>
  %v4 = llmc.expand %v3 to [%b, 4, 2, %n, 2] : tensor<?x4x1x?x2xf32> -> tensor<?x4x2x?x2xf32>
  %k = llmc.reshape %k4 to [%b, 8, %n, 2] : tensor<?x4x2x?x2xf32> -> tensor<?x8x?x2xf32>
  %v = llmc.reshape %v4 to [%b, 8, %n, 2] : tensor<?x4x2x?x2xf32> -> tensor<?x8x?x2xf32>
  %a = llmc.attention %q, %k, %v score %s () : tensor<?x8x?x2xf32>, tensor<?x8x?x2xf32>, tensor<?x8x?x2xf32> -> tensor<?x8x?x2xf32> {
    llmc.yield %s : f32
  }
  %t = llmc.transpose %a perm [0, 2, 1, 3] : tensor<?x8x?x2xf32> -> tensor<?x?x8x2xf32>
  %f = llmc.reshape %t to [%b, %n, 16] : tensor<?x?x8x2xf32> -> tensor<?x?x16xf32>
  %y = llmc.matmul %f, %o : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

llmc.weight @q : tensor<8x16xf32> from "w.bin" at 0
llmc.weight @o : tensor<16x8xf32> from "w.bin" at 512

// Keys and values that inputs hold stay; of the two query heads that share them one goes from each group.
// CHECK-LABEL: @cache
// CHECK-SAME: {all = 2 : i64, kind = "heads", left = 1 : i64,
// CHECK: llmc.gather {{.*}} axis 2 : tensor<8x4x2x2xf32>, tensor<1xi64> -> tensor<8x4x1x2xf32>
// CHECK: llmc.attention {{.*}} : tensor<?x4x1x?x2xf32>, tensor<?x4x1x?x2xf32>, tensor<?x4x1x?x2xf32> -> tensor<?x4x1x?x2xf32>
func.func @cache(%x: tensor<?x?x8xf32> {llmc.name = "x", llmc.dims = ["b", "n", "8"]},
                 %k: tensor<?x4x1x?x2xf32> {llmc.name = "k", llmc.dims = ["b", "4", "1", "m", "2"]},
                 %v: tensor<?x4x1x?x2xf32> {llmc.name = "v", llmc.dims = ["b", "4", "1", "m", "2"]}) -> (tensor<?x?x8xf32> {llmc.name = "y"}) {
  %wq = llmc.get_weight @q : tensor<8x16xf32>
  %o = llmc.get_weight @o : tensor<16x8xf32>
  %b = llmc.size "b"
  %n = llmc.size "n"
  %q0 = llmc.matmul %x, %wq : tensor<?x?x8xf32>, tensor<8x16xf32> -> tensor<?x?x16xf32>
  %q1 = llmc.reshape %q0 to [%b, %n, 4, 2, 2] : tensor<?x?x16xf32> -> tensor<?x?x4x2x2xf32>
  %q = llmc.transpose %q1 perm [0, 2, 3, 1, 4] : tensor<?x?x4x2x2xf32> -> tensor<?x4x2x?x2xf32>
  %a = llmc.attention %q, %k, %v score %s () : tensor<?x4x2x?x2xf32>, tensor<?x4x1x?x2xf32>, tensor<?x4x1x?x2xf32> -> tensor<?x4x2x?x2xf32> {
    llmc.yield %s : f32
  }
  %t = llmc.transpose %a perm [0, 3, 1, 2, 4] : tensor<?x4x2x?x2xf32> -> tensor<?x?x4x2x2xf32>
  %f = llmc.reshape %t to [%b, %n, 16] : tensor<?x?x4x2x2xf32> -> tensor<?x?x16xf32>
  %y = llmc.matmul %f, %o : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}
