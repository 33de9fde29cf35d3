// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @known_zeros(
func.func @known_zeros(%x: tensor<?x64xf32>, %w: tensor<64x20xf32>) -> tensor<?x20xf32> {
  // CHECK: llmc.matmul {{.*}} {llmc.blocks = #llmc.blocks<rows = 1, columns = 16, count = 7>}
  %y = llmc.matmul %x, %w {llmc.blocks = #llmc.blocks<rows = 1, columns = 16, count = 7>} : tensor<?x64xf32>, tensor<64x20xf32> -> tensor<?x20xf32>
  return %y : tensor<?x20xf32>
}

// -----

func.func @something_else(%x: tensor<?x64xf32>, %w: tensor<64x20xf32>) -> tensor<?x20xf32> {
  // expected-error@+1 {{'llmc.matmul' op llmc.blocks is #llmc.blocks}}
  %y = llmc.matmul %x, %w {llmc.blocks = 7} : tensor<?x64xf32>, tensor<64x20xf32> -> tensor<?x20xf32>
  return %y : tensor<?x20xf32>
}

// -----

// expected-error@+1 {{rows, columns and count of blocks are at least 1}}
func.func private @none_left() attributes {blocks = #llmc.blocks<rows = 1, columns = 16, count = 0>}
