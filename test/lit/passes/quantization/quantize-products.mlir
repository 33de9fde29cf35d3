// RUN: llmc-opt %s --llmc-quantize-products='rules=*=int8,head=float' --cse --canonicalize | FileCheck %s
// RUN: not llmc-opt %s --llmc-quantize-products='rules=int8,*tail*=float' 2>&1 | FileCheck %s --check-prefix=NOBODY
// RUN: not llmc-opt %s --llmc-quantize-products='rules=*=int7' 2>&1 | FileCheck %s --check-prefix=TYPE

// NOBODY: no product of a weight comes from a node that "*tail*=float" names; try: the names that llmc inspect tells
// TYPE: can't read the quantization "*=int7"; try: bf16, fp16, int8, int8-static, int4, int8-weights, int4-weights, nf4-weights or fp8-weights, or rules PATTERN=int8 and PATTERN=float

llmc.weight @w : tensor<64x32xf32> from "w.bin" at 0
llmc.weight @h : tensor<32x10xf32> from "h.bin" at 0

// CHECK-DAG: llmc.weight @w.int8 : tensor<64x32xi8> {
// CHECK-DAG: llmc.weight @w.int8.steps : tensor<1x32xf32> {
// CHECK-DAG: llmc.weight @w.int8.lift : tensor<1x32xi32> {
// CHECK-NOT: llmc.weight @h.

// Rows of all batches are those of one matrix.
// CHECK-LABEL: @batches
// CHECK: %[[ROWS:.*]] = llmc.reshape %arg0
// CHECK: %[[LARGEST:.*]] = llmc.reduce %[[ROWS]] axes [1] init 0 : i32 : tensor<?x64xf32> -> tensor<?x1xi32>
// CHECK: math.absf
// CHECK: arith.bitcast
// CHECK: arith.maxui
// CHECK: %[[STEPS:.*]] = llmc.map ({{.*}} = %[[LARGEST]] : tensor<?x1xi32>) -> tensor<?x1xf32>
// CHECK: arith.constant 0.00787401571 : f32
// CHECK: %[[BYTES:.*]] = llmc.map ({{.*}} = %[[ROWS]] : tensor<?x64xf32>, {{.*}} = %[[STEPS]] : tensor<?x1xf32>) -> tensor<?x64xi8>
// CHECK: math.roundeven
// CHECK: arith.fptoui
// CHECK: %[[SUMS:.*]] = llmc.matmul %[[BYTES]] unsigned, %{{.*}} : tensor<?x64xi8>, tensor<64x32xi8> -> tensor<?x32xi32>
// CHECK: %[[REAL:.*]] = llmc.map ({{.*}} = %[[SUMS]] : tensor<?x32xi32>, {{.*}} : tensor<1x32xi32>, {{.*}} = %[[STEPS]] : tensor<?x1xf32>, {{.*}} : tensor<1x32xf32>) -> tensor<?x32xf32>
// CHECK: arith.subi
// CHECK: llmc.reshape %[[REAL]]
// The last rule that matches counts.
// CHECK: llmc.matmul {{.*}} : tensor<?x?x32xf32>, tensor<32x10xf32> -> tensor<?x?x10xf32>
func.func @batches(%x: tensor<?x?x64xf32> {llmc.name = "x", llmc.dims = ["b", "n", "64"]}) -> (tensor<?x?x10xf32> {llmc.name = "y"}) {
  %w = llmc.get_weight @w : tensor<64x32xf32>
  %h = llmc.get_weight @h : tensor<32x10xf32>
  %0 = llmc.matmul %x, %w : tensor<?x?x64xf32>, tensor<64x32xf32> -> tensor<?x?x32xf32> loc("body")
  %1 = llmc.matmul %0, %h : tensor<?x?x32xf32>, tensor<32x10xf32> -> tensor<?x?x10xf32> loc("head")
  return %1 : tensor<?x?x10xf32>
}
