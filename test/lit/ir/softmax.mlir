// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @last_axis(
func.func @last_axis(%x: tensor<?x4x?xf16>) -> tensor<?x4x?xf16> {
  // CHECK: llmc.softmax {{%[^ ,:)]+}} axis 2 : tensor<?x4x?xf16> -> tensor<?x4x?xf16>
  %r = llmc.softmax %x axis 2 : tensor<?x4x?xf16> -> tensor<?x4x?xf16>
  return %r : tensor<?x4x?xf16>
}

// -----

func.func @softmax_c1(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+2 {{axis must be within the rank}}
  // expected-error@+1 {{'llmc.softmax' op failed to infer returned types}}
  %r = llmc.softmax %x axis 2 : tensor<2x3xf32> -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// -----

func.func @softmax_type(%x: tensor<2x3xi32>) -> tensor<2x3xi32> {
  // expected-error@+1 {{'llmc.softmax' op operand #0 must be ranked tensor of 16-bit float or bfloat16 type or 32-bit float or 64-bit float values, but got 'tensor<2x3xi32>'}}
  %r = llmc.softmax %x axis 1 : tensor<2x3xi32> -> tensor<2x3xi32>
  return %r : tensor<2x3xi32>
}
