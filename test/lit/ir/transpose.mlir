// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @any_order(
func.func @any_order(%x: tensor<?x4x16xf32>) -> tensor<4x16x?xf32> {
  // CHECK: llmc.transpose {{%[^ ,:)]+}} perm [1, 2, 0] : tensor<?x4x16xf32> -> tensor<4x16x?xf32>
  %r = llmc.transpose %x perm [1, 2, 0] : tensor<?x4x16xf32> -> tensor<4x16x?xf32>
  return %r : tensor<4x16x?xf32>
}

// -----

func.func @transpose_c1_repeated(%x: tensor<2x3xf32>) -> tensor<2x2xf32> {
  // expected-error@+2 {{perm must be a permutation of the input's axes}}
  // expected-error@+1 {{'llmc.transpose' op failed to infer returned types}}
  %r = llmc.transpose %x perm [0, 0] : tensor<2x3xf32> -> tensor<2x2xf32>
  return %r : tensor<2x2xf32>
}

// -----

func.func @transpose_c1_short(%x: tensor<2x3xf32>) -> tensor<2xf32> {
  // expected-error@+2 {{perm must be a permutation of the input's axes}}
  // expected-error@+1 {{'llmc.transpose' op failed to infer returned types}}
  %r = llmc.transpose %x perm [0] : tensor<2x3xf32> -> tensor<2xf32>
  return %r : tensor<2xf32>
}
