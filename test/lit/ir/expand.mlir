// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @adds_and_repeats_axes(
func.func @adds_and_repeats_axes(%x: tensor<?x1xf32>, %n: index) -> tensor<4x?x5xf32> {
  // CHECK: llmc.expand {{%[^ ,:)]+}} to [4, {{%[^ ,:)]+}}, 5] : tensor<?x1xf32> -> tensor<4x?x5xf32>
  %r = llmc.expand %x to [4, %n, 5] : tensor<?x1xf32> -> tensor<4x?x5xf32>
  return %r : tensor<4x?x5xf32>
}

// -----

func.func @expand_c1(%x: tensor<1x1x3xf32>) -> tensor<1x3xf32> {
  // expected-error@+2 {{expand can't lower the rank}}
  // expected-error@+1 {{'llmc.expand' op failed to infer returned types}}
  %r = llmc.expand %x to [1, 3] : tensor<1x1x3xf32> -> tensor<1x3xf32>
  return %r : tensor<1x3xf32>
}

// -----

func.func @expand_c2(%x: tensor<2x3xf32>) -> tensor<4x3xf32> {
  // expected-error@+2 {{size can't be expanded: 2 and 4}}
  // expected-error@+1 {{'llmc.expand' op failed to infer returned types}}
  %r = llmc.expand %x to [4, 3] : tensor<2x3xf32> -> tensor<4x3xf32>
  return %r : tensor<4x3xf32>
}
