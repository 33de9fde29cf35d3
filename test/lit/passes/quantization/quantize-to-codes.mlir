// RUN: llmc-opt %s --llmc-quantize-products='rules=*=int4-weights,*head*=int8-weights' --cse --canonicalize | FileCheck %s
// RUN: llmc-opt %s --llmc-quantize-products='rules=*=int4-weights,rows=int8' --cse --canonicalize | FileCheck %s --check-prefix=BYTES
// RUN: llmc-opt %s --llmc-quantize-products='rules=*=int8,rows=float' --cse --canonicalize | FileCheck %s --check-prefix=FLOAT
// RUN: llmc-opt %s --llmc-quantize-products='rules=*=nf4-weights,*head*=fp8-weights,rows=int4/64-symmetric' --cse --canonicalize | FileCheck %s --check-prefix=FORMS
// RUN: llmc-opt %s --llmc-quantize-products='rules=*=nf4-weights/32,rows=fp8-weights,*head*=int8-weights-symmetric' --cse --canonicalize | FileCheck %s --check-prefix=OTHERS

llmc.weight @e : tensor<100x70xf32> from "e.bin" at 0
llmc.weight @w : tensor<70x32xf32> from "w.bin" at 0
llmc.weight @h : tensor<32x64xf16> from "h.bin" at 0

// What is stored is made when the artefact is written.
// CHECK-DAG: llmc.weight @w.int4.scales : tensor<3x32xbf16> {
// CHECK-DAG: llmc.weight @w.int4.zeros : tensor<3x32xi8> {
// CHECK-DAG: llmc.weight @w.int4.codes : tensor<35x32xi8> {
// CHECK-DAG: llmc.weight @e.int4.rows.codes : tensor<100x35xi8> {
// CHECK-DAG: llmc.weight @e.int4.rows.scales : tensor<100x3xbf16> {

// A table has scales for its rows, and is decoded behind the gather; the last block of 32 is not full.
// CHECK-LABEL: @embedded
// CHECK-DAG: %[[C:.*]] = llmc.gather %{{.*}}, %arg0 axis 0 : tensor<100x35xi8>, tensor<?xi64> -> tensor<?x35xi8>
// CHECK-DAG: %[[S:.*]] = llmc.gather %{{.*}}, %arg0 axis 0 : tensor<100x3xbf16>, tensor<?xi64> -> tensor<?x3xbf16>
// CHECK-DAG: %[[Z:.*]] = llmc.gather %{{.*}}, %arg0 axis 0 : tensor<100x3xi8>, tensor<?xi64> -> tensor<?x3xi8>
// CHECK: %[[E:.*]] = llmc.decode %[[C]] scales %[[S]] zeros %[[Z]] axis 1 size 70 bits 4 block 32 to f32
// CHECK: %[[W:.*]] = llmc.decode {{.*}} axis 0 size 70 bits 4 block 32 to f32 : tensor<35x32xi8>, tensor<3x32xbf16>, tensor<3x32xi8> -> tensor<70x32xf32>
// CHECK: llmc.matmul %[[E]], %[[W]]
// CHECK: llmc.decode {{.*}} axis 0 size 32 bits 8 block 32 to f16 : tensor<32x64xi8>, tensor<1x64xbf16>, tensor<1x64xi8> -> tensor<32x64xf16>
// BYTES-LABEL: @embedded
// BYTES: llmc.decode %{{.*}} scales %{{.*}} zeros %{{.*}} axis 1 size 70 bits 8 block 70 to f32 : tensor<?x70xi8>, tensor<?x1xbf16>, tensor<?x1xi8>
// Without zeros, which are the same for all blocks.
// FORMS-DAG: llmc.weight @"e.int4/64-symmetric.rows.codes" : tensor<100x35xi8> {
// FORMS-DAG: llmc.weight @w.nf4.codes : tensor<35x32xi8> {
// FORMS-NOT: llmc.weight {{.*}}zeros
// FORMS: llmc.encode {{.*}} bits 4 block 64 levels nf4
// FORMS-LABEL: @embedded
// FORMS: llmc.decode %{{.*}} scales %{{.*}} axis 1 size 70 bits 4 block 64 centered to f32 : tensor<?x35xi8>, tensor<?x2xbf16>
// FORMS: llmc.decode %{{.*}} axis 0 size 70 bits 4 block 64 levels nf4 to f32 : tensor<35x32xi8>, tensor<2x32xbf16>
// FORMS: llmc.decode %{{.*}} axis 0 size 32 bits 8 block 32 levels f8E4M3FN to f16 : tensor<32x64xi8>, tensor<1x64xbf16>
// OTHERS-LABEL: @embedded
// OTHERS: llmc.decode %{{.*}} axis 1 size 70 bits 8 block 70 levels f8E4M3FN to f32 : tensor<?x70xi8>, tensor<?x1xbf16>
// OTHERS: llmc.decode %{{.*}} axis 0 size 70 bits 4 block 32 levels nf4 to f32 : tensor<35x32xi8>, tensor<3x32xbf16>
// OTHERS: llmc.decode %{{.*}} axis 0 size 32 bits 8 block 32 centered to f16
// FLOAT-LABEL: @embedded
// FLOAT: llmc.gather {{.*}} : tensor<100x70xf32>
// FLOAT-NOT: llmc.decode
func.func @embedded(%ids: tensor<?xi64> {llmc.name = "ids", llmc.dims = ["n"]}) -> (tensor<?x64xf16> {llmc.name = "y"}) {
  %e = llmc.get_weight @e : tensor<100x70xf32>
  %x = llmc.gather %e, %ids axis 0 : tensor<100x70xf32>, tensor<?xi64> -> tensor<?x70xf32> loc("rows")
  %w = llmc.get_weight @w : tensor<70x32xf32>
  %0 = llmc.matmul %x, %w : tensor<?x70xf32>, tensor<70x32xf32> -> tensor<?x32xf32> loc("body")
  %1 = llmc.map (%a = %0 : tensor<?x32xf32>) -> tensor<?x32xf16> {
    %t = arith.truncf %a : f32 to f16
    llmc.yield %t : f16
  }
  %h = llmc.get_weight @h : tensor<32x64xf16>
  %2 = llmc.matmul %1, %h : tensor<?x32xf16>, tensor<32x64xf16> -> tensor<?x64xf16> loc("the head")
  return %2 : tensor<?x64xf16>
}
