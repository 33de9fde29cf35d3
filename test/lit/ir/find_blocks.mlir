// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @of_panels(
func.func @of_panels(%w: tensor<10x33xi8>) -> tensor<3x2xi32> {
  // CHECK: llmc.find_blocks %arg0 panel 16 group 4 count 2 : tensor<10x33xi8> -> tensor<3x2xi32>
  %b = llmc.find_blocks %w panel 16 group 4 count 2 : tensor<10x33xi8> -> tensor<3x2xi32>
  return %b : tensor<3x2xi32>
}

// -----

func.func @find_blocks_c1(%w: tensor<?x33xf32>) {
  // expected-error@+2 {{blocks are those of a matrix of static sizes, with positive sizes of panel and group}}
  // expected-error@+1 {{'llmc.find_blocks' op failed to infer returned types}}
  %b = llmc.find_blocks %w panel 16 group 1 count 2 : tensor<?x33xf32> -> tensor<3x2xi32>
  return
}

// -----

func.func @find_blocks_c2(%w: tensor<10x33xf32>) {
  // expected-error@+2 {{a panel has 3 blocks, of which 4 can't be found}}
  // expected-error@+1 {{'llmc.find_blocks' op failed to infer returned types}}
  %b = llmc.find_blocks %w panel 16 group 4 count 4 : tensor<10x33xf32> -> tensor<3x4xi32>
  return
}
