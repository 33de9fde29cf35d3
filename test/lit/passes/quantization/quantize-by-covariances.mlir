// RUN: llmc-opt %s --llmc-quantize-products='rules=*=int4-weights,wide=int8-weights,bytes=int8' --cse --canonicalize | FileCheck %s

// What rounding changes for the means is a row.
// CHECK: llmc.weight @bytes.int8.loss : tensor<1x8xf32> {
// CHECK: llmc.slice %{{.*}} [1, 0] [1, 70] [1, 1] : tensor<72x70xf32> -> tensor<1x70xf32>
// CHECK: arith.subf
// CHECK-NEXT: arith.mulf
// CHECK: llmc.reduce %{{.*}} axes [0]

// What the module has covariances for is rounded with them; other weights number by number.
// CHECK: llmc.weight @v.int4.codes
// CHECK-NEXT: llmc.get_weight @v
// CHECK-NEXT: llmc.encode %{{.*}} bits 4 block 32
// CHECK: llmc.weight @wide.int8.codes.loss : tensor<1x8xf32> {
// CHECK: llmc.decode %{{.*}} bits 8 block 70
// CHECK: llmc.reduce %{{.*}} axes [0]
// CHECK: llmc.weight @wide.int8.codes
// CHECK: %[[WIDE:.*]] = llmc.get_weight @wide
// CHECK: %[[M:.*]] = llmc.slice %{{.*}} [2, 0] [70, 70] [1, 1] : tensor<72x70xf32> -> tensor<70x70xf32>
// CHECK: llmc.encode %[[WIDE]] moments %[[M]] bits 8 block 70
// CHECK: llmc.weight @w.int4.codes.loss : tensor<1x32xf32> {
// CHECK: llmc.weight @w.int4.codes
// CHECK: llmc.encode %{{.*}} moments %{{.*}} bits 4 block 32

// It is added to each row of the product.
// CHECK-LABEL: func.func @main(
// CHECK: %[[Y:.*]] = llmc.matmul %arg0, %{{.*}} -> tensor<?x32xf32>
// CHECK-NEXT: %[[LOSS:.*]] = llmc.get_weight @w.int4.codes.loss
// CHECK: llmc.map (%[[A:.*]] = %[[Y]] : tensor<?x32xf32>, %[[B:.*]] = %[[LOSS]] : tensor<1x32xf32>) -> tensor<?x32xf32> {
// CHECK-NEXT: arith.addf %[[A]], %[[B]]
module attributes {llmc.covariances = {bytes = @left, w = @left, wide = @left}} {
  llmc.weight @w : tensor<70x32xf32> from "w.bin" at 0
  llmc.weight @wide : tensor<70x8xf32> from "w.bin" at 0
  llmc.weight @bytes : tensor<70x8xf32> from "w.bin" at 0
  llmc.weight @v : tensor<32x8xf32> from "w.bin" at 0
  llmc.weight @left : tensor<72x70xf32> from "calibration" at 0

  func.func @main(%x: tensor<?x70xf32> {llmc.dims = ["n", "70"]}) -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>) {
    %w = llmc.get_weight @w : tensor<70x32xf32>
    %wide = llmc.get_weight @wide : tensor<70x8xf32>
    %bytes = llmc.get_weight @bytes : tensor<70x8xf32>
    %v = llmc.get_weight @v : tensor<32x8xf32>
    %0 = llmc.matmul %x, %w : tensor<?x70xf32>, tensor<70x32xf32> -> tensor<?x32xf32> loc("w")
    %1 = llmc.matmul %x, %wide : tensor<?x70xf32>, tensor<70x8xf32> -> tensor<?x8xf32> loc("wide")
    %2 = llmc.matmul %0, %v : tensor<?x32xf32>, tensor<32x8xf32> -> tensor<?x8xf32> loc("v")
    %3 = llmc.matmul %x, %bytes : tensor<?x70xf32>, tensor<70x8xf32> -> tensor<?x8xf32> loc("bytes")
    return %1, %2, %3 : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>
  }
}
