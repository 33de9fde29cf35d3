// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK-LABEL: @all_forms(
func.func @all_forms(%x: tensor<?x4xf32>) -> tensor<?x1xi64> {
  // CHECK: llmc.arg_reduce {{%[^ ,:)]+}} axis 1 : tensor<?x4xf32> -> tensor<?x1xi64>
  %a = llmc.arg_reduce %x axis 1 : tensor<?x4xf32> -> tensor<?x1xi64>
  // CHECK: llmc.arg_reduce {{%[^ ,:)]+}} axis 1 smallest : tensor<?x4xf32> -> tensor<?x1xi64>
  %b = llmc.arg_reduce %x axis 1 smallest : tensor<?x4xf32> -> tensor<?x1xi64>
  // CHECK: llmc.arg_reduce {{%[^ ,:)]+}} axis 1 smallest last : tensor<?x4xf32> -> tensor<?x1xi64>
  %r = llmc.arg_reduce %x axis 1 smallest last : tensor<?x4xf32> -> tensor<?x1xi64>
  return %r : tensor<?x1xi64>
}

// -----

func.func @arg_reduce_c1(%x: tensor<2x3xf32>) -> tensor<2x1xi64> {
  // expected-error@+2 {{axis must be within the rank}}
  // expected-error@+1 {{'llmc.arg_reduce' op failed to infer returned types}}
  %r = llmc.arg_reduce %x axis 2 : tensor<2x3xf32> -> tensor<2x1xi64>
  return %r : tensor<2x1xi64>
}

// -----

func.func @arg_reduce_c2(%x: tensor<2x0xf32>) -> tensor<2x1xi64> {
  // expected-error@+2 {{there is nothing to choose from: 0 and 1}}
  // expected-error@+1 {{'llmc.arg_reduce' op failed to infer returned types}}
  %r = llmc.arg_reduce %x axis 1 : tensor<2x0xf32> -> tensor<2x1xi64>
  return %r : tensor<2x1xi64>
}
