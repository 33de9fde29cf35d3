// RUN: llmc-opt %s --llmc-quantize-products='rules=*=int8-static,own=int8' --cse --canonicalize | FileCheck %s
// RUN: llmc-opt %s --llmc-quantize-products='rules=q=int8-static' --cse --canonicalize | FileCheck %s --check-prefix=ALONE
// RUN: not llmc-opt %S/quantize-products.mlir --llmc-quantize-products='rules=int8-static' 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// UNKNOWN: int8-static takes what data tell of the left sides of products; try: --calibration FILE.npz, or int8, which needs none

// Weights are multiplied by the steps of the left side first, and covariances are counted in steps.
// CHECK: llmc.weight @q.int8.static.bias : tensor<1x32xf32> {
// CHECK: llmc.reduce %{{.*}} axes [0]
// CHECK: llmc.weight @q.int8.static.lift : tensor<1x32xi32> {
// CHECK-NEXT: llmc.get_weight @q.int8.static : tensor<70x32xi8>
// CHECK: llmc.weight @q.int8.static : tensor<70x32xi8> {
// CHECK: %[[W:.*]] = llmc.map ({{.*}} : tensor<70x32xf32>, {{.*}} : tensor<70x1xf32>) -> tensor<70x32xf32>
// CHECK: %[[C:.*]] = llmc.slice %{{.*}} [2, 0] [70, 70] [1, 1] : tensor<72x70xf32> -> tensor<70x70xf32>
// CHECK: %[[M:.*]] = llmc.map ({{.*}} = %[[C]] : tensor<70x70xf32>, {{.*}} : tensor<70xf32>, {{.*}} : tensor<70x1xf32>
// CHECK: llmc.encode %[[W]] moments %[[M]] bits 8 block 70 symmetric

// All weights that meet the left side have a say in its steps, also where rules leave one of them alone.
// CHECK: llmc.weight @k.int8.sizes : tensor<70xf32> {
// CHECK: llmc.balance %{{.*}} for %{{.*}}, %{{.*}} : tensor<5x70xf32> for tensor<70x16xf32>, tensor<70x32xf32> -> tensor<70xf32>
// ALONE: llmc.balance %{{.*}} for %{{.*}}, %{{.*}} : tensor<5x70xf32> for tensor<70x16xf32>, tensor<70x32xf32> -> tensor<70xf32>

// The left side becomes bytes once for both.
// CHECK-LABEL: func.func @main(
// CHECK: %[[ROWS:.*]] = llmc.reshape %arg0
// CHECK: %[[BYTES:.*]] = llmc.map ({{.*}} = %[[ROWS]] : tensor<?x70xf32>, {{.*}} : tensor<70xf32>, {{.*}} : tensor<70xf32>) -> tensor<?x70xi8>
// CHECK: arith.mulf
// CHECK-NEXT: arith.addf
// CHECK-NEXT: math.roundeven
// CHECK-NEXT: arith.fptoui
// CHECK: llmc.matmul %[[BYTES]] unsigned, %{{.*}} : tensor<?x70xi8>, tensor<70x32xi8> -> tensor<?x32xi32>
// CHECK: arith.subi
// CHECK-NEXT: arith.sitofp
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: arith.addf
// CHECK: llmc.matmul %[[BYTES]] unsigned, %{{.*}} : tensor<?x70xi8>, tensor<70x16xi8> -> tensor<?x16xi32>
// Steps of rows where rules say so, and where data told nothing.
// CHECK: llmc.reduce {{.*}} axes [1]
// CHECK: llmc.matmul {{.*}} tensor<32x8xi8>
// CHECK: llmc.reduce {{.*}} axes [1]
// CHECK: llmc.matmul {{.*}} tensor<16x8xi8>
module attributes {llmc.extents = {k = @extents, own = @others, q = @extents}, llmc.covariances = {k = @together, q = @together}} {
  llmc.weight @k : tensor<70x16xf32> from "w.bin" at 0
  llmc.weight @q : tensor<70x32xf32> from "w.bin" at 0
  llmc.weight @own : tensor<32x8xf32> from "w.bin" at 0
  llmc.weight @unknown : tensor<16x8xf32> from "w.bin" at 0
  llmc.weight @extents : tensor<5x70xf32> from "calibration" at 0
  llmc.weight @others : tensor<5x32xf32> from "calibration" at 0
  llmc.weight @together : tensor<72x70xf32> from "calibration" at 0

  func.func @main(%x: tensor<?x?x70xf32> {llmc.dims = ["b", "n", "70"]}) -> (tensor<?x?x8xf32>, tensor<?x?x8xf32>) {
    %q = llmc.get_weight @q : tensor<70x32xf32>
    %k = llmc.get_weight @k : tensor<70x16xf32>
    %o = llmc.get_weight @own : tensor<32x8xf32>
    %u = llmc.get_weight @unknown : tensor<16x8xf32>
    %0 = llmc.matmul %x, %q : tensor<?x?x70xf32>, tensor<70x32xf32> -> tensor<?x?x32xf32> loc("q")
    %1 = llmc.matmul %x, %k : tensor<?x?x70xf32>, tensor<70x16xf32> -> tensor<?x?x16xf32> loc("k")
    %2 = llmc.matmul %0, %o : tensor<?x?x32xf32>, tensor<32x8xf32> -> tensor<?x?x8xf32> loc("own")
    %3 = llmc.matmul %1, %u : tensor<?x?x16xf32>, tensor<16x8xf32> -> tensor<?x?x8xf32> loc("unknown")
    return %2, %3 : tensor<?x?x8xf32>, tensor<?x?x8xf32>
  }
}
