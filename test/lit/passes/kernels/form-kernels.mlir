// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-form-kernels))' | FileCheck %s

// CHECK-LABEL: @epilogue_joins_contraction
func.func @epilogue_joins_contraction(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}, %w: tensor<64x32xf32>, %b: tensor<32xf32>) -> tensor<32x?xf32> {
  // CHECK: llmc.kernel matmul
  // CHECK: llmc.matmul
  // CHECK: llmc.map
  // CHECK: llmc.transpose
  // CHECK-NOT: llmc.kernel
  %m = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x32xf32> -> tensor<?x32xf32>
  %a = llmc.map (%p = %m : tensor<?x32xf32>, %q = %b : tensor<32xf32>) -> tensor<?x32xf32> {
    %s = arith.addf %p, %q : f32
    llmc.yield %s : f32
  }
  %t = llmc.transpose %a perm [1, 0] : tensor<?x32xf32> -> tensor<32x?xf32>
  return %t : tensor<32x?xf32>
}

// CHECK-LABEL: @keeps_product_with_second_user
func.func @keeps_product_with_second_user(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}, %w: tensor<64x32xf32>) -> (tensor<?x32xf32>, tensor<?x32xf32>) {
  // CHECK: llmc.kernel matmul
  // CHECK: llmc.kernel map
  %m = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x32xf32> -> tensor<?x32xf32>
  %a = llmc.map (%p = %m : tensor<?x32xf32>) -> tensor<?x32xf32> {
    %s = math.exp %p : f32
    llmc.yield %s : f32
  }
  return %m, %a : tensor<?x32xf32>, tensor<?x32xf32>
}

// A transposed right side would be read against its grain: it is laid out first.
// CHECK-LABEL: @materializes_transposed_right_side
func.func @materializes_transposed_right_side(%q: tensor<?x8x64xf32> {llmc.dims = ["n", "8", "64"]}, %k: tensor<?x8x64xf32> {llmc.dims = ["n", "8", "64"]}) -> tensor<?x8x8xf32> {
  // CHECK: llmc.kernel transpose
  // CHECK: llmc.kernel matmul
  %t = llmc.transpose %k perm [0, 2, 1] : tensor<?x8x64xf32> -> tensor<?x64x8xf32>
  %m = llmc.matmul %q, %t : tensor<?x8x64xf32>, tensor<?x64x8xf32> -> tensor<?x8x8xf32>
  return %m : tensor<?x8x8xf32>
}

// CHECK-LABEL: @reads_through_head_transpose
func.func @reads_through_head_transpose(%q: tensor<?x8x4x64xf32> {llmc.dims = ["n", "8", "4", "64"]}, %k: tensor<?x4x64x8xf32> {llmc.dims = ["n", "4", "64", "8"]}) -> tensor<?x4x8x8xf32> {
  // CHECK: llmc.kernel matmul
  // CHECK: llmc.transpose
  // CHECK: llmc.matmul
  // CHECK-NOT: llmc.kernel
  %t = llmc.transpose %q perm [0, 2, 1, 3] : tensor<?x8x4x64xf32> -> tensor<?x4x8x64xf32>
  %m = llmc.matmul %t, %k : tensor<?x4x8x64xf32>, tensor<?x4x64x8xf32> -> tensor<?x4x8x8xf32>
  return %m : tensor<?x4x8x8xf32>
}

// CHECK-LABEL: @copies_an_argument_that_is_returned
func.func @copies_an_argument_that_is_returned(%x: tensor<?xf32> {llmc.dims = ["n"]}) -> tensor<?xf32> {
  // CHECK: %[[K:.*]] = llmc.kernel map
  // CHECK: return %[[K]]
  return %x : tensor<?xf32>
}

// CHECK-LABEL: @reshape_stays_outside
func.func @reshape_stays_outside(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}) -> tensor<?x8x8xf32> {
  // CHECK: llmc.kernel map
  // CHECK: %[[R:.*]] = llmc.reshape
  // CHECK: llmc.kernel map
  // CHECK-SAME: %[[R]]
  %n = llmc.size "n"
  %a = llmc.map (%p = %x : tensor<?x64xf32>) -> tensor<?x64xf32> {
    %s = math.exp %p : f32
    llmc.yield %s : f32
  }
  %r = llmc.reshape %a to [%n, 8, 8] : tensor<?x64xf32> -> tensor<?x8x8xf32>
  %b = llmc.map (%p = %r : tensor<?x8x8xf32>) -> tensor<?x8x8xf32> {
    %s = math.exp %p : f32
    llmc.yield %s : f32
  }
  return %b : tensor<?x8x8xf32>
}

// CHECK-LABEL: @reduces_absolute_values
func.func @reduces_absolute_values(%x: tensor<?x8xf32> {llmc.dims = ["n", "8"]}) -> tensor<?x1xf32> {
  // CHECK: llmc.kernel reduce
  // CHECK: math.absf
  // CHECK: llmc.reduce
  // CHECK-NOT: llmc.kernel
  %a = llmc.map (%v = %x : tensor<?x8xf32>) -> tensor<?x8xf32> {
    %s = math.absf %v : f32
    llmc.yield %s : f32
  }
  %r = llmc.reduce %a axes [1] init 0.0 : f32 : tensor<?x8xf32> -> tensor<?x1xf32> {
  ^bb0(%s: f32, %v: f32):
    %t = arith.addf %s, %v : f32
    llmc.yield %t : f32
  }
  return %r : tensor<?x1xf32>
}

// However dear, what a running sum reads once is computed where it reads it.
// CHECK-LABEL: @running_sum_between_maps
func.func @running_sum_between_maps(%x: tensor<?x8xf32> {llmc.dims = ["n", "8"]}) -> tensor<?x8xf32> {
  // CHECK: llmc.kernel
  // CHECK: math.exp
  // CHECK: llmc.running_sum
  // CHECK: arith.negf
  // CHECK-NOT: llmc.kernel
  %a = llmc.map (%v = %x : tensor<?x8xf32>) -> tensor<?x8xf32> {
    %s = math.exp %v : f32
    llmc.yield %s : f32
  }
  %c = llmc.running_sum %a axis 0 : tensor<?x8xf32> -> tensor<?x8xf32>
  %r = llmc.map (%v = %c : tensor<?x8xf32>) -> tensor<?x8xf32> {
    %s = arith.negf %v : f32
    llmc.yield %s : f32
  }
  return %r : tensor<?x8xf32>
}

// A scalar has no rows that a product could read.
// CHECK-LABEL: @materializes_an_expanded_scalar
func.func @materializes_an_expanded_scalar(%x: tensor<f32>) -> tensor<3x3xf32> {
  // CHECK: llmc.kernel expand
  // CHECK: llmc.kernel matmul
  %e = llmc.expand %x to [3, 3] : tensor<f32> -> tensor<3x3xf32>
  %m = llmc.matmul %e, %e : tensor<3x3xf32>, tensor<3x3xf32> -> tensor<3x3xf32>
  return %m : tensor<3x3xf32>
}

// The code of what is read twice stands twice: twelve doublings in one kernel would be 4,096 loads.
// CHECK-LABEL: @splits_what_doubles
func.func @splits_what_doubles(%v0: tensor<1xf32>) -> tensor<4096xf32> {
  // CHECK-COUNT-2: llmc.kernel concat
  // CHECK-NOT: llmc.kernel
  %v1 = llmc.concat %v0, %v0 axis 0 : tensor<1xf32>, tensor<1xf32> -> tensor<2xf32>
  %v2 = llmc.concat %v1, %v1 axis 0 : tensor<2xf32>, tensor<2xf32> -> tensor<4xf32>
  %v3 = llmc.concat %v2, %v2 axis 0 : tensor<4xf32>, tensor<4xf32> -> tensor<8xf32>
  %v4 = llmc.concat %v3, %v3 axis 0 : tensor<8xf32>, tensor<8xf32> -> tensor<16xf32>
  %v5 = llmc.concat %v4, %v4 axis 0 : tensor<16xf32>, tensor<16xf32> -> tensor<32xf32>
  %v6 = llmc.concat %v5, %v5 axis 0 : tensor<32xf32>, tensor<32xf32> -> tensor<64xf32>
  %v7 = llmc.concat %v6, %v6 axis 0 : tensor<64xf32>, tensor<64xf32> -> tensor<128xf32>
  %v8 = llmc.concat %v7, %v7 axis 0 : tensor<128xf32>, tensor<128xf32> -> tensor<256xf32>
  %v9 = llmc.concat %v8, %v8 axis 0 : tensor<256xf32>, tensor<256xf32> -> tensor<512xf32>
  %v10 = llmc.concat %v9, %v9 axis 0 : tensor<512xf32>, tensor<512xf32> -> tensor<1024xf32>
  %v11 = llmc.concat %v10, %v10 axis 0 : tensor<1024xf32>, tensor<1024xf32> -> tensor<2048xf32>
  %v12 = llmc.concat %v11, %v11 axis 0 : tensor<2048xf32>, tensor<2048xf32> -> tensor<4096xf32>
  return %v12 : tensor<4096xf32>
}

// The sum before a norm, which the next residual reads as well, is the second result of the norm's kernel.
// CHECK-LABEL: @sum_and_norm
func.func @sum_and_norm(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}, %y: tensor<?x64xf32> {llmc.dims = ["n", "64"]}, %w: tensor<64x64xf32>) -> tensor<?x64xf32> {
  // CHECK: %[[K:.*]]:2 = llmc.kernel norm (%[[A:.*]] = %arg0 : tensor<?x64xf32>, %[[B:.*]] = %arg1 : tensor<?x64xf32>) -> (tensor<?x64xf32>, tensor<?x64xf32>)
  // CHECK: %[[S:.*]] = llmc.map (%{{.*}} = %[[A]] : tensor<?x64xf32>, %{{.*}} = %[[B]] : tensor<?x64xf32>)
  // CHECK: %[[N:.*]] = llmc.norm rms %[[S]]
  // CHECK: llmc.yield %[[N]], %[[S]]
  // CHECK: %[[P:.*]] = llmc.kernel matmul ({{.*}} = %arg2 : {{.*}} = %[[K]]#0 : {{.*}} = %[[K]]#1 : {{.*}})
  // CHECK: return %[[P]]
  %s = llmc.map (%p = %x : tensor<?x64xf32>, %q = %y : tensor<?x64xf32>) -> tensor<?x64xf32> {
    %v = arith.addf %p, %q : f32
    llmc.yield %v : f32
  }
  %n = llmc.norm rms %s axis 1 epsilon 1.0e-5 : tensor<?x64xf32> -> tensor<?x64xf32>
  %m = llmc.matmul %n, %w : tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x64xf32>
  %r = llmc.map (%p = %m : tensor<?x64xf32>, %q = %s : tensor<?x64xf32>) -> tensor<?x64xf32> {
    %v = arith.addf %p, %q : f32
    llmc.yield %v : f32
  }
  return %r : tensor<?x64xf32>
}

// What is read before the norm's kernel stands there, or is dear to compute in each pass over a row, has a kernel of its own.
// CHECK-LABEL: @sum_that_is_read_before
func.func @sum_that_is_read_before(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}, %w: tensor<64x64xf32>) -> tensor<?x64xf32> {
  // CHECK: %[[S:.*]] = llmc.kernel map
  // CHECK: %[[M:.*]] = llmc.kernel matmul ({{.*}} = %arg1 : {{.*}} = %[[S]] : {{.*}})
  // CHECK: llmc.kernel norm ({{.*}} = %[[S]] : {{.*}} = %[[M]] : {{.*}}) -> tensor<?x64xf32>
  %s = llmc.map (%p = %x : tensor<?x64xf32>) -> tensor<?x64xf32> {
    %v = arith.negf %p : f32
    llmc.yield %v : f32
  }
  %n = llmc.norm rms %s axis 1 epsilon 1.0e-5 : tensor<?x64xf32> -> tensor<?x64xf32>
  %m = llmc.matmul %s, %w : tensor<?x64xf32>, tensor<64x64xf32> -> tensor<?x64xf32>
  %r = llmc.map (%p = %n : tensor<?x64xf32>, %q = %m : tensor<?x64xf32>) -> tensor<?x64xf32> {
    %v = arith.addf %p, %q : f32
    llmc.yield %v : f32
  }
  return %r : tensor<?x64xf32>
}

// CHECK-LABEL: @dear_map_and_norm
func.func @dear_map_and_norm(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}) -> (tensor<?x64xf32>, tensor<?x64xf32>) {
  // CHECK: %[[S:.*]] = llmc.kernel map
  // CHECK: %[[N:.*]] = llmc.kernel norm (%{{.*}} = %[[S]] : tensor<?x64xf32>) -> tensor<?x64xf32>
  // CHECK: return %[[S]], %[[N]]
  %s = llmc.map (%p = %x : tensor<?x64xf32>) -> tensor<?x64xf32> {
    %v = math.exp %p : f32
    llmc.yield %v : f32
  }
  %n = llmc.norm rms %s axis 1 epsilon 1.0e-5 : tensor<?x64xf32> -> tensor<?x64xf32>
  return %s, %n : tensor<?x64xf32>, tensor<?x64xf32>
}

// A cheap map of a result that others read as it is: both come from one kernel. One that is dear has a kernel of its own.
// CHECK-LABEL: @result_and_a_map_of_it
func.func @result_and_a_map_of_it(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}, %w: tensor<4x32x16x2xbf16>) -> (tensor<?x64xf32>, tensor<?x64xf32>) {
  // CHECK: %[[K:.*]]:2 = llmc.kernel norm (%{{.*}} = %arg0 : tensor<?x64xf32>) -> (tensor<?x64xf32>, tensor<?x64xbf16>)
  // CHECK: %[[N:.*]] = llmc.norm rms
  // CHECK: %[[H:.*]] = llmc.map (%{{.*}} = %[[N]] : tensor<?x64xf32>) -> tensor<?x64xbf16>
  // CHECK: llmc.yield %[[N]], %[[H]]
  // CHECK: %[[P:.*]] = llmc.kernel packed_matmul ({{.*}} = %arg1 : {{.*}} = %[[K]]#0 : {{.*}} = %[[K]]#1 : {{.*}})
  // CHECK: %[[E:.*]] = llmc.kernel map (%{{.*}} = %[[K]]#0 : tensor<?x64xf32>)
  // CHECK: return %[[P]], %[[E]]
  %n = llmc.norm rms %x axis 1 epsilon 1.0e-5 : tensor<?x64xf32> -> tensor<?x64xf32>
  %h = llmc.map (%p = %n : tensor<?x64xf32>) -> tensor<?x64xbf16> {
    %v = arith.truncf %p : f32 to bf16
    llmc.yield %v : bf16
  }
  %m = llmc.packed_matmul %h, %w columns 64 wide : tensor<?x64xbf16>, tensor<4x32x16x2xbf16> -> tensor<?x64xf32>
  %r = llmc.map (%p = %m : tensor<?x64xf32>, %q = %n : tensor<?x64xf32>) -> tensor<?x64xf32> {
    %v = arith.addf %p, %q : f32
    llmc.yield %v : f32
  }
  %e = llmc.map (%p = %n : tensor<?x64xf32>) -> tensor<?x64xf32> {
    %v = math.exp %p : f32
    llmc.yield %v : f32
  }
  return %r, %e : tensor<?x64xf32>, tensor<?x64xf32>
}

// Floats of fewer bits are widened where attention reads them; other maps would be computed for each block of queries.
// CHECK-LABEL: @attention_widens_what_it_reads
func.func @attention_widens_what_it_reads(%q: tensor<?x64xf32> {llmc.dims = ["m", "64"]}, %k: tensor<?x64xf16> {llmc.dims = ["n", "64"]},
                                          %v: tensor<?x64xf32> {llmc.dims = ["n", "64"]}) -> tensor<?x64xf32> {
  // CHECK: %[[V:.*]] = llmc.kernel map
  // CHECK: math.exp
  // CHECK: llmc.kernel attention (%{{.*}} = %arg0 : tensor<?x64xf32>, %{{.*}} = %arg1 : tensor<?x64xf16>, %{{.*}} = %[[V]] : tensor<?x64xf32>)
  // CHECK: arith.extf
  // CHECK: llmc.attention
  %w = llmc.map (%x = %k : tensor<?x64xf16>) -> tensor<?x64xf32> {
    %e = arith.extf %x : f16 to f32
    llmc.yield %e : f32
  }
  %u = llmc.map (%x = %v : tensor<?x64xf32>) -> tensor<?x64xf32> {
    %e = math.exp %x : f32
    llmc.yield %e : f32
  }
  %o = llmc.attention %q, %w, %u score %s () : tensor<?x64xf32>, tensor<?x64xf32>, tensor<?x64xf32> -> tensor<?x64xf32> {
    llmc.yield %s : f32
  }
  return %o : tensor<?x64xf32>
}
