// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @by_weights(
func.func @by_weights(%w: tensor<10x33xf32>) -> tensor<10x33xf32> {
  // CHECK: llmc.sparsify %arg0 rows 4 columns 16 keep 1 of 3 : tensor<10x33xf32> -> tensor<10x33xf32>
  %s = llmc.sparsify %w rows 4 columns 16 keep 1 of 3 : tensor<10x33xf32> -> tensor<10x33xf32>
  return %s : tensor<10x33xf32>
}

// CHECK-LABEL: @by_data(
func.func @by_data(%w: tensor<8x5xf16>, %m: tensor<8x8xf32>) -> tensor<8x5xf16> {
  // CHECK: llmc.sparsify %arg0 moments %arg1 rows 1 columns 1 keep 2 of 4 : tensor<8x5xf16>, tensor<8x8xf32> -> tensor<8x5xf16>
  %s = llmc.sparsify %w moments %m rows 1 columns 1 keep 2 of 4 : tensor<8x5xf16>, tensor<8x8xf32> -> tensor<8x5xf16>
  return %s : tensor<8x5xf16>
}

// -----

func.func @sparsify_c1_elements(%w: tensor<8x5xf64>) {
  // expected-error@+2 {{the matrix and the moments must be floats of at most 32 bits, of static sizes and two axes}}
  // expected-error@+1 {{'llmc.sparsify' op failed to infer returned types}}
  %s = llmc.sparsify %w rows 1 columns 1 keep 1 of 2 : tensor<8x5xf64> -> tensor<8x5xf64>
  return
}

// -----

func.func @sparsify_c1_sizes(%w: tensor<?x5xf32>) {
  // expected-error@+2 {{the matrix and the moments must be floats of at most 32 bits, of static sizes and two axes}}
  // expected-error@+1 {{'llmc.sparsify' op failed to infer returned types}}
  %s = llmc.sparsify %w rows 1 columns 1 keep 1 of 2 : tensor<?x5xf32> -> tensor<?x5xf32>
  return
}

// -----

func.func @sparsify_c2(%w: tensor<8x5xf32>) {
  // expected-error@+2 {{blocks must have rows and columns, and at least one of a span, but no more than all, must stay}}
  // expected-error@+1 {{'llmc.sparsify' op failed to infer returned types}}
  %s = llmc.sparsify %w rows 1 columns 1 keep 3 of 2 : tensor<8x5xf32> -> tensor<8x5xf32>
  return
}

// -----

func.func @sparsify_c3(%w: tensor<8x5xf32>, %m: tensor<5x5xf32>) {
  // expected-error@+2 {{the moments must have a row and a column for each row of the matrix}}
  // expected-error@+1 {{'llmc.sparsify' op failed to infer returned types}}
  %s = llmc.sparsify %w moments %m rows 1 columns 1 keep 1 of 2 : tensor<8x5xf32>, tensor<5x5xf32> -> tensor<8x5xf32>
  return
}
