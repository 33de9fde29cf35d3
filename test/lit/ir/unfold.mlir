// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @windows_become_rows(
func.func @windows_become_rows(%x: tensor<?x4x9x?xf32>) -> tensor<?x4x?x36xf32> {
  // CHECK: llmc.unfold {{%[^ ,:)]+}} window [3, 3] strides [2, 1] dilations [1, 1] pad [0, 0] [1, 0] : tensor<?x4x9x?xf32> -> tensor<?x4x?x36xf32>
  %r = llmc.unfold %x window [3, 3] strides [2, 1] dilations [1, 1] pad [0, 0] [1, 0] : tensor<?x4x9x?xf32> -> tensor<?x4x?x36xf32>
  return %r : tensor<?x4x?x36xf32>
}

// -----

func.func @unfold_c1_rank(%x: tensor<1x4xf32>) -> tensor<1x4xf32> {
  // expected-error@+2 {{unfold needs a positive window, stride and dilation for each spatial axis}}
  // expected-error@+1 {{'llmc.unfold' op failed to infer returned types}}
  %r = llmc.unfold %x window [] strides [] dilations [] pad [] [] : tensor<1x4xf32> -> tensor<1x4xf32>
  return %r : tensor<1x4xf32>
}

// -----

func.func @unfold_c1_window(%x: tensor<1x4x9xf32>) -> tensor<1x9x0xf32> {
  // expected-error@+2 {{unfold needs a positive window, stride and dilation for each spatial axis}}
  // expected-error@+1 {{'llmc.unfold' op failed to infer returned types}}
  %r = llmc.unfold %x window [0] strides [1] dilations [1] pad [0] [0] : tensor<1x4x9xf32> -> tensor<1x9x0xf32>
  return %r : tensor<1x9x0xf32>
}

// -----

func.func @unfold_c1_attributes(%x: tensor<1x4x9xf32>) -> tensor<1x7x12xf32> {
  // expected-error@+2 {{unfold needs a positive window, stride and dilation for each spatial axis}}
  // expected-error@+1 {{'llmc.unfold' op failed to infer returned types}}
  %r = llmc.unfold %x window [3] strides [1, 1] dilations [1] pad [0] [0] : tensor<1x4x9xf32> -> tensor<1x7x12xf32>
  return %r : tensor<1x7x12xf32>
}
