// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @shape(
func.func @shape() -> tensor<2xi64> {
  // CHECK: llmc.constant dense<[0, -1]> : tensor<2xi64>
  %r = llmc.constant dense<[0, -1]> : tensor<2xi64>
  return %r : tensor<2xi64>
}

// CHECK-LABEL: @bools(
func.func @bools() -> tensor<2xi1> {
  // CHECK: llmc.constant dense<[true, false]> : tensor<2xi1>
  %r = llmc.constant dense<[true, false]> : tensor<2xi1>
  return %r : tensor<2xi1>
}

// -----

func.func @constant_types() -> tensor<2xi32> {
  // expected-error@+1 {{'llmc.constant' op failed to verify that all of {value, result} have same type}}
  %r = "llmc.constant"() <{value = dense<0> : tensor<2xi64>}> : () -> tensor<2xi32>
  return %r : tensor<2xi32>
}
