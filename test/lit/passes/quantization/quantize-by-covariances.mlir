// RUN: llmc-opt %s --llmc-quantize-products='rules=*=int4-weights,wide=int8-weights' --cse --canonicalize | FileCheck %s

// What the module has moments for is rounded with them; other weights number by number.
// CHECK: llmc.weight @v.int4.codes
// CHECK-NEXT: llmc.get_weight @v
// CHECK-NEXT: llmc.encode %{{.*}} bits 4 block 32
// CHECK: llmc.weight @wide.int8.codes
// CHECK-NEXT: %[[WIDE:.*]] = llmc.get_weight @wide
// CHECK-NEXT: %[[M:.*]] = llmc.get_weight @left
// CHECK-NEXT: llmc.encode %[[WIDE]] moments %[[M]] bits 8 block 70
// CHECK: llmc.weight @w.int4.codes
// CHECK-NEXT: %[[W:.*]] = llmc.get_weight @w
// CHECK-NEXT: %[[M:.*]] = llmc.get_weight @left
// CHECK-NEXT: llmc.encode %[[W]] moments %[[M]] bits 4 block 32
module attributes {llmc.moments = {w = @left, wide = @left}} {
  llmc.weight @w : tensor<70x32xf32> from "w.bin" at 0
  llmc.weight @wide : tensor<70x8xf32> from "w.bin" at 0
  llmc.weight @v : tensor<32x8xf32> from "w.bin" at 0
  llmc.weight @left : tensor<70x70xf32> from "calibration" at 0

  func.func @main(%x: tensor<?x70xf32> {llmc.dims = ["n", "70"]}) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
    %w = llmc.get_weight @w : tensor<70x32xf32>
    %wide = llmc.get_weight @wide : tensor<70x8xf32>
    %v = llmc.get_weight @v : tensor<32x8xf32>
    %0 = llmc.matmul %x, %w : tensor<?x70xf32>, tensor<70x32xf32> -> tensor<?x32xf32> loc("w")
    %1 = llmc.matmul %x, %wide : tensor<?x70xf32>, tensor<70x8xf32> -> tensor<?x8xf32> loc("wide")
    %2 = llmc.matmul %0, %v : tensor<?x32xf32>, tensor<32x8xf32> -> tensor<?x8xf32> loc("v")
    return %1, %2 : tensor<?x8xf32>, tensor<?x8xf32>
  }
}
