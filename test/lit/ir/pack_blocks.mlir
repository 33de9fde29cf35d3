// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @of_panels(
func.func @of_panels(%w: tensor<10x33xi8>, %b: tensor<3x2xi32>) -> tensor<3x2x16x4xi8> {
  // CHECK: llmc.pack_blocks %arg0 at %arg1 panel 16 group 4 : tensor<10x33xi8>, tensor<3x2xi32> -> tensor<3x2x16x4xi8>
  %v = llmc.pack_blocks %w at %b panel 16 group 4 : tensor<10x33xi8>, tensor<3x2xi32> -> tensor<3x2x16x4xi8>
  return %v : tensor<3x2x16x4xi8>
}

// -----

func.func @pack_blocks_c1(%w: tensor<10x?xf32>, %b: tensor<3x2xi32>) {
  // expected-error@+2 {{blocks are those of a matrix of static sizes, with positive sizes of panel and group}}
  // expected-error@+1 {{'llmc.pack_blocks' op failed to infer returned types}}
  %v = llmc.pack_blocks %w at %b panel 16 group 1 : tensor<10x?xf32>, tensor<3x2xi32> -> tensor<3x2x16x1xf32>
  return
}

// -----

func.func @pack_blocks_c2(%w: tensor<10x33xf32>, %b: tensor<2x2xi32>) {
  // expected-error@+2 {{the blocks must be a matrix of i32 with a row for each panel}}
  // expected-error@+1 {{'llmc.pack_blocks' op failed to infer returned types}}
  %v = llmc.pack_blocks %w at %b panel 16 group 1 : tensor<10x33xf32>, tensor<2x2xi32> -> tensor<2x2x16x1xf32>
  return
}
