// RUN: llmc-opt %s --pass-pipeline='builtin.module(func.func(llmc-scalarize-shapes))' | FileCheck %s

// CHECK-LABEL: @follows_concat
func.func @follows_concat(%a: tensor<1xi64>, %b: tensor<1xi64>) -> i64 {
  // CHECK: %[[C0:.*]] = arith.constant 0 : index
  // CHECK: tensor.extract %arg1[%[[C0]]]
  %c1 = arith.constant 1 : index
  %t = llmc.concat %a, %b axis 0 : tensor<1xi64>, tensor<1xi64> -> tensor<2xi64>
  %e = tensor.extract %t[%c1] : tensor<2xi64>
  return %e : i64
}

// CHECK-LABEL: @follows_map_and_broadcast
func.func @follows_map_and_broadcast(%a: tensor<3xi64>, %s: tensor<i64>) -> i64 {
  // CHECK-DAG: %[[A:.*]] = tensor.extract %arg0
  // CHECK-DAG: %[[S:.*]] = tensor.extract %arg1[]
  // CHECK: arith.muli %[[A]], %[[S]]
  // CHECK-NOT: llmc.map
  %c2 = arith.constant 2 : index
  %t = llmc.map (%x = %a : tensor<3xi64>, %y = %s : tensor<i64>) -> tensor<3xi64> {
    %p = arith.muli %x, %y : i64
    llmc.yield %p : i64
  }
  %e = tensor.extract %t[%c2] : tensor<3xi64>
  return %e : i64
}

// CHECK-LABEL: @follows_gather_with_constant_index
func.func @follows_gather_with_constant_index(%a: tensor<3xi64>) -> i64 {
  // CHECK: %[[C2:.*]] = arith.constant 2 : index
  // CHECK: tensor.extract %arg0[%[[C2]]]
  %i = llmc.constant dense<-1> : tensor<i64>
  %g = llmc.gather %a, %i axis 0 : tensor<3xi64>, tensor<i64> -> tensor<i64>
  %e = tensor.extract %g[] : tensor<i64>
  return %e : i64
}

// CHECK-LABEL: @keeps_gather_with_computed_index
func.func @keeps_gather_with_computed_index(%a: tensor<3xi64>, %i: tensor<i64>) -> i64 {
  // CHECK: llmc.gather
  %g = llmc.gather %a, %i axis 0 : tensor<3xi64>, tensor<i64> -> tensor<i64>
  %e = tensor.extract %g[] : tensor<i64>
  return %e : i64
}

// CHECK-LABEL: @multiplies_a_reduced_shape
func.func @multiplies_a_reduced_shape(%a: tensor<2xi64>) -> i64 {
  // CHECK: arith.muli
  // CHECK-NOT: llmc.reduce
  %c0 = arith.constant 0 : index
  %r = llmc.reduce %a axes [0] init 1 : i64 : tensor<2xi64> -> tensor<1xi64> {
  ^bb0(%so_far: i64, %x: i64):
    %p = arith.muli %so_far, %x : i64
    llmc.yield %p : i64
  }
  %e = tensor.extract %r[%c0] : tensor<1xi64>
  return %e : i64
}
