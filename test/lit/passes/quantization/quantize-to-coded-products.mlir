// RUN: llmc-opt %s --llmc-quantize-products='rules=*=int4,*head*=float' --cse --canonicalize | FileCheck %s
// RUN: llmc-opt %s --llmc-quantize-products='rules=*=int4/64-symmetric,*head*=float' --cse --canonicalize | FileCheck %s --check-prefix=CENTERED

// One zero for all blocks is a constant, and the left side's blocks are as large as those of the codes.
// CENTERED: llmc.weight @"w.int4/64-symmetric.panels.scales" : tensor<2x2x16x1xbf16> {
// CENTERED: llmc.encode {{.*}} bits 4 block 64 apart 4 centered
// CENTERED-LABEL: @rows(
// CENTERED: llmc.constant dense<8> : tensor<2x2x16x1xi8>
// CENTERED: llmc.coded_matmul {{.*}} columns 20 bits 4 : tensor<2x?x64xi8>, tensor<2x?xf32>

// What rounding changes for the means is what the codes give that words hold.
// CHECK: llmc.weight @w.int4.words.loss : tensor<1x20xf32> {
// CHECK: %[[WORDS:.*]] = llmc.get_weight @w.int4.words : tensor<36x20xi8>
// CHECK: %[[RUNS:.*]] = llmc.reshape %[[WORDS]] to [9, 1, 80]
// CHECK: %[[LOW:.*]] = llmc.map ({{.*}} = %[[RUNS]]
// CHECK: %[[HIGH:.*]] = llmc.map ({{.*}} = %[[RUNS]]
// CHECK: llmc.concat %[[LOW]], %[[HIGH]] axis 1 : {{.*}} -> tensor<9x2x80xi8>
// CHECK: llmc.decode {{.*}} axis 0 size 70 bits 4 block 32 to f32
// CHECK: llmc.reduce {{.*}} axes [0]
// CHECK-DAG: llmc.weight @w.int4.panels.scales : tensor<2x3x16x1xbf16> {
// CHECK-DAG: llmc.weight @w.int4.panels.zeros : tensor<2x3x16x1xi8> {
// Codes, scales and zeros lie in panels; the last block of 32 rows is not full, and a byte's codes are four rows apart.
// CHECK: llmc.weight @w.int4.panels.codes : tensor<2x12x16x4xi8> {
// CHECK: %[[C:.*]] = llmc.get_weight @w.int4.words
// CHECK: %[[P:.*]] = llmc.pad %[[C]], %{{.*}} low [0, 0] high [12, 0] : tensor<36x20xi8>, tensor<i8> -> tensor<48x20xi8>
// CHECK: llmc.pack %[[P]] panel 16 group 4 : tensor<48x20xi8> -> tensor<2x12x16x4xi8>
// CHECK: llmc.weight @w.int4.words : tensor<36x20xi8> {
// CHECK: %[[W:.*]] = llmc.get_weight @w
// CHECK: %[[M:.*]] = llmc.slice %{{.*}} [2, 0] [70, 70] [1, 1]
// CHECK: llmc.encode %[[W]] moments %[[M]] bits 4 block 32 apart 4
module attributes {llmc.covariances = {w = @left}} {
  llmc.weight @w : tensor<70x20xf32> from "w.bin" at 0
  llmc.weight @h : tensor<20x64xf16> from "h.bin" at 0
  llmc.weight @left : tensor<72x70xf32> from "calibration" at 0

  // The left side's rows get a step for each block, and what its bytes add up to.
  // CHECK-LABEL: @rows(
  // CHECK: %[[X:.*]] = llmc.pad %{{.*}} low [0, 0] high [0, 26] : tensor<?x70xf32>, tensor<f32> -> tensor<?x96xf32>
  // CHECK: %[[R:.*]] = llmc.reshape %[[X]] {{.*}} -> tensor<?x3x32xf32>
  // CHECK: %[[B:.*]] = llmc.transpose %[[R]] perm [1, 0, 2] : tensor<?x3x32xf32> -> tensor<3x?x32xf32>
  // CHECK: %[[L:.*]] = llmc.reduce %[[B]] axes [2]
  // CHECK: %[[S:.*]] = llmc.map (%{{.*}} = %[[L]]
  // CHECK: %[[I:.*]] = llmc.map (%{{.*}} = %[[B]] : tensor<3x?x32xf32>, %{{.*}} = %[[S]] : tensor<3x?x1xf32>) -> tensor<3x?x32xi8>
  // CHECK: %[[T:.*]] = llmc.reduce %[[I]] axes [2]
  // CHECK: %[[Y:.*]] = llmc.coded_matmul {{.*}} columns 20 bits 4 : tensor<3x?x32xi8>, tensor<3x?xf32>, tensor<3x?xf32>
  // CHECK: %[[SUM:.*]] = llmc.map ({{.*}} = %[[Y]] : tensor<?x20xf32>, {{.*}} : tensor<1x20xf32>)
  // CHECK: llmc.reshape %[[SUM]]
  // CHECK: llmc.matmul {{.*}} : tensor<2x?x20xf16>, tensor<20x64xf16>
  func.func @rows(%x: tensor<2x?x70xf32> {llmc.name = "x", llmc.dims = ["2", "n", "70"]}) -> (tensor<2x?x64xf16> {llmc.name = "y"}) {
    %w = llmc.get_weight @w : tensor<70x20xf32>
    %0 = llmc.matmul %x, %w : tensor<2x?x70xf32>, tensor<70x20xf32> -> tensor<2x?x20xf32> loc("body")
    %1 = llmc.map (%a = %0 : tensor<2x?x20xf32>) -> tensor<2x?x20xf16> {
      %t = arith.truncf %a : f32 to f16
      llmc.yield %t : f16
    }
    %h = llmc.get_weight @h : tensor<20x64xf16>
    %2 = llmc.matmul %1, %h : tensor<2x?x20xf16>, tensor<20x64xf16> -> tensor<2x?x64xf16> loc("the head")
    return %2 : tensor<2x?x64xf16>
  }
}
