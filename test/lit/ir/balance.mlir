// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @for_two(
func.func @for_two(%e: tensor<5x7xf32>, %q: tensor<7x2xf32>, %k: tensor<7x3xf16>) -> (tensor<7xf32>, tensor<7xf32>) {
  // CHECK: llmc.balance %arg0 for %arg1, %arg2 : tensor<5x7xf32> for tensor<7x2xf32>, tensor<7x3xf16> -> tensor<7xf32>
  %c, %s = llmc.balance %e for %q, %k : tensor<5x7xf32> for tensor<7x2xf32>, tensor<7x3xf16> -> tensor<7xf32>
  return %c, %s : tensor<7xf32>, tensor<7xf32>
}

// -----

func.func @balance_c1_extents(%e: tensor<4x7xf32>, %q: tensor<7x2xf32>) -> tensor<7xf32> {
  // expected-error@+1 {{takes 5 rows of extents, and matrices with a row for each of their columns}}
  %c, %s = llmc.balance %e for %q : tensor<4x7xf32> for tensor<7x2xf32> -> tensor<7xf32>
  return %c : tensor<7xf32>
}

// -----

func.func @balance_c1_rows(%e: tensor<5x7xf32>, %q: tensor<6x2xf32>) -> tensor<7xf32> {
  // expected-error@+1 {{takes 5 rows of extents, and matrices with a row for each of their columns}}
  %c, %s = llmc.balance %e for %q : tensor<5x7xf32> for tensor<6x2xf32> -> tensor<7xf32>
  return %c : tensor<7xf32>
}

// -----

func.func @balance_c1_open(%e: tensor<5x?xf32>, %q: tensor<7x2xf32>) -> tensor<7xf32> {
  // expected-error@+1 {{takes 5 rows of extents, and matrices with a row for each of their columns}}
  %c, %s = llmc.balance %e for %q : tensor<5x?xf32> for tensor<7x2xf32> -> tensor<7xf32>
  return %c : tensor<7xf32>
}

// -----

func.func @balance_c2(%e: tensor<5x7xf32>, %q: tensor<7x2xf32>) -> tensor<6xf32> {
  // expected-error@+1 {{gives vectors of 'tensor<7xf32>'}}
  %c, %s = llmc.balance %e for %q : tensor<5x7xf32> for tensor<7x2xf32> -> tensor<6xf32>
  return %c : tensor<6xf32>
}
