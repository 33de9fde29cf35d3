// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @panels(
func.func @panels(%x: tensor<64x40xf32>) -> tensor<3x64x16x1xf32> {
  // CHECK: llmc.pack {{%[^ ,:)]+}} panel 16 : tensor<64x40xf32> -> tensor<3x64x16x1xf32>
  %r = llmc.pack %x panel 16 : tensor<64x40xf32> -> tensor<3x64x16x1xf32>
  return %r : tensor<3x64x16x1xf32>
}

// CHECK-LABEL: @groups_of_rows(
func.func @groups_of_rows(%x: tensor<2x63x16xi8>) -> tensor<2x1x16x16x4xi8> {
  // CHECK: llmc.pack {{%[^ ,:)]+}} panel 16 group 4 : tensor<2x63x16xi8> -> tensor<2x1x16x16x4xi8>
  %r = llmc.pack %x panel 16 group 4 : tensor<2x63x16xi8> -> tensor<2x1x16x16x4xi8>
  return %r : tensor<2x1x16x16x4xi8>
}

// -----

func.func @pack_c1_rank(%x: tensor<64xf32>) -> tensor<4x1x16x1xf32> {
  // expected-error@+2 {{pack needs a matrix and positive sizes of panel and group}}
  // expected-error@+1 {{'llmc.pack' op failed to infer returned types}}
  %r = llmc.pack %x panel 16 : tensor<64xf32> -> tensor<4x1x16x1xf32>
  return %r : tensor<4x1x16x1xf32>
}

// -----

func.func @pack_c1_panel(%x: tensor<4x4xf32>) -> tensor<4x4x1x1xf32> {
  // expected-error@+2 {{pack needs a matrix and positive sizes of panel and group}}
  // expected-error@+1 {{'llmc.pack' op failed to infer returned types}}
  %r = llmc.pack %x panel 0 : tensor<4x4xf32> -> tensor<4x4x1x1xf32>
  return %r : tensor<4x4x1x1xf32>
}
