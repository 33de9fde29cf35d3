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
