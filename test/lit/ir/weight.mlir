// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

// CHECK: llmc.weight @w : tensor<2x3xf32> from "model.onnx" at 4096
llmc.weight @w : tensor<2x3xf32> from "model.onnx" at 4096
// CHECK: llmc.weight @turned : tensor<3x2xf32> {
llmc.weight @turned : tensor<3x2xf32> {
  %0 = llmc.get_weight @w : tensor<2x3xf32>
  %1 = llmc.transpose %0 perm [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>
  llmc.yield %1 : tensor<3x2xf32>
}

// -----

// expected-error@+1 {{'llmc.weight' op takes its data either from a file or from a recipe}}
llmc.weight @weight_c1_neither : tensor<2xf32>

// -----

// expected-error@+1 {{'llmc.weight' op takes its data either from a file or from a recipe}}
llmc.weight @weight_c1_both : tensor<2xf32> from "f" at 0 {
  %0 = llmc.constant dense<0.0> : tensor<2xf32>
  llmc.yield %0 : tensor<2xf32>
}

// -----

// expected-error@+1 {{'llmc.weight' op needs a file together with an offset that is not negative}}
llmc.weight @weight_c1_offset : tensor<2xf32> from "f" at -4

// -----

// expected-error@+1 {{'llmc.weight' op must have static sizes, but its type is 'tensor<?xf32>'}}
llmc.weight @weight_c2 : tensor<?xf32> from "f" at 0

// -----

// expected-error@+1 {{'llmc.weight' op recipe must end in llmc.yield of one 'tensor<2xf32>'}}
llmc.weight @weight_c3_yield : tensor<2xf32> {
  %0 = llmc.constant dense<0.0> : tensor<2xf32>
}

// -----

// expected-error@+1 {{'llmc.weight' op recipe must end in llmc.yield of one 'tensor<2xf32>'}}
llmc.weight @weight_c3_type : tensor<2xf32> {
  %0 = llmc.constant dense<0.0> : tensor<3xf32>
  llmc.yield %0 : tensor<3xf32>
}

// -----

// expected-error@+1 {{'llmc.weight' op recipe depends on the weight itself}}
llmc.weight @weight_c4 : tensor<2xf32> {
  %0 = llmc.get_weight @other : tensor<2xf32>
  llmc.yield %0 : tensor<2xf32>
}
llmc.weight @other : tensor<2xf32> {
  %0 = llmc.get_weight @weight_c4 : tensor<2xf32>
  llmc.yield %0 : tensor<2xf32>
}
