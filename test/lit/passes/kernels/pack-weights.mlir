// RUN: llmc-opt %s --llmc-pack-weights | FileCheck %s

// Four bytes of a column lie side by side.
// CHECK: llmc.weight @q.packed : tensor<2x16x16x4xi8> {
// CHECK:   llmc.pack %{{.*}} panel 16 group 4
llmc.weight @q : tensor<62x20xi8> from "q.bin" at 0

// CHECK: llmc.weight @w.packed : tensor<2x64x16x1xf32> {
// CHECK:   llmc.pack %{{.*}} panel 16
llmc.weight @w : tensor<64x20xf32> from "w.bin" at 0

// CHECK-LABEL: @reads_panels
func.func @reads_panels(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}) -> (tensor<?x20xf32>, tensor<?x20xf32>) {
  // The same weight is packed once.
  // CHECK: llmc.packed_matmul {{.*}} columns 20
  // CHECK: llmc.packed_matmul {{.*}} columns 20
  %w = llmc.get_weight @w : tensor<64x20xf32>
  %a = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x20xf32> -> tensor<?x20xf32>
  %e = llmc.map (%v = %x : tensor<?x64xf32>) -> tensor<?x64xf32> {
    %r = math.exp %v : f32
    llmc.yield %r : f32
  }
  %c = llmc.matmul %e, %w : tensor<?x64xf32>, tensor<64x20xf32> -> tensor<?x20xf32>
  return %a, %c : tensor<?x20xf32>, tensor<?x20xf32>
}

// CHECK-LABEL: @keeps_computed_right_side
func.func @keeps_computed_right_side(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]}, %w: tensor<64x20xf32>) -> tensor<?x20xf32> {
  // CHECK: llmc.matmul
  %a = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x20xf32> -> tensor<?x20xf32>
  return %a : tensor<?x20xf32>
}

// CHECK-LABEL: @keeps_signs
func.func @keeps_signs(%x: tensor<?x62xi8> {llmc.dims = ["n", "62"]}) -> tensor<?x20xi32> {
  // CHECK: llmc.packed_matmul %{{.*}} unsigned, %{{.*}} columns 20 : tensor<?x62xi8>, tensor<2x16x16x4xi8> -> tensor<?x20xi32>
  %w = llmc.get_weight @q : tensor<62x20xi8>
  %a = llmc.matmul %x unsigned, %w : tensor<?x62xi8>, tensor<62x20xi8> -> tensor<?x20xi32>
  return %a : tensor<?x20xi32>
}
