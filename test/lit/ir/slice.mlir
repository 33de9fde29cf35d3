// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @dynamic_parts(
func.func @dynamic_parts(%x: tensor<?x64xf32>, %o: index, %n: index) -> tensor<?x16xf32> {
  // CHECK: llmc.slice {{%[^ ,:)]+}} [0, {{%[^ ,:)]+}}] [{{%[^ ,:)]+}}, 16] [1, -1] : tensor<?x64xf32> -> tensor<?x16xf32>
  %r = llmc.slice %x [0, %o] [%n, 16] [1, -1] : tensor<?x64xf32> -> tensor<?x16xf32>
  return %r : tensor<?x16xf32>
}

// -----

func.func @slice_c1_count(%x: tensor<4x4xf32>) -> tensor<2x4xf32> {
  // expected-error@+2 {{slice needs an offset, a size and a step that is not 0 for each axis}}
  // expected-error@+1 {{'llmc.slice' op failed to infer returned types}}
  %r = llmc.slice %x [0] [2, 4] [1, 1] : tensor<4x4xf32> -> tensor<2x4xf32>
  return %r : tensor<2x4xf32>
}

// -----

func.func @slice_c1_step(%x: tensor<4xf32>) -> tensor<2xf32> {
  // expected-error@+2 {{slice needs an offset, a size and a step that is not 0 for each axis}}
  // expected-error@+1 {{'llmc.slice' op failed to infer returned types}}
  %r = llmc.slice %x [0] [2] [0] : tensor<4xf32> -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// -----

func.func @slice_c2_end(%x: tensor<4xf32>) -> tensor<3xf32> {
  // expected-error@+2 {{slice leaves the input at axis 0}}
  // expected-error@+1 {{'llmc.slice' op failed to infer returned types}}
  %r = llmc.slice %x [2] [3] [1] : tensor<4xf32> -> tensor<3xf32>
  return %r : tensor<3xf32>
}

// -----

func.func @slice_c2_start(%x: tensor<4xf32>) -> tensor<3xf32> {
  // expected-error@+2 {{slice leaves the input at axis 0}}
  // expected-error@+1 {{'llmc.slice' op failed to infer returned types}}
  %r = llmc.slice %x [1] [3] [-1] : tensor<4xf32> -> tensor<3xf32>
  return %r : tensor<3xf32>
}
