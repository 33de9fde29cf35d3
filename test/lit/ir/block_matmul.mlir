// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @of_floats(
func.func @of_floats(%x: tensor<?x?x9xf32>, %v: tensor<2x4x16x1xf32>, %b: tensor<2x4xi32>) -> tensor<?x?x21xf32> {
  // CHECK: llmc.block_matmul %arg0, %arg1 at %arg2 columns 21 depth 9 : tensor<?x?x9xf32>, tensor<2x4x16x1xf32>, tensor<2x4xi32> -> tensor<?x?x21xf32>
  %r = llmc.block_matmul %x, %v at %b columns 21 depth 9 : tensor<?x?x9xf32>, tensor<2x4x16x1xf32>, tensor<2x4xi32> -> tensor<?x?x21xf32>
  return %r : tensor<?x?x21xf32>
}

// CHECK-LABEL: @of_narrow_numbers(
func.func @of_narrow_numbers(%x: tensor<?x9xi8>, %v: tensor<1x2x16x4xi8>, %b: tensor<1x2xi32>, %y: tensor<?x9xbf16>,
                             %u: tensor<1x2x16x2xbf16>) -> (tensor<?x16xi32>, tensor<?x16xf32>) {
  // CHECK: llmc.block_matmul {{.*}} depth 9 : tensor<?x9xi8>, tensor<1x2x16x4xi8>, tensor<1x2xi32> -> tensor<?x16xi32>
  // CHECK: llmc.block_matmul {{.*}} depth 9 wide : tensor<?x9xbf16>, tensor<1x2x16x2xbf16>, tensor<1x2xi32> -> tensor<?x16xf32>
  %r = llmc.block_matmul %x, %v at %b columns 16 depth 9 : tensor<?x9xi8>, tensor<1x2x16x4xi8>, tensor<1x2xi32> -> tensor<?x16xi32>
  %s = llmc.block_matmul %y, %u at %b columns 16 depth 9 wide : tensor<?x9xbf16>, tensor<1x2x16x2xbf16>, tensor<1x2xi32> -> tensor<?x16xf32>
  return %r, %s : tensor<?x16xi32>, tensor<?x16xf32>
}

// -----

func.func @block_matmul_c1_group(%x: tensor<?x9xi8>, %v: tensor<1x2x16x1xi8>, %b: tensor<1x2xi32>) {
  // expected-error@+2 {{values must have the form [N / panel, count, panel, group] and the left side's element type, or f16 or bf16 where that is f32, with groups of 4 of i8, 2 of bf16 and 1 of others}}
  // expected-error@+1 {{'llmc.block_matmul' op failed to infer returned types}}
  %r = llmc.block_matmul %x, %v at %b columns 16 depth 9 : tensor<?x9xi8>, tensor<1x2x16x1xi8>, tensor<1x2xi32> -> tensor<?x16xi32>
  return
}

// -----

func.func @block_matmul_c1_elements(%x: tensor<?x9xf64>, %v: tensor<1x2x16x1xf64>, %b: tensor<1x2xi32>) {
  // expected-error@+2 {{values must be i8 or floats of at most 32 bits}}
  // expected-error@+1 {{'llmc.block_matmul' op failed to infer returned types}}
  %r = llmc.block_matmul %x, %v at %b columns 16 depth 9 : tensor<?x9xf64>, tensor<1x2x16x1xf64>, tensor<1x2xi32> -> tensor<?x16xf64>
  return
}

// -----

func.func @block_matmul_c1_wide(%x: tensor<?x9xf32>, %v: tensor<1x2x16x1xf32>, %b: tensor<1x2xi32>) {
  // expected-error@+2 {{only products of f16 and bf16 can be wide}}
  // expected-error@+1 {{'llmc.block_matmul' op failed to infer returned types}}
  %r = llmc.block_matmul %x, %v at %b columns 16 depth 9 wide : tensor<?x9xf32>, tensor<1x2x16x1xf32>, tensor<1x2xi32> -> tensor<?x16xf32>
  return
}

// -----

func.func @block_matmul_c2_depth(%x: tensor<?x9xf32>, %v: tensor<1x2x16x1xf32>, %b: tensor<1x2xi32>) {
  // expected-error@+2 {{contracted sizes differ}}
  // expected-error@+1 {{'llmc.block_matmul' op failed to infer returned types}}
  %r = llmc.block_matmul %x, %v at %b columns 16 depth 8 : tensor<?x9xf32>, tensor<1x2x16x1xf32>, tensor<1x2xi32> -> tensor<?x16xf32>
  return
}

// -----

func.func @block_matmul_c2_columns(%x: tensor<?x9xf32>, %v: tensor<1x2x16x1xf32>, %b: tensor<1x2xi32>) {
  // expected-error@+2 {{columns must end in the last panel}}
  // expected-error@+1 {{'llmc.block_matmul' op failed to infer returned types}}
  %r = llmc.block_matmul %x, %v at %b columns 17 depth 9 : tensor<?x9xf32>, tensor<1x2x16x1xf32>, tensor<1x2xi32> -> tensor<?x17xf32>
  return
}

// -----

func.func @block_matmul_c3(%x: tensor<?x9xf32>, %v: tensor<1x2x16x1xf32>, %b: tensor<1x3xi32>) {
  // expected-error@+2 {{blocks must be i32, with a row for each panel and a column for each of its blocks}}
  // expected-error@+1 {{'llmc.block_matmul' op failed to infer returned types}}
  %r = llmc.block_matmul %x, %v at %b columns 16 depth 9 : tensor<?x9xf32>, tensor<1x2x16x1xf32>, tensor<1x3xi32> -> tensor<?x16xf32>
  return
}
