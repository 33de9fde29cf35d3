// RUN: llmc-opt %s --split-input-file --llmc-pack-weights | FileCheck %s

// Four bytes of a column lie side by side.
// CHECK: llmc.weight @q.packed : tensor<2x16x16x4xi8> {
// CHECK:   llmc.pack %{{.*}} panel 16 group 4
llmc.weight @q : tensor<62x20xi8> from "q.bin" at 0

// CHECK: llmc.weight @w.packed : tensor<2x64x16x1xf32> {
// CHECK:   llmc.pack %{{.*}} panel 16
llmc.weight @w : tensor<64x20xf32> from "w.bin" at 0

// Rows lie side by side where both sides are bf16; f32 is multiplied row by row.
// CHECK-DAG: llmc.weight @h.packed : tensor<2x32x16x2xbf16> {
// CHECK-DAG: llmc.weight @h.packed.rows : tensor<2x64x16x1xbf16> {
llmc.weight @h : tensor<64x20xbf16> from "h.bin" at 0

// CHECK-LABEL: @packs_for_what_is_on_the_left
func.func @packs_for_what_is_on_the_left(%x: tensor<?x64xf32> {llmc.dims = ["n", "64"]},
                                         %y: tensor<?x64xbf16> {llmc.dims = ["n", "64"]}) -> (tensor<?x20xf32>, tensor<?x20xf32>) {
  // CHECK: llmc.packed_matmul {{.*}} columns 20 : tensor<?x64xf32>, tensor<2x64x16x1xbf16> -> tensor<?x20xf32>
  // CHECK: llmc.packed_matmul {{.*}} columns 20 wide : tensor<?x64xbf16>, tensor<2x32x16x2xbf16> -> tensor<?x20xf32>
  %w = llmc.get_weight @h : tensor<64x20xbf16>
  %a = llmc.matmul %x, %w : tensor<?x64xf32>, tensor<64x20xbf16> -> tensor<?x20xf32>
  %b = llmc.matmul %y, %w wide : tensor<?x64xbf16>, tensor<64x20xbf16> -> tensor<?x20xf32>
  return %a, %b : tensor<?x20xf32>, tensor<?x20xf32>
}

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

// -----

llmc.weight @c : tensor<40x20xi8> from "w.bin" at 0
llmc.weight @s : tensor<5x20xbf16> from "w.bin" at 800

// Codes are packed as words of four bytes for each column, scales as they are, constants, too; what is decoded is the
// panels.
// CHECK-LABEL: @codes
// CHECK-DAG: %[[C:.*]] = llmc.get_weight @c.pack : tensor<2x10x16x4xi8>
// CHECK-DAG: %[[S:.*]] = llmc.get_weight @s.pack : tensor<2x5x16x1xbf16>
// CHECK-DAG: %[[Z:.*]] = llmc.get_weight @pack : tensor<2x5x16x1xi8>
// CHECK: %[[P:.*]] = llmc.decode %[[C]] scales %[[S]] zeros %[[Z]] axis 1 size 79 bits 4 block 16 group 4 to f32 : tensor<2x10x16x4xi8>, tensor<2x5x16x1xbf16>, tensor<2x5x16x1xi8> -> tensor<2x79x16x1xf32>
// CHECK: llmc.packed_matmul %arg0, %[[P]] columns 20
func.func @codes(%x: tensor<?x79xf32> {llmc.name = "x", llmc.dims = ["n", "79"]}) -> (tensor<?x20xf32> {llmc.name = "y"}) {
  %c = llmc.get_weight @c : tensor<40x20xi8>
  %s = llmc.get_weight @s : tensor<5x20xbf16>
  %z = llmc.constant dense<7> : tensor<5x20xi8>
  %w = llmc.decode %c scales %s zeros %z axis 0 size 79 bits 4 block 16 to f32 : tensor<40x20xi8>, tensor<5x20xbf16>, tensor<5x20xi8> -> tensor<79x20xf32>
  %y = llmc.matmul %x, %w : tensor<?x79xf32>, tensor<79x20xf32> -> tensor<?x20xf32>
  return %y : tensor<?x20xf32>
}
