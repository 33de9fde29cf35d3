// RUN: llmc-opt %s --llmc-quantize-products='rules=bf16' --cse --canonicalize | FileCheck %s

llmc.weight @w : tensor<64x32xf32> from "w.bin" at 0
llmc.weight @h : tensor<64x10xf16> from "h.bin" at 0
llmc.weight @g : tensor<64x10xf16> from "h.bin" at 0
llmc.weight @b : tensor<64x10xbf16> from "h.bin" at 0
llmc.weight @e : tensor<100x64xf32> from "e.bin" at 0

// CHECK-DAG: llmc.weight @w.bf16 : tensor<64x32xbf16> {
// CHECK-DAG: llmc.weight @e.bf16 : tensor<100x64xbf16> {
// CHECK-DAG: llmc.weight @g.bf16 : tensor<64x10xbf16> {
// CHECK-NOT: llmc.weight @h.
// CHECK-NOT: llmc.weight @b.

// Both sides are rounded, sums are not.
// CHECK-LABEL: @product
// CHECK: %[[LEFT:.*]] = llmc.map ({{.*}} = %arg0 : tensor<?x?x64xf32>) -> tensor<?x?x64xbf16>
// CHECK: arith.truncf
// CHECK: llmc.matmul %[[LEFT]], %{{.*}} wide : tensor<?x?x64xbf16>, tensor<64x32xbf16> -> tensor<?x?x32xf32>
func.func @product(%x: tensor<?x?x64xf32> {llmc.name = "x", llmc.dims = ["b", "n", "64"]}) -> (tensor<?x?x32xf32> {llmc.name = "y"}) {
  %w = llmc.get_weight @w : tensor<64x32xf32>
  %0 = llmc.matmul %x, %w : tensor<?x?x64xf32>, tensor<64x32xf32> -> tensor<?x?x32xf32>
  return %0 : tensor<?x?x32xf32>
}

// A weight that is stored in 16 bits already is one of f32 on its way.
// CHECK-LABEL: @stored
// CHECK: llmc.matmul %{{.*}}, %{{.*}} wide : tensor<?x64xbf16>, tensor<64x10xbf16> -> tensor<?x10xf32>
// CHECK: llmc.matmul %{{.*}}, %{{.*}} wide : tensor<?x64xbf16>, tensor<64x10xbf16> -> tensor<?x10xf32>
func.func @stored(%x: tensor<?x64xf32> {llmc.name = "x", llmc.dims = ["n", "64"]}) -> (tensor<?x10xf32>, tensor<?x10xf32>) {
  %g = llmc.get_weight @g : tensor<64x10xf16>
  %b = llmc.get_weight @b : tensor<64x10xbf16>
  %0 = llmc.matmul %x, %g : tensor<?x64xf32>, tensor<64x10xf16> -> tensor<?x10xf32>
  %1 = llmc.matmul %x, %b : tensor<?x64xf32>, tensor<64x10xbf16> -> tensor<?x10xf32>
  return %0, %1 : tensor<?x10xf32>, tensor<?x10xf32>
}

// Other floats stay as the model has them.
// CHECK-LABEL: @other
// CHECK: llmc.matmul %arg0, %{{.*}} : tensor<?x64xf16>, tensor<64x10xf16> -> tensor<?x10xf16>
func.func @other(%x: tensor<?x64xf16> {llmc.name = "x", llmc.dims = ["n", "64"]}) -> (tensor<?x10xf16> {llmc.name = "y"}) {
  %h = llmc.get_weight @h : tensor<64x10xf16>
  %0 = llmc.matmul %x, %h : tensor<?x64xf16>, tensor<64x10xf16> -> tensor<?x10xf16>
  return %0 : tensor<?x10xf16>
}

// Rows that are picked out of a weight are widened.
// CHECK-LABEL: @rows
// CHECK: %[[ROWS:.*]] = llmc.gather %{{.*}}, %arg0 axis 0 : tensor<100x64xbf16>, tensor<?xi64> -> tensor<?x64xbf16>
// CHECK: llmc.map ({{.*}} = %[[ROWS]] : tensor<?x64xbf16>) -> tensor<?x64xf32>
// CHECK: arith.extf
func.func @rows(%i: tensor<?xi64> {llmc.name = "i", llmc.dims = ["n"]}) -> (tensor<?x64xf32> {llmc.name = "y"}) {
  %e = llmc.get_weight @e : tensor<100x64xf32>
  %0 = llmc.gather %e, %i axis 0 : tensor<100x64xf32>, tensor<?xi64> -> tensor<?x64xf32>
  return %0 : tensor<?x64xf32>
}

llmc.weight @c : tensor<24x16x3xf32> from "c.bin" at 0
llmc.weight @p : tensor<24x3x4x4xf32> from "p.bin" at 0
llmc.weight @grouped : tensor<24x4x3xf32> from "g.bin" at 0

// Each tap of a convolution shows a row of channels, and all of them side by side are a row of a product.
// CHECK-LABEL: @convolution
// CHECK: %[[ROWS:.*]] = llmc.transpose %{{.*}} perm [0, 2, 1] : tensor<?x16x?xbf16> -> tensor<?x?x16xbf16>
// CHECK: %[[PADDED:.*]] = llmc.pad %[[ROWS]], %{{.*}} low [0, 1, 0] high [0, 1, 0]
// CHECK: %[[FIRST:.*]] = llmc.slice %[[PADDED]] [0, 0, 0] [{{.*}}, 16] [1, 2, 1]
// CHECK: %[[SECOND:.*]] = llmc.slice %[[PADDED]] [0, 2, 0] [{{.*}}, 16] [1, 2, 1]
// CHECK: %[[THIRD:.*]] = llmc.slice %[[PADDED]] [0, 4, 0] [{{.*}}, 16] [1, 2, 1]
// CHECK: %[[WINDOWS:.*]] = llmc.concat %[[FIRST]], %[[SECOND]], %[[THIRD]] axis 2 : {{.*}} -> tensor<?x?x48xbf16>
// CHECK: %[[FILTER:.*]] = llmc.transpose %{{.*}} perm [2, 1, 0] : tensor<24x16x3xbf16> -> tensor<3x16x24xbf16>
// CHECK: llmc.matmul %[[WINDOWS]], %{{.*}} wide : tensor<?x?x48xbf16>, tensor<48x24xbf16> -> tensor<?x?x24xf32>
func.func @convolution(%x: tensor<?x16x?xf32> {llmc.dims = ["b", "16", "n"]}) -> tensor<?x24x?xf32> {
  %w = llmc.get_weight @c : tensor<24x16x3xf32>
  %0 = llmc.conv %x, %w strides [2] dilations [2] pad [1] [1] groups 1 : tensor<?x16x?xf32>, tensor<24x16x3xf32> -> tensor<?x24x?xf32>
  return %0 : tensor<?x24x?xf32>
}

// Many taps of few channels are windows.
// CHECK-LABEL: @patches
// CHECK: llmc.unfold %{{.*}} window [4, 4]
// CHECK: llmc.matmul {{.*}} wide : tensor<?x8x8x48xbf16>, tensor<48x24xbf16> -> tensor<?x8x8x24xf32>
func.func @patches(%x: tensor<?x3x32x32xf32> {llmc.dims = ["b", "3", "32", "32"]}) -> tensor<?x24x8x8xf32> {
  %w = llmc.get_weight @p : tensor<24x3x4x4xf32>
  %0 = llmc.conv %x, %w strides [4, 4] dilations [1, 1] pad [0, 0] [0, 0] groups 1 : tensor<?x3x32x32xf32>, tensor<24x3x4x4xf32> -> tensor<?x24x8x8xf32>
  return %0 : tensor<?x24x8x8xf32>
}

// CHECK-LABEL: @groups_stay
// CHECK: llmc.conv {{.*}} groups 4 : tensor<?x16x?xf32>
func.func @groups_stay(%x: tensor<?x16x?xf32> {llmc.dims = ["b", "16", "n"]}) -> tensor<?x24x?xf32> {
  %w = llmc.get_weight @grouped : tensor<24x4x3xf32>
  %0 = llmc.conv %x, %w strides [1] dilations [1] pad [1] [1] groups 4 : tensor<?x16x?xf32>, tensor<24x4x3xf32> -> tensor<?x24x?xf32>
  return %0 : tensor<?x24x?xf32>
}
