// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @all_forms(
func.func @all_forms(%w: tensor<6x3xf16>, %m: tensor<6x6xf32>, %k: tensor<2xi64>) -> tensor<2x3xf16> {
  // CHECK: llmc.refit %arg0 moments %arg1 rows %arg2 : tensor<6x3xf16>, tensor<6x6xf32>, tensor<2xi64> -> tensor<2x3xf16>
  %r = llmc.refit %w moments %m rows %k : tensor<6x3xf16>, tensor<6x6xf32>, tensor<2xi64> -> tensor<2x3xf16>
  return %r : tensor<2x3xf16>
}

// -----

func.func @refit_c1(%w: tensor<6xf32>, %m: tensor<6x6xf32>, %k: tensor<2xi64>) -> tensor<2x3xf32> {
  // expected-error@+2 {{the matrix and the moments must be floats of at most 32 bits, of static sizes and two axes}}
  // expected-error@+1 {{'llmc.refit' op failed to infer returned types}}
  %r = llmc.refit %w moments %m rows %k : tensor<6xf32>, tensor<6x6xf32>, tensor<2xi64> -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// -----

func.func @refit_c1_wide(%w: tensor<6x3xf64>, %m: tensor<6x6xf32>, %k: tensor<2xi64>) -> tensor<2x3xf64> {
  // expected-error@+2 {{the matrix and the moments must be floats of at most 32 bits}}
  // expected-error@+1 {{'llmc.refit' op failed to infer returned types}}
  %r = llmc.refit %w moments %m rows %k : tensor<6x3xf64>, tensor<6x6xf32>, tensor<2xi64> -> tensor<2x3xf64>
  return %r : tensor<2x3xf64>
}

// -----

func.func @refit_c2(%w: tensor<6x3xf32>, %m: tensor<6x5xf32>, %k: tensor<2xi64>) -> tensor<2x3xf32> {
  // expected-error@+2 {{the moments must have a row and a column for each row of the matrix}}
  // expected-error@+1 {{'llmc.refit' op failed to infer returned types}}
  %r = llmc.refit %w moments %m rows %k : tensor<6x3xf32>, tensor<6x5xf32>, tensor<2xi64> -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// -----

func.func @refit_c3(%w: tensor<6x3xf32>, %m: tensor<6x6xf32>, %k: tensor<2xi32>) -> tensor<2x3xf32> {
  // expected-error@+2 {{the rows must be a vector of i64 of static size}}
  // expected-error@+1 {{'llmc.refit' op failed to infer returned types}}
  %r = llmc.refit %w moments %m rows %k : tensor<6x3xf32>, tensor<6x6xf32>, tensor<2xi32> -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}
