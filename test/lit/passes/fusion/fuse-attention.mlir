// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-fuse-attention,llmc-simplify,canonicalize))' > %t.once.mlir
// RUN: FileCheck %s < %t.once.mlir
// A second time nothing is left to do.
// RUN: llmc-opt %t.once.mlir --pass-pipeline='builtin.module(func.func(llmc-fuse-attention,llmc-simplify,canonicalize))' | diff %t.once.mlir -

// Scales of queries move before their heads, the transpose of the keys vanishes, and a mask that is the same for all
// queries is read as it is.
// CHECK-LABEL: @heads_and_padding
func.func @heads_and_padding(
    %x: tensor<?x?x128xf32> {llmc.dims = ["b", "s", "128"]}, %y: tensor<?x?x128xf32> {llmc.dims = ["b", "s", "128"]},
    %v: tensor<?x2x?x64xf32> {llmc.dims = ["b", "2", "s", "64"]}, %mask: tensor<?x1x1x?xi1> {llmc.dims = ["b", "1", "1", "s"]},
    %scale: tensor<1xf32>) -> tensor<?x2x?x64xf32> {
  // CHECK: %[[Q0:.*]] = llmc.map (%{{.*}} = %arg0 : tensor<?x?x128xf32>, %{{.*}} = %arg4 : tensor<1xf32>)
  // CHECK: %[[Q1:.*]] = llmc.reshape %[[Q0]] to {{.*}} -> tensor<?x?x2x64xf32>
  // CHECK: %[[Q:.*]] = llmc.transpose %[[Q1]] perm [0, 2, 1, 3]
  // CHECK: %[[K1:.*]] = llmc.reshape %arg1 to {{.*}} -> tensor<?x?x2x64xf32>
  // CHECK: %[[K:.*]] = llmc.transpose %[[K1]] perm [0, 2, 1, 3] : tensor<?x?x2x64xf32> -> tensor<?x2x?x64xf32>
  // CHECK-NOT: llmc.transpose
  // CHECK: %[[O:.*]] = llmc.attention %[[Q]], %[[K]], %arg2 score %[[S:.*]] (%[[M:.*]] = %arg3 : tensor<?x1x1x?xi1>)
  // CHECK: arith.select %[[M]]
  // CHECK: return %[[O]]
  %b = llmc.size "b"
  %s = llmc.size "s"
  %x4 = llmc.reshape %x to [%b, %s, 2, 64] : tensor<?x?x128xf32> -> tensor<?x?x2x64xf32>
  %xt = llmc.transpose %x4 perm [0, 2, 1, 3] : tensor<?x?x2x64xf32> -> tensor<?x2x?x64xf32>
  %q = llmc.map (%a = %xt : tensor<?x2x?x64xf32>, %f = %scale : tensor<1xf32>) -> tensor<?x2x?x64xf32> {
    %p = arith.mulf %a, %f : f32
    llmc.yield %p : f32
  }
  %y4 = llmc.reshape %y to [%b, %s, 2, 64] : tensor<?x?x128xf32> -> tensor<?x?x2x64xf32>
  %k = llmc.transpose %y4 perm [0, 2, 3, 1] : tensor<?x?x2x64xf32> -> tensor<?x2x64x?xf32>
  %scores = llmc.matmul %q, %k : tensor<?x2x?x64xf32>, tensor<?x2x64x?xf32> -> tensor<?x2x?x?xf32>
  %wide = llmc.expand %mask to [%b, 1, %s, %s] : tensor<?x1x1x?xi1> -> tensor<?x1x?x?xi1>
  %added = llmc.map (%m = %wide : tensor<?x1x?x?xi1>) -> tensor<?x1x?x?xf32> {
    %zero = arith.constant 0.0 : f32
    %least = arith.constant -3.40282347E+38 : f32
    %t = arith.select %m, %zero, %least : f32
    llmc.yield %t : f32
  }
  %masked = llmc.map (%a = %scores : tensor<?x2x?x?xf32>, %m = %added : tensor<?x1x?x?xf32>) -> tensor<?x2x?x?xf32> {
    %t = arith.addf %a, %m : f32
    llmc.yield %t : f32
  }
  %p = llmc.softmax %masked axis 3 : tensor<?x2x?x?xf32> -> tensor<?x2x?x?xf32>
  %o = llmc.matmul %p, %v : tensor<?x2x?x?xf32>, tensor<?x2x?x64xf32> -> tensor<?x2x?x64xf32>
  return %o : tensor<?x2x?x64xf32>
}

// Repeated keys and values are read as they are: the queries' heads become groups. A causal mask is computed in the region.
// CHECK-LABEL: @groups_and_causal
func.func @groups_and_causal(
    %q: tensor<?x8x?x64xf32> {llmc.dims = ["b", "8", "s", "64"]}, %k: tensor<?x2x?x64xf32> {llmc.dims = ["b", "2", "s", "64"]},
    %v: tensor<?x2x?x64xf32> {llmc.dims = ["b", "2", "s", "64"]}) -> tensor<?x?x512xf32> {
  // CHECK-DAG: %[[Q:.*]] = llmc.reshape %arg0 {{.*}} -> tensor<?x2x4x?x64xf32>
  // CHECK-DAG: %[[K:.*]] = llmc.reshape %arg1 {{.*}} -> tensor<?x2x1x?x64xf32>
  // CHECK-DAG: %[[V:.*]] = llmc.reshape %arg2 {{.*}} -> tensor<?x2x1x?x64xf32>
  // CHECK: %[[O:.*]] = llmc.attention guarded %[[Q]], %[[K]], %[[V]] score %[[S:.*]] (%[[N:.*]] = %{{.*}} : tensor<?xi64>, %[[M:.*]] = %{{.*}} : tensor<?x1xi64>)
  // CHECK: arith.cmpi sle, %[[N]], %[[M]]
  // CHECK: %[[T:.*]] = llmc.transpose %[[O]] perm [0, 3, 1, 2, 4]
  // CHECK: llmc.reshape %[[T]] {{.*}} -> tensor<?x?x512xf32>
  %b = llmc.size "b"
  %s = llmc.size "s"
  %k5 = llmc.reshape %k to [%b, 2, 1, %s, 64] : tensor<?x2x?x64xf32> -> tensor<?x2x1x?x64xf32>
  %ke = llmc.expand %k5 to [%b, 2, 4, %s, 64] : tensor<?x2x1x?x64xf32> -> tensor<?x2x4x?x64xf32>
  %k8 = llmc.reshape %ke to [%b, 8, %s, 64] : tensor<?x2x4x?x64xf32> -> tensor<?x8x?x64xf32>
  %v5 = llmc.reshape %v to [%b, 2, 1, %s, 64] : tensor<?x2x?x64xf32> -> tensor<?x2x1x?x64xf32>
  %ve = llmc.expand %v5 to [%b, 2, 4, %s, 64] : tensor<?x2x1x?x64xf32> -> tensor<?x2x4x?x64xf32>
  %v8 = llmc.reshape %ve to [%b, 8, %s, 64] : tensor<?x2x4x?x64xf32> -> tensor<?x8x?x64xf32>
  %kt = llmc.transpose %k8 perm [0, 1, 3, 2] : tensor<?x8x?x64xf32> -> tensor<?x8x64x?xf32>
  %scores = llmc.matmul %q, %kt : tensor<?x8x?x64xf32>, tensor<?x8x64x?xf32> -> tensor<?x8x?x?xf32>
  %n = llmc.iota [%s] : tensor<?xi64>
  %m = llmc.reshape %n to [%s, 1] : tensor<?xi64> -> tensor<?x1xi64>
  %causal = llmc.map (%a = %n : tensor<?xi64>, %c = %m : tensor<?x1xi64>) -> tensor<?x?xi1> {
    %t = arith.cmpi sle, %a, %c : i64
    llmc.yield %t : i1
  }
  %masked = llmc.map (%a = %scores : tensor<?x8x?x?xf32>, %c = %causal : tensor<?x?xi1>) -> tensor<?x8x?x?xf32> {
    %none = arith.constant 0xFF800000 : f32
    %t = arith.select %c, %a, %none : f32
    llmc.yield %t : f32
  }
  %p = llmc.softmax %masked axis 3 : tensor<?x8x?x?xf32> -> tensor<?x8x?x?xf32>
  %guarded = llmc.map (%a = %p : tensor<?x8x?x?xf32>) -> tensor<?x8x?x?xf32> {
    %zero = arith.constant 0.0 : f32
    %is = arith.cmpf uno, %a, %a : f32
    %t = arith.select %is, %zero, %a : f32
    llmc.yield %t : f32
  }
  %o = llmc.matmul %guarded, %v8 : tensor<?x8x?x?xf32>, tensor<?x8x?x64xf32> -> tensor<?x8x?x64xf32>
  %t = llmc.transpose %o perm [0, 2, 1, 3] : tensor<?x8x?x64xf32> -> tensor<?x?x8x64xf32>
  %r = llmc.reshape %t to [%b, %s, 512] : tensor<?x?x8x64xf32> -> tensor<?x?x512xf32>
  return %r : tensor<?x?x512xf32>
}

// Batch axes in one for the products (BLOOM): all take the form of the softmax. Wide softmax of narrow scores.
// CHECK-LABEL: @merged_batch
func.func @merged_batch(
    %q: tensor<?x?x24xf16> {llmc.dims = ["4 * b", "s", "24"]}, %k: tensor<?x24x?xf16> {llmc.dims = ["4 * b", "24", "s"]},
    %v: tensor<?x?x24xf16> {llmc.dims = ["4 * b", "s", "24"]}, %alibi: tensor<?x1x?xf16> {llmc.dims = ["4 * b", "1", "s"]},
    %mask: tensor<?x1x?x?xf32> {llmc.dims = ["b", "1", "s", "s"]}) -> tensor<?x?x24xf16> {
  // CHECK-DAG: %[[Q:.*]] = llmc.reshape %arg0 {{.*}} -> tensor<?x4x?x24xf16>
  // CHECK-DAG: %[[V:.*]] = llmc.reshape %arg2 {{.*}} -> tensor<?x4x?x24xf16>
  // CHECK-DAG: %[[A:.*]] = llmc.reshape %arg3 {{.*}} -> tensor<?x4x1x?xf16>
  // CHECK-DAG: %[[K0:.*]] = llmc.reshape %arg1 {{.*}} -> tensor<?x4x24x?xf16>
  // CHECK-DAG: %[[K:.*]] = llmc.transpose %[[K0]] perm [0, 1, 3, 2]
  // CHECK: %[[O:.*]] = llmc.attention %[[Q]], %[[K]], %[[V]] score %{{.*}} (%{{.*}} = %[[A]] : tensor<?x4x1x?xf16>, %{{.*}} = %arg4 : tensor<?x1x?x?xf32>)
  // CHECK: llmc.yield %{{.*}} : f32
  // CHECK: llmc.reshape %[[O]] {{.*}} -> tensor<?x?x24xf16>
  %b = llmc.size "b"
  %b4 = llmc.size "4 * b"
  %s = llmc.size "s"
  %scores = llmc.matmul %q, %k : tensor<?x?x24xf16>, tensor<?x24x?xf16> -> tensor<?x?x?xf16>
  %biased = llmc.map (%a = %alibi : tensor<?x1x?xf16>, %c = %scores : tensor<?x?x?xf16>) -> tensor<?x?x?xf16> {
    %t = arith.addf %a, %c : f16
    llmc.yield %t : f16
  }
  %split = llmc.reshape %biased to [%b, 4, %s, %s] : tensor<?x?x?xf16> -> tensor<?x4x?x?xf16>
  %masked = llmc.map (%a = %split : tensor<?x4x?x?xf16>, %m = %mask : tensor<?x1x?x?xf32>) -> tensor<?x4x?x?xf32> {
    %w = arith.extf %a : f16 to f32
    %t = arith.addf %w, %m : f32
    llmc.yield %t : f32
  }
  %p = llmc.softmax %masked axis 3 : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
  %narrow = llmc.map (%a = %p : tensor<?x4x?x?xf32>) -> tensor<?x4x?x?xf16> {
    %t = arith.truncf %a : f32 to f16
    llmc.yield %t : f16
  }
  %merged = llmc.reshape %narrow to [%b4, %s, %s] : tensor<?x4x?x?xf16> -> tensor<?x?x?xf16>
  %o = llmc.matmul %merged, %v : tensor<?x?x?xf16>, tensor<?x?x24xf16> -> tensor<?x?x24xf16>
  return %o : tensor<?x?x24xf16>
}

// Keys that lie in a cache, which is an output too, are read there: what scales them scales the queries, and repeated heads
// are found behind it.
// CHECK-LABEL: @scaled_cache
func.func @scaled_cache(
    %q: tensor<?x4x?x64xf32> {llmc.dims = ["b", "4", "s", "64"]}, %past: tensor<?x2x?x64xf32> {llmc.dims = ["b", "2", "p", "64"]},
    %new: tensor<?x2x?x64xf32> {llmc.dims = ["b", "2", "s", "64"]}, %scale: tensor<1xf32>) -> (tensor<?x4x?x64xf32>, tensor<?x2x?x64xf32>) {
  // CHECK: %[[P:.*]] = llmc.concat %arg1, %arg2 axis 2
  // CHECK: %[[K:.*]] = llmc.reshape %[[P]] {{.*}} -> tensor<?x2x1x?x64xf32>
  // CHECK: %[[Q:.*]] = llmc.map (%{{.*}} = %arg0 : tensor<?x4x?x64xf32>, %{{.*}} = %arg3 : tensor<1xf32>)
  // CHECK: %[[S:.*]] = llmc.reshape %[[Q]] {{.*}} -> tensor<?x2x2x?x64xf32>
  // CHECK: llmc.attention %[[S]], %[[K]], %[[K]]
  %b = llmc.size "b"
  %n = llmc.size "p + s"
  %present = llmc.concat %past, %new axis 2 : tensor<?x2x?x64xf32>, tensor<?x2x?x64xf32> -> tensor<?x2x?x64xf32>
  %k5 = llmc.reshape %present to [%b, 2, 1, %n, 64] : tensor<?x2x?x64xf32> -> tensor<?x2x1x?x64xf32>
  %ke = llmc.expand %k5 to [%b, 2, 2, %n, 64] : tensor<?x2x1x?x64xf32> -> tensor<?x2x2x?x64xf32>
  %k4 = llmc.reshape %ke to [%b, 4, %n, 64] : tensor<?x2x2x?x64xf32> -> tensor<?x4x?x64xf32>
  %kt = llmc.transpose %k4 perm [0, 1, 3, 2] : tensor<?x4x?x64xf32> -> tensor<?x4x64x?xf32>
  %ks = llmc.map (%a = %kt : tensor<?x4x64x?xf32>, %f = %scale : tensor<1xf32>) -> tensor<?x4x64x?xf32> {
    %t = arith.mulf %a, %f : f32
    llmc.yield %t : f32
  }
  %scores = llmc.matmul %q, %ks : tensor<?x4x?x64xf32>, tensor<?x4x64x?xf32> -> tensor<?x4x?x?xf32>
  %p = llmc.softmax %scores axis 3 : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
  %o = llmc.matmul %p, %k4 : tensor<?x4x?x?xf32>, tensor<?x4x?x64xf32> -> tensor<?x4x?x64xf32>
  return %o, %present : tensor<?x4x?x64xf32>, tensor<?x2x?x64xf32>
}

// A cache of f16 is widened where attention reads it, once for all heads that share it.
// CHECK-LABEL: @cache_of_halves
func.func @cache_of_halves(
    %q: tensor<?x4x?x64xf32> {llmc.dims = ["b", "4", "s", "64"]}, %past: tensor<?x2x?x64xf16> {llmc.dims = ["b", "2", "p", "64"]},
    %new: tensor<?x2x?x64xf16> {llmc.dims = ["b", "2", "s", "64"]}, %scale: tensor<1xf32>) -> (tensor<?x4x?x64xf32>, tensor<?x2x?x64xf16>) {
  // CHECK: %[[P:.*]] = llmc.concat %arg1, %arg2 axis 2
  // CHECK: %[[K:.*]] = llmc.reshape %[[P]] {{.*}} -> tensor<?x2x1x?x64xf16>
  // CHECK: %[[L:.*]] = llmc.reshape %[[P]] {{.*}} -> tensor<?x2x1x?x64xf16>
  // CHECK: llmc.map (%{{.*}} = %arg0 : tensor<?x4x?x64xf32>, %{{.*}} = %arg3 : tensor<1xf32>)
  // CHECK-NEXT: arith.mulf
  // CHECK: %[[W:.*]] = llmc.map (%{{.*}} = %[[K]] : tensor<?x2x1x?x64xf16>) -> tensor<?x2x1x?x64xf32>
  // CHECK-NEXT: arith.extf
  // CHECK: %[[V:.*]] = llmc.map (%{{.*}} = %[[L]] : tensor<?x2x1x?x64xf16>) -> tensor<?x2x1x?x64xf32>
  // CHECK-NEXT: arith.extf
  // CHECK: llmc.attention %{{.*}}, %[[W]], %[[V]]
  %b = llmc.size "b"
  %n = llmc.size "p + s"
  %present = llmc.concat %past, %new axis 2 : tensor<?x2x?x64xf16>, tensor<?x2x?x64xf16> -> tensor<?x2x?x64xf16>
  %k5 = llmc.reshape %present to [%b, 2, 1, %n, 64] : tensor<?x2x?x64xf16> -> tensor<?x2x1x?x64xf16>
  %ke = llmc.expand %k5 to [%b, 2, 2, %n, 64] : tensor<?x2x1x?x64xf16> -> tensor<?x2x2x?x64xf16>
  %k4 = llmc.reshape %ke to [%b, 4, %n, 64] : tensor<?x2x2x?x64xf16> -> tensor<?x4x?x64xf16>
  %kt = llmc.transpose %k4 perm [0, 1, 3, 2] : tensor<?x4x?x64xf16> -> tensor<?x4x64x?xf16>
  %ks = llmc.map (%a = %kt : tensor<?x4x64x?xf16>, %f = %scale : tensor<1xf32>) -> tensor<?x4x64x?xf32> {
    %w = arith.extf %a : f16 to f32
    %t = arith.mulf %w, %f : f32
    llmc.yield %t : f32
  }
  %scores = llmc.matmul %q, %ks : tensor<?x4x?x64xf32>, tensor<?x4x64x?xf32> -> tensor<?x4x?x?xf32>
  %p = llmc.softmax %scores axis 3 : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
  %vw = llmc.map (%a = %k4 : tensor<?x4x?x64xf16>) -> tensor<?x4x?x64xf32> {
    %w = arith.extf %a : f16 to f32
    llmc.yield %w : f32
  }
  %o = llmc.matmul %p, %vw : tensor<?x4x?x?xf32>, tensor<?x4x?x64xf32> -> tensor<?x4x?x64xf32>
  return %o, %present : tensor<?x4x?x64xf32>, tensor<?x2x?x64xf16>
}

// What adds to the keys of a cache can't move to the queries.
// CHECK-LABEL: @shifted_cache
func.func @shifted_cache(%q: tensor<4x8xf32>, %k: tensor<8x4xf32>, %v: tensor<4x8xf32>, %shift: tensor<1xf32>) -> tensor<4x8xf32> {
  // CHECK: %[[K:.*]] = llmc.map (%{{.*}} = %arg1
  // CHECK: %[[T:.*]] = llmc.transpose %[[K]]
  // CHECK: llmc.attention %arg0, %[[T]], %arg2
  %ks = llmc.map (%a = %k : tensor<8x4xf32>, %f = %shift : tensor<1xf32>) -> tensor<8x4xf32> {
    %t = arith.addf %a, %f : f32
    llmc.yield %t : f32
  }
  %scores = llmc.matmul %q, %ks : tensor<4x8xf32>, tensor<8x4xf32> -> tensor<4x4xf32>
  %p = llmc.softmax %scores axis 1 : tensor<4x4xf32> -> tensor<4x4xf32>
  %o = llmc.matmul %p, %v : tensor<4x4xf32>, tensor<4x8xf32> -> tensor<4x8xf32>
  return %o : tensor<4x8xf32>
}

// Keys that were transposed under merged batch axes (BLOOM) are read as they lay before.
// CHECK-LABEL: @transposed_under_merged_batch
func.func @transposed_under_merged_batch(
    %q: tensor<?x?x24xf32> {llmc.dims = ["4 * b", "s", "24"]}, %k: tensor<?x?x24xf32> {llmc.dims = ["4 * b", "s", "24"]},
    %v: tensor<?x?x24xf32> {llmc.dims = ["4 * b", "s", "24"]}, %mask: tensor<?x1x?x?xf32> {llmc.dims = ["b", "1", "s", "s"]})
    -> tensor<?x?x24xf32> {
  // CHECK-NOT: llmc.transpose
  // CHECK: %[[K:.*]] = llmc.reshape %arg1 {{.*}} -> tensor<?x4x?x24xf32>
  // CHECK-NOT: llmc.transpose
  // CHECK: llmc.attention %{{.*}}, %[[K]],
  %b = llmc.size "b"
  %b4 = llmc.size "4 * b"
  %s = llmc.size "s"
  %kt = llmc.transpose %k perm [0, 2, 1] : tensor<?x?x24xf32> -> tensor<?x24x?xf32>
  %scores = llmc.matmul %q, %kt : tensor<?x?x24xf32>, tensor<?x24x?xf32> -> tensor<?x?x?xf32>
  %split = llmc.reshape %scores to [%b, 4, %s, %s] : tensor<?x?x?xf32> -> tensor<?x4x?x?xf32>
  %masked = llmc.map (%a = %split : tensor<?x4x?x?xf32>, %m = %mask : tensor<?x1x?x?xf32>) -> tensor<?x4x?x?xf32> {
    %t = arith.addf %a, %m : f32
    llmc.yield %t : f32
  }
  %p = llmc.softmax %masked axis 3 : tensor<?x4x?x?xf32> -> tensor<?x4x?x?xf32>
  %merged = llmc.reshape %p to [%b4, %s, %s] : tensor<?x4x?x?xf32> -> tensor<?x?x?xf32>
  %o = llmc.matmul %merged, %v : tensor<?x?x?xf32>, tensor<?x?x24xf32> -> tensor<?x?x24xf32>
  return %o : tensor<?x?x24xf32>
}

// Weights that somebody else reads must be stored.
// CHECK-LABEL: @weights_are_read
func.func @weights_are_read(%q: tensor<4x8xf32>, %k: tensor<8x4xf32>, %v: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x4xf32>) {
  // CHECK-NOT: llmc.attention
  %scores = llmc.matmul %q, %k : tensor<4x8xf32>, tensor<8x4xf32> -> tensor<4x4xf32>
  %p = llmc.softmax %scores axis 1 : tensor<4x4xf32> -> tensor<4x4xf32>
  %o = llmc.matmul %p, %v : tensor<4x4xf32>, tensor<4x8xf32> -> tensor<4x8xf32>
  return %o, %p : tensor<4x8xf32>, tensor<4x4xf32>
}

// A bias by which scores grow to more rows, and a softmax along another axis, are other functions.
// CHECK-LABEL: @not_attention
func.func @not_attention(%q: tensor<1x8xf32>, %k: tensor<8x4xf32>, %v: tensor<4x8xf32>, %bias: tensor<4x4xf32>,
                         %u: tensor<4x8xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  // CHECK-NOT: llmc.attention
  %scores = llmc.matmul %q, %k : tensor<1x8xf32>, tensor<8x4xf32> -> tensor<1x4xf32>
  %grown = llmc.map (%a = %scores : tensor<1x4xf32>, %c = %bias : tensor<4x4xf32>) -> tensor<4x4xf32> {
    %t = arith.addf %a, %c : f32
    llmc.yield %t : f32
  }
  %p = llmc.softmax %grown axis 1 : tensor<4x4xf32> -> tensor<4x4xf32>
  %o = llmc.matmul %p, %v : tensor<4x4xf32>, tensor<4x8xf32> -> tensor<4x8xf32>
  %others = llmc.matmul %u, %k : tensor<4x8xf32>, tensor<8x4xf32> -> tensor<4x4xf32>
  %along = llmc.softmax %others axis 0 : tensor<4x4xf32> -> tensor<4x4xf32>
  %r = llmc.matmul %along, %v : tensor<4x4xf32>, tensor<4x8xf32> -> tensor<4x8xf32>
  return %o, %r : tensor<4x8xf32>, tensor<4x8xf32>
}
