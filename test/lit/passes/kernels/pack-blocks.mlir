// RUN: llmc-opt %s --llmc-pack-blocks='floats=1.6' --llmc-pack-weights | FileCheck %s

// CHECK: llmc.weight @w.values : tensor<2x16x16x1xf32> {
// CHECK-DAG: %[[W:.*]] = llmc.get_weight @w : tensor<64x20xf32>
// CHECK-DAG: %[[B:.*]] = llmc.get_weight @w.numbers
// CHECK:   llmc.pack_blocks %[[W]] at %[[B]] panel 16 group 1
// CHECK: llmc.weight @w.numbers : tensor<2x16xi32> {
// CHECK:   llmc.find_blocks %{{.*}} panel 16 group 1 count 16
llmc.weight @w : tensor<64x20xf32> from "w.bin" at 0
llmc.weight @q : tensor<64x20xi8> from "q.bin" at 0

// CHECK-LABEL: @leaves_zeros_out
func.func @leaves_zeros_out(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}) -> tensor<?x20xf32> {
  // CHECK: %[[B:.*]] = llmc.get_weight @w.numbers
  // CHECK: %[[V:.*]] = llmc.get_weight @w.values
  // CHECK: llmc.block_matmul %{{.*}}, %[[V]] at %[[B]] columns 20 depth 64
  // CHECK-SAME: #llmc.decision<"zeros of the weight left out", "16 of 64 blocks of a panel hold numbers">
  %w = llmc.get_weight @w : tensor<64x20xf32>
  %a = llmc.matmul %x, %w {llmc.blocks = #llmc.blocks<rows = 1, columns = 16, count = 16>} : tensor<?x64xf32>, tensor<64x20xf32> -> tensor<?x20xf32>
  return %a : tensor<?x20xf32>
}

// Blocks of four rows are four blocks of one.
// CHECK-LABEL: @taller_blocks
func.func @taller_blocks(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}) -> tensor<?x20xf32> {
  // CHECK: llmc.block_matmul {{.*}} columns 20 depth 64
  %w = llmc.get_weight @w : tensor<64x20xf32>
  %a = llmc.matmul %x, %w {llmc.blocks = #llmc.blocks<rows = 4, columns = 16, count = 4>} : tensor<?x64xf32>, tensor<64x20xf32> -> tensor<?x20xf32>
  return %a : tensor<?x20xf32>
}

// CHECK-LABEL: @of_bytes
func.func @of_bytes(%x: tensor<?x64xi8> {llmc.dims = ["n", "64"]}) -> tensor<?x20xi32> {
  // CHECK: llmc.block_matmul {{.*}} : tensor<?x64xi8>, tensor<2x4x16x4xi8>, tensor<2x4xi32> -> tensor<?x20xi32>
  %w = llmc.get_weight @q : tensor<64x20xi8>
  %a = llmc.matmul %x unsigned, %w {llmc.blocks = #llmc.blocks<rows = 4, columns = 16, count = 4>} : tensor<?x64xi8>, tensor<64x20xi8> -> tensor<?x20xi32>
  return %a : tensor<?x20xi32>
}

// CHECK-LABEL: @keeps_what_is_too_dense
func.func @keeps_what_is_too_dense(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}) -> tensor<?x20xf32> {
  // CHECK: llmc.packed_matmul
  // CHECK-SAME: #llmc.decision<"zeros of the weight multiplied", "94% of the blocks are left, and a multiply-add in blocks costs 1.60 of one in whole panels">
  %w = llmc.get_weight @w : tensor<64x20xf32>
  %a = llmc.matmul %x, %w {llmc.blocks = #llmc.blocks<rows = 1, columns = 16, count = 60>} : tensor<?x64xf32>, tensor<64x20xf32> -> tensor<?x20xf32>
  return %a : tensor<?x20xf32>
}

// One row takes as long as reading the weight, and the numbers of the blocks.
// CHECK-LABEL: @few_rows
func.func @few_rows(%x: tensor<1x64xf32>) -> tensor<1x20xf32> {
  // CHECK: llmc.block_matmul
  %w = llmc.get_weight @w : tensor<64x20xf32>
  %a = llmc.matmul %x, %w {llmc.blocks = #llmc.blocks<rows = 1, columns = 16, count = 60>} : tensor<1x64xf32>, tensor<64x20xf32> -> tensor<1x20xf32>
  return %a : tensor<1x20xf32>
}

// CHECK-LABEL: @keeps_blocks_of_another_shape
func.func @keeps_blocks_of_another_shape(%x: tensor<?x64xi8> {llmc.dims = ["n", "64"]}) -> tensor<?x20xi32> {
  // CHECK: llmc.packed_matmul
  // CHECK-SAME: "they are blocks of 1 x 16, and instructions take 4 x 16"
  %w = llmc.get_weight @q : tensor<64x20xi8>
  %a = llmc.matmul %x unsigned, %w {llmc.blocks = #llmc.blocks<rows = 1, columns = 16, count = 4>} : tensor<?x64xi8>, tensor<64x20xi8> -> tensor<?x20xi32>
  return %a : tensor<?x20xi32>
}

// CHECK-LABEL: @keeps_other_signs
func.func @keeps_other_signs(%x: tensor<?x64xi8> {llmc.dims = ["n", "64"]}) -> tensor<?x20xi32> {
  // CHECK: llmc.packed_matmul
  // CHECK-SAME: "there are no loops for blocks of its numbers"
  %w = llmc.get_weight @q : tensor<64x20xi8>
  %a = llmc.matmul %x, %w {llmc.blocks = #llmc.blocks<rows = 4, columns = 16, count = 4>} : tensor<?x64xi8>, tensor<64x20xi8> -> tensor<?x20xi32>
  return %a : tensor<?x20xi32>
}

// Nothing says that these have zeros.
// CHECK-LABEL: @keeps_dense_products
func.func @keeps_dense_products(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}) -> tensor<?x20xf32> {
  // CHECK: llmc.packed_matmul {{.*}} columns 20 :
  %w = llmc.get_weight @w : tensor<64x20xf32>
  %a = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x20xf32> -> tensor<?x20xf32>
  return %a : tensor<?x20xf32>
}
