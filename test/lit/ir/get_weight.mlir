// RUN: llmc-opt %s --split-input-file --verify-diagnostics | llmc-opt --split-input-file | FileCheck %s

llmc.weight @w : tensor<2xf32> from "model.onnx" at 0
// CHECK-LABEL: @reads(
func.func @reads() -> tensor<2xf32> {
  // CHECK: llmc.get_weight @w : tensor<2xf32>
  %r = llmc.get_weight @w : tensor<2xf32>
  return %r : tensor<2xf32>
}

// -----

func.func @get_weight_c1_missing() -> tensor<2xf32> {
  // expected-error@+1 {{'llmc.get_weight' op names no weight: @nothing}}
  %r = llmc.get_weight @nothing : tensor<2xf32>
  return %r : tensor<2xf32>
}

// -----

func.func @get_weight_c1_type() -> tensor<3xf32> {
  // expected-error@+1 {{'llmc.get_weight' op has type 'tensor<3xf32>' but the weight is 'tensor<2xf32>'}}
  %r = llmc.get_weight @w : tensor<3xf32>
  return %r : tensor<3xf32>
}
llmc.weight @w : tensor<2xf32> from "f" at 0
