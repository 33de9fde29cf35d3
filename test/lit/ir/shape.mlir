// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @vector(
func.func @vector() -> tensor<2xi64> {
  // CHECK: llmc.shape ["batch", "past + seq"] : tensor<2xi64>
  %r = llmc.shape ["batch", "past + seq"] : tensor<2xi64>
  return %r : tensor<2xi64>
}

// CHECK-LABEL: @scalar(
func.func @scalar() -> tensor<i64> {
  // CHECK: llmc.shape ["batch"] : tensor<i64>
  %r = llmc.shape ["batch"] : tensor<i64>
  return %r : tensor<i64>
}

// -----

func.func @shape_c1_count() -> tensor<2xi64> {
  // expected-error@+1 {{'llmc.shape' op has 1 formulas for 'tensor<2xi64>'}}
  %r = llmc.shape ["batch"] : tensor<2xi64>
  return %r : tensor<2xi64>
}

// -----

func.func @shape_c1_formula() -> tensor<1xi64> {
  // expected-error@+1 {{'llmc.shape' op holds no formula: "a b"}}
  %r = llmc.shape ["a b"] : tensor<1xi64>
  return %r : tensor<1xi64>
}
