// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @several_inputs(
func.func @several_inputs(%x: tensor<?x2xf32>, %y: tensor<?x3xf32>, %z: tensor<?x?xf32>) -> tensor<?x?xf32> {
  // CHECK: llmc.concat {{%[^ ,:)]+}}, {{%[^ ,:)]+}}, {{%[^ ,:)]+}} axis 1 : tensor<?x2xf32>, tensor<?x3xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
  %r = llmc.concat %x, %y, %z axis 1 : tensor<?x2xf32>, tensor<?x3xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// -----

func.func @concat_c1_empty(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+2 {{concat needs an operand}}
  // expected-error@+1 {{'llmc.concat' op failed to infer returned types}}
  %r = "llmc.concat"() <{axis = 0 : i64}> : () -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// -----

func.func @concat_c1_axis(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error@+2 {{axis must be within the rank}}
  // expected-error@+1 {{'llmc.concat' op failed to infer returned types}}
  %r = llmc.concat %x axis 1 : tensor<2xf32> -> tensor<2xf32>
  return %r : tensor<2xf32>
}

// -----

func.func @concat_c1_types(%x: tensor<2xf32>, %y: tensor<2xf16>) -> tensor<4xf32> {
  // expected-error@+2 {{operands must have the same rank and element type}}
  // expected-error@+1 {{'llmc.concat' op failed to infer returned types}}
  %r = llmc.concat %x, %y axis 0 : tensor<2xf32>, tensor<2xf16> -> tensor<4xf32>
  return %r : tensor<4xf32>
}

// -----

func.func @concat_c2(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) -> tensor<4x3xf32> {
  // expected-error@+2 {{sizes of operands differ: 3 and 4}}
  // expected-error@+1 {{'llmc.concat' op failed to infer returned types}}
  %r = llmc.concat %x, %y axis 0 : tensor<2x3xf32>, tensor<2x4xf32> -> tensor<4x3xf32>
  return %r : tensor<4x3xf32>
}
