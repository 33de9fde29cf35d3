// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-sink-reshapes,llmc-simplify))' > %t.once.mlir
// RUN: FileCheck %s < %t.once.mlir
// RUN: llmc-opt %t.once.mlir --pass-pipeline='builtin.module(func.func(llmc-sink-reshapes,llmc-simplify))' | diff %t.once.mlir -

// Bias and residual come behind a product of all rows: the reshape goes behind both, the residual is reshaped instead.
// CHECK-LABEL: @behind_bias_and_residual
// CHECK-SAME: %[[X:.*]]: tensor<?x?x8xf32> {{.*}}, %[[W:.*]]: tensor<1x8x16x1xf32>, %[[B:.*]]: tensor<16xf32>, %[[R:.*]]: tensor<?x?x16xf32>
func.func @behind_bias_and_residual(%x: tensor<?x?x8xf32> {llmc.dims = ["n", "m", "8"]}, %w: tensor<1x8x16x1xf32>, %b: tensor<16xf32>,
                                    %r: tensor<?x?x16xf32> {llmc.dims = ["n", "m", "16"]}) -> tensor<?x?x16xf32> {
  // CHECK: %[[P:.*]] = llmc.packed_matmul
  // CHECK: %[[RR:.*]] = llmc.reshape %[[R]]
  // CHECK: %[[M:.*]] = llmc.map (%{{.*}} = %[[P]] : tensor<?x16xf32>, %{{.*}} = %[[B]] : tensor<16xf32>, %{{.*}} = %[[RR]] : tensor<?x16xf32>)
  // CHECK: %[[BACK:.*]] = llmc.reshape %[[M]]
  // CHECK: return %[[BACK]]
  %n = llmc.size "n"
  %m = llmc.size "m"
  %rows = llmc.size "n * m"
  %0 = llmc.reshape %x to [%rows, 8] : tensor<?x?x8xf32> -> tensor<?x8xf32>
  %1 = llmc.packed_matmul %0, %w columns 16 : tensor<?x8xf32>, tensor<1x8x16x1xf32> -> tensor<?x16xf32>
  %2 = llmc.reshape %1 to [%n, %m, 16] : tensor<?x16xf32> -> tensor<?x?x16xf32>
  %3 = llmc.map (%a = %2 : tensor<?x?x16xf32>, %c = %b : tensor<16xf32>, %d = %r : tensor<?x?x16xf32>) -> tensor<?x?x16xf32> {
    %s = arith.addf %a, %c : f32
    %t = arith.addf %s, %d : f32
    llmc.yield %t : f32
  }
  return %3 : tensor<?x?x16xf32>
}

// The product has a second reader, which needs the matrix as it is: nothing moves.
// CHECK-LABEL: @keeps_a_reshape_of_a_value_with_a_second_user
func.func @keeps_a_reshape_of_a_value_with_a_second_user(%x: tensor<6x8xf32>, %w: tensor<1x8x16x1xf32>, %r: tensor<2x3x16xf32>)
    -> (tensor<2x3x16xf32>, tensor<6x16xf32>) {
  // CHECK: llmc.packed_matmul
  // CHECK-NEXT: llmc.reshape
  // CHECK-NEXT: llmc.map
  %1 = llmc.packed_matmul %x, %w columns 16 : tensor<6x8xf32>, tensor<1x8x16x1xf32> -> tensor<6x16xf32>
  %2 = llmc.reshape %1 to [2, 3, 16] : tensor<6x16xf32> -> tensor<2x3x16xf32>
  %3 = llmc.map (%a = %2 : tensor<2x3x16xf32>, %d = %r : tensor<2x3x16xf32>) -> tensor<2x3x16xf32> {
    %t = arith.addf %a, %d : f32
    llmc.yield %t : f32
  }
  return %3, %1 : tensor<2x3x16xf32>, tensor<6x16xf32>
}

// An operand with sizes of its own in the middle can't be seen as rows.
// CHECK-LABEL: @keeps_operands_that_broadcast_in_the_middle
func.func @keeps_operands_that_broadcast_in_the_middle(%x: tensor<6x8xf32>, %w: tensor<1x8x16x1xf32>, %r: tensor<2x1x16xf32>)
    -> tensor<2x3x16xf32> {
  // CHECK: llmc.packed_matmul
  // CHECK-NEXT: llmc.reshape
  // CHECK-NEXT: llmc.map
  %1 = llmc.packed_matmul %x, %w columns 16 : tensor<6x8xf32>, tensor<1x8x16x1xf32> -> tensor<6x16xf32>
  %2 = llmc.reshape %1 to [2, 3, 16] : tensor<6x16xf32> -> tensor<2x3x16xf32>
  %3 = llmc.map (%a = %2 : tensor<2x3x16xf32>, %d = %r : tensor<2x1x16xf32>) -> tensor<2x3x16xf32> {
    %t = arith.addf %a, %d : f32
    llmc.yield %t : f32
  }
  return %3 : tensor<2x3x16xf32>
}

// A product of two computed tensors has rows, too.
// CHECK-LABEL: @behind_a_map_of_a_computed_product
func.func @behind_a_map_of_a_computed_product(%x: tensor<6x8xf32>, %w: tensor<8x16xf32>) -> tensor<2x3x16xf32> {
  // CHECK: %[[P:.*]] = llmc.matmul
  // CHECK: %[[M:.*]] = llmc.map (%{{.*}} = %[[P]] : tensor<6x16xf32>)
  // CHECK: llmc.reshape %[[M]]
  %1 = llmc.matmul %x, %w : tensor<6x8xf32>, tensor<8x16xf32> -> tensor<6x16xf32>
  %2 = llmc.reshape %1 to [2, 3, 16] : tensor<6x16xf32> -> tensor<2x3x16xf32>
  %3 = llmc.map (%a = %2 : tensor<2x3x16xf32>) -> tensor<2x3x16xf32> {
    %t = arith.negf %a : f32
    llmc.yield %t : f32
  }
  return %3 : tensor<2x3x16xf32>
}

// A map of one tensor and scalars does not mind where elements lie: it stays with the attention whose heads are merged.
// CHECK-LABEL: @behind_merged_heads
func.func @behind_merged_heads(%x: tensor<2x3x16xf32>, %y: tensor<2x16x4xf32>, %s: tensor<f32>) -> tensor<3x8xbf16> {
  // CHECK: %[[P:.*]] = llmc.matmul
  // CHECK: %[[T:.*]] = llmc.transpose %[[P]] perm [1, 0, 2]
  // CHECK: %[[M:.*]] = llmc.map (%{{.*}} = %[[T]] : tensor<3x2x4xf32>, %{{.*}} = %{{.*}} : tensor<f32>) -> tensor<3x2x4xbf16>
  // CHECK: %[[R:.*]] = llmc.reshape %[[M]] to [3, 8]
  // CHECK: return %[[R]]
  %p = llmc.matmul %x, %y : tensor<2x3x16xf32>, tensor<2x16x4xf32> -> tensor<2x3x4xf32>
  %t = llmc.transpose %p perm [1, 0, 2] : tensor<2x3x4xf32> -> tensor<3x2x4xf32>
  %r = llmc.reshape %t to [3, 8] : tensor<3x2x4xf32> -> tensor<3x8xf32>
  %m = llmc.map (%a = %r : tensor<3x8xf32>, %b = %s : tensor<f32>) -> tensor<3x8xbf16> {
    %u = arith.mulf %a, %b : f32
    %v = arith.truncf %u : f32 to bf16
    llmc.yield %v : bf16
  }
  return %m : tensor<3x8xbf16>
}
