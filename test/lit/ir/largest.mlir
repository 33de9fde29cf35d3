// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @all_forms(
func.func @all_forms(%x: tensor<5xf32>, %y: tensor<?xf64>) -> tensor<2xi64> {
  // CHECK: llmc.largest {{%[^ ,:)]+}} count 2 : tensor<5xf32> -> tensor<2xi64>
  %r = llmc.largest %x count 2 : tensor<5xf32> -> tensor<2xi64>
  // CHECK: llmc.largest {{%[^ ,:)]+}} count 3 : tensor<?xf64> -> tensor<3xi64>
  %s = llmc.largest %y count 3 : tensor<?xf64> -> tensor<3xi64>
  return %r : tensor<2xi64>
}

// -----

func.func @largest_c1(%x: tensor<2x3xf32>) -> tensor<2xi64> {
  // expected-error@+2 {{the largest elements are those of a vector}}
  // expected-error@+1 {{'llmc.largest' op failed to infer returned types}}
  %r = llmc.largest %x count 2 : tensor<2x3xf32> -> tensor<2xi64>
  return %r : tensor<2xi64>
}

// -----

func.func @largest_c2_negative(%x: tensor<3xf32>) -> tensor<2xi64> {
  // expected-error@+2 {{count is negative}}
  // expected-error@+1 {{'llmc.largest' op failed to infer returned types}}
  %r = llmc.largest %x count -1 : tensor<3xf32> -> tensor<2xi64>
  return %r : tensor<2xi64>
}

// -----

func.func @largest_c2_more(%x: tensor<3xf32>) -> tensor<4xi64> {
  // expected-error@+2 {{there are not as many elements: 3 and 4}}
  // expected-error@+1 {{'llmc.largest' op failed to infer returned types}}
  %r = llmc.largest %x count 4 : tensor<3xf32> -> tensor<4xi64>
  return %r : tensor<4xi64>
}
