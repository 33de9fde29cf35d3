// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @all_forms(
func.func @all_forms(%x: tensor<?x4xi64>) -> tensor<?x4xi64> {
  // CHECK: llmc.running_sum {{%[^ ,:)]+}} axis 1 : tensor<?x4xi64> -> tensor<?x4xi64>
  %a = llmc.running_sum %x axis 1 : tensor<?x4xi64> -> tensor<?x4xi64>
  // CHECK: llmc.running_sum {{%[^ ,:)]+}} axis 0 exclusive : tensor<?x4xi64> -> tensor<?x4xi64>
  %b = llmc.running_sum %a axis 0 exclusive : tensor<?x4xi64> -> tensor<?x4xi64>
  // CHECK: llmc.running_sum {{%[^ ,:)]+}} axis 0 exclusive reverse : tensor<?x4xi64> -> tensor<?x4xi64>
  %r = llmc.running_sum %b axis 0 exclusive reverse : tensor<?x4xi64> -> tensor<?x4xi64>
  return %r : tensor<?x4xi64>
}

// -----

func.func @running_sum_c1(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // expected-error@+2 {{axis must be within the rank}}
  // expected-error@+1 {{'llmc.running_sum' op failed to infer returned types}}
  %r = llmc.running_sum %x axis 2 : tensor<2x3xf32> -> tensor<2x3xf32>
  return %r : tensor<2x3xf32>
}

// -----

func.func @running_sum_c2(%x: tensor<2x3xi1>) -> tensor<2x3xi1> {
  // expected-error@+2 {{bools have no sums}}
  // expected-error@+1 {{'llmc.running_sum' op failed to infer returned types}}
  %r = llmc.running_sum %x axis 1 : tensor<2x3xi1> -> tensor<2x3xi1>
  return %r : tensor<2x3xi1>
}
