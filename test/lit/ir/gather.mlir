// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @rows_of_a_table(
func.func @rows_of_a_table(%t: tensor<1024x64xf32>, %i: tensor<?x?xi64>) -> tensor<?x?x64xf32> {
  // CHECK: llmc.gather {{%[^ ,:)]+}}, {{%[^ ,:)]+}} axis 0 : tensor<1024x64xf32>, tensor<?x?xi64> -> tensor<?x?x64xf32>
  %r = llmc.gather %t, %i axis 0 : tensor<1024x64xf32>, tensor<?x?xi64> -> tensor<?x?x64xf32>
  return %r : tensor<?x?x64xf32>
}

// -----

func.func @gather_c1(%t: tensor<4x2xf32>, %i: tensor<3xi64>) -> tensor<4x2xf32> {
  // expected-error@+2 {{axis must be within the rank of data}}
  // expected-error@+1 {{'llmc.gather' op failed to infer returned types}}
  %r = llmc.gather %t, %i axis 2 : tensor<4x2xf32>, tensor<3xi64> -> tensor<4x2xf32>
  return %r : tensor<4x2xf32>
}

// -----

func.func @gather_index_type(%t: tensor<4x2xf32>, %i: tensor<3xi8>) -> tensor<3x2xf32> {
  // expected-error@+1 {{'llmc.gather' op operand #1 must be ranked tensor of 32-bit signless integer or 64-bit signless integer values, but got 'tensor<3xi8>'}}
  %r = llmc.gather %t, %i axis 0 : tensor<4x2xf32>, tensor<3xi8> -> tensor<3x2xf32>
  return %r : tensor<3x2xf32>
}
