// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @counts_to_a_size(
func.func @counts_to_a_size(%n: index) -> tensor<?xi64> {
  // CHECK: llmc.iota [{{%[^ ,:)]+}}] : tensor<?xi64>
  %r = llmc.iota [%n] : tensor<?xi64>
  return %r : tensor<?xi64>
}

// CHECK-LABEL: @static_size(
func.func @static_size() -> tensor<5xi64> {
  // CHECK: llmc.iota [5] : tensor<5xi64>
  %r = llmc.iota [5] : tensor<5xi64>
  return %r : tensor<5xi64>
}

// -----

func.func @iota_rank() -> tensor<2x3xi64> {
  // expected-error@+2 {{iota makes a vector: one size}}
  // expected-error@+1 {{'llmc.iota' op failed to infer returned types}}
  %r = llmc.iota [2, 3] : tensor<2x3xi64>
  return %r : tensor<2x3xi64>
}

// -----

func.func @iota_type() -> tensor<2xi32> {
  // expected-error@+2 {{'llmc.iota' op inferred type(s) 'tensor<2xi64>' are incompatible with return type(s) of operation 'tensor<2xi32>'}}
  // expected-error@+1 {{'llmc.iota' op failed to infer returned types}}
  %r = llmc.iota [2] : tensor<2xi32>
  return %r : tensor<2xi32>
}
