// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @tuples_in_step(
func.func @tuples_in_step(%t: tensor<?x4x5xf32>, %i: tensor<?x3x1xi32>) -> tensor<?x3x5xf32> {
  // CHECK: llmc.gather_nd {{%[^ ,:)]+}}, {{%[^ ,:)]+}} batch_dims 1 : tensor<?x4x5xf32>, tensor<?x3x1xi32> -> tensor<?x3x5xf32>
  %r = llmc.gather_nd %t, %i batch_dims 1 : tensor<?x4x5xf32>, tensor<?x3x1xi32> -> tensor<?x3x5xf32>
  return %r : tensor<?x3x5xf32>
}

// -----

func.func @gather_nd_c1_dynamic(%t: tensor<4x5xf32>, %i: tensor<3x?xi64>) -> tensor<3xf32> {
  // expected-error@+2 {{the last axis of indices must have a static size that fits data}}
  // expected-error@+1 {{'llmc.gather_nd' op failed to infer returned types}}
  %r = llmc.gather_nd %t, %i batch_dims 0 : tensor<4x5xf32>, tensor<3x?xi64> -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// -----

func.func @gather_nd_c1_long(%t: tensor<4x5xf32>, %i: tensor<3x3xi64>) -> tensor<3xf32> {
  // expected-error@+2 {{the last axis of indices must have a static size that fits data}}
  // expected-error@+1 {{'llmc.gather_nd' op failed to infer returned types}}
  %r = llmc.gather_nd %t, %i batch_dims 0 : tensor<4x5xf32>, tensor<3x3xi64> -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// -----

func.func @gather_nd_c2_rank(%t: tensor<4x5xf32>, %i: tensor<4x1xi64>) -> tensor<4xf32> {
  // expected-error@+2 {{batch_dims must be less than both ranks}}
  // expected-error@+1 {{'llmc.gather_nd' op failed to infer returned types}}
  %r = llmc.gather_nd %t, %i batch_dims 2 : tensor<4x5xf32>, tensor<4x1xi64> -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

func.func @gather_nd_c2_sizes(%t: tensor<4x5xf32>, %i: tensor<3x1xi64>) -> tensor<3xf32> {
  // expected-error@+2 {{batch sizes differ: 4 and 3}}
  // expected-error@+1 {{'llmc.gather_nd' op failed to infer returned types}}
  %r = llmc.gather_nd %t, %i batch_dims 1 : tensor<4x5xf32>, tensor<3x1xi64> -> tensor<3xf32>
  return %r : tensor<3xf32>
}
