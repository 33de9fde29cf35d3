// RUN: llmc-opt %s --llmc-quantize-products=rules=int8 --cse --canonicalize | FileCheck %s

llmc.weight @w : tensor<64x32xf16> from "w.bin" at 0

// Halves are measured and rounded in f32, and come back as halves.
// CHECK-LABEL: @halves
// CHECK: arith.extf
// CHECK: llmc.matmul {{.*}} unsigned
// CHECK: arith.truncf {{.*}} : f32 to f16
// A right side that is no weight stays as it is.
// CHECK: llmc.matmul {{.*}} : tensor<3x32xf16>, tensor<32x3xf16>
func.func @halves(%x: tensor<3x64xf16> {llmc.name = "x"}, %v: tensor<32x3xf16> {llmc.name = "v"}) -> (tensor<3x3xf16> {llmc.name = "y"}) {
  %w = llmc.get_weight @w : tensor<64x32xf16>
  %0 = llmc.matmul %x, %w : tensor<3x64xf16>, tensor<64x32xf16> -> tensor<3x32xf16>
  %1 = llmc.matmul %0, %v : tensor<3x32xf16>, tensor<32x3xf16> -> tensor<3x3xf16>
  return %1 : tensor<3x3xf16>
}
