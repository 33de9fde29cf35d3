// RUN: llmc-opt %s --llmc-quantize-products='rules=fp16' --cse --canonicalize | FileCheck %s

llmc.weight @w : tensor<64x32xf32> from "w.bin" at 0
llmc.weight @h : tensor<64x10xf16> from "h.bin" at 0
llmc.weight @e : tensor<100x64xf32> from "e.bin" at 0

// CHECK-DAG: llmc.weight @w.fp16.units : tensor<1x32xf32> {
// CHECK-DAG: llmc.weight @w.fp16 : tensor<64x32xf16> {
// CHECK-DAG: llmc.weight @e.fp16.rows.units : tensor<100x1xf32> {
// CHECK-DAG: llmc.weight @e.fp16.rows : tensor<100x64xf16> {
// CHECK-NOT: llmc.weight @h.

// The left side is as it was; columns have units.
// CHECK-LABEL: @product
// CHECK: %[[P:.*]] = llmc.matmul %arg0, %{{.*}} : tensor<?x?x64xf32>, tensor<64x32xf16> -> tensor<?x?x32xf32>
// CHECK: llmc.map ({{.*}} = %[[P]] : tensor<?x?x32xf32>, {{.*}} : tensor<1x32xf32>) -> tensor<?x?x32xf32>
// CHECK: arith.mulf
func.func @product(%x: tensor<?x?x64xf32> {llmc.name = "x", llmc.dims = ["b", "n", "64"]}) -> (tensor<?x?x32xf32> {llmc.name = "y"}) {
  %w = llmc.get_weight @w : tensor<64x32xf32>
  %0 = llmc.matmul %x, %w : tensor<?x?x64xf32>, tensor<64x32xf32> -> tensor<?x?x32xf32>
  return %0 : tensor<?x?x32xf32>
}

// What is stored so already stays, and nobody is told that it stays floats.
// CHECK-LABEL: @stored
// CHECK: llmc.matmul %arg0, %{{.*}} : tensor<?x64xf32>, tensor<64x10xf16> -> tensor<?x10xf32>
// CHECK-NOT: llmc.decisions
func.func @stored(%x: tensor<?x64xf32> {llmc.name = "x", llmc.dims = ["n", "64"]}) -> (tensor<?x10xf32> {llmc.name = "y"}) {
  %h = llmc.get_weight @h : tensor<64x10xf16>
  %0 = llmc.matmul %x, %h : tensor<?x64xf32>, tensor<64x10xf16> -> tensor<?x10xf32>
  return %0 : tensor<?x10xf32>
}

// Rows that are picked have units of their own.
// CHECK-LABEL: @rows
// CHECK: %[[ROWS:.*]] = llmc.gather %{{.*}}, %arg0 axis 0 : tensor<100x64xf16>, tensor<?xi64> -> tensor<?x64xf16>
// CHECK: %[[UNITS:.*]] = llmc.gather %{{.*}}, %arg0 axis 0 : tensor<100x1xf32>, tensor<?xi64> -> tensor<?x1xf32>
// CHECK: llmc.map ({{.*}} = %[[ROWS]] : tensor<?x64xf16>, {{.*}} = %[[UNITS]] : tensor<?x1xf32>) -> tensor<?x64xf32>
// CHECK: arith.extf
// CHECK: arith.mulf
func.func @rows(%i: tensor<?xi64> {llmc.name = "i", llmc.dims = ["n"]}) -> (tensor<?x64xf32> {llmc.name = "y"}) {
  %e = llmc.get_weight @e : tensor<100x64xf32>
  %0 = llmc.gather %e, %i axis 0 : tensor<100x64xf32>, tensor<?xi64> -> tensor<?x64xf32>
  return %0 : tensor<?x64xf32>
}
